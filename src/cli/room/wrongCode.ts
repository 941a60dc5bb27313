import { cut, inHtml } from '../../errors/text';
import { codeLength } from '../../records/class.meta';

/** The page of whoever opens an address with a code that is wrong, with a field for the right one; null for whoever has tried too often. */
export function wrongCodePage(typed: string | null): string {
  const shown = inHtml(cut(typed ?? '', 40));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>No such class · Fullrank</title>
<style>
:root { color-scheme: light dark; }
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 30rem; margin: 15vh auto 0; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; }
label { display: block; margin-bottom: .25rem; }
input, button { font: inherit; padding: .4rem .7rem; }
input { width: 10rem; text-transform: uppercase; letter-spacing: .1em; }
</style>
<main>
<h1>There is no class with this code here.</h1>
<p role="alert">${typed === null ? 'Too many wrong codes came from this network. Wait a few seconds, then try again.' : `“${shown}” is not the code of this class. Compare it with the board: a code has ${codeLength} letters and digits.`}</p>
<form action="/class">
<label for="code">Class code</label>
<input id="code" name="code" value="${shown}" maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false" autofocus required>
<button>Open</button>
</form>
<p><a href="/">Fullrank without a class</a></p>
</main>
</html>
`;
}
