import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Marked } from 'marked';
import type { Plugin } from 'vite';
import { defined } from '../numbers/defined.ts';
import { anchorOf } from './anchor.node.ts';
import { referencePages } from './reference.node.ts';

/** A page of the documentation. */
export interface Page {
  /** Without folder and ending. */
  name: string;
  title: string;
  html: string;
}

const here = import.meta.dirname;
const pictures = join(here, 'pictures');

/** Names of pages, and what links to them say, in the order of the front page's list. */
const listed = (): [name: string, label: string][] => {
  const links = [...readFileSync(join(here, 'index.md'), 'utf8').matchAll(/^- \[([^\]]+)\]\((\w+)\.md\)/gm)];
  return [['index', 'Documentation'], ...links.map(([, label, name]): [string, string] => [defined(name), defined(label)])];
};

/** Pages that every page leads to; the front page has the list of all. */
const inBar = ['index', 'tutorial', 'guide', 'methods', 'results'];

const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => defined(({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]));

/** Markdown to the body of a page. Links to other pages end in .html here. */
function bodyOf(markdown: string): string {
  const times = new Map<string, number>();
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth, text }) {
        const anchor = anchorOf(text);
        const before = times.get(anchor) ?? 0;
        times.set(anchor, before + 1);
        return `<h${depth} id="${anchor}${before ? `-${before}` : ''}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escaped(href.replace(/^([\w-]+)\.md(#|$)/, '$1.html$2'))}">${this.parser.parseInline(tokens)}</a>`;
      },
      // What is too wide scrolls by itself, and by keys.
      code: ({ text }) => `<pre tabindex="0"><code>${escaped(text)}</code></pre>\n`,
      table({ header, rows }) {
        const cells = (tag: string, row: typeof header) => `<tr>${row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')}</tr>`;
        return `<div class="wide" tabindex="0" role="group" aria-label="Table"><table><thead>${cells('th', header)}</thead><tbody>${rows.map((row) => cells('td', row)).join('\n')}</tbody></table></div>\n`;
      },
    },
  });
  return marked.parse(markdown, { async: false });
}

/** All pages, rendered: no script, one style sheet, and a policy that allows nothing else. */
export async function docsPages(): Promise<Page[]> {
  const written = listed().map(([name, label]) => ({ name, label, markdown: readFileSync(join(here, `${name}.md`), 'utf8') }));
  const sources = [...written, ...(await referencePages())].map((page) => ({ ...page, title: defined(/^# (.*)$/m.exec(page.markdown)![1]).replaceAll('`', '') }));
  return sources.map(({ name, markdown, title }) => ({
    name,
    title,
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(name === 'index' ? 'Fullrank: documentation' : `${title} · Fullrank`)}</title>
<link rel="icon" type="image/svg+xml" href="favicon.svg">
<link rel="stylesheet" href="docs.css">
</head>
<body>
<a class="skip" href="#text">Skip to the text</a>
<header><a href="../">Fullrank</a><nav aria-label="Documentation"><ul>
${sources.filter((page) => inBar.includes(page.name) || page.name === name).map((page) => `<li><a href="${page.name}.html"${page.name === name ? ' aria-current="page"' : ''}>${escaped(page.label)}</a></li>`).join('\n')}
</ul></nav></header>
<main id="text">
${bodyOf(markdown)}</main>
</body>
</html>
`,
  }));
}

/** Everything that `docs/` serves, by file name. */
async function docsFiles(): Promise<Map<string, string | Buffer>> {
  const files = new Map<string, string | Buffer>((await docsPages()).map(({ name, html }) => [`${name}.html`, html]));
  files.set('docs.css', readFileSync(join(here, '../figures/tokens.css'), 'utf8') + readFileSync(join(here, 'docs.css'), 'utf8'));
  files.set('favicon.svg', readFileSync(join(here, '../ui/favicon.svg'), 'utf8'));
  for (const picture of readdirSync(pictures)) files.set(`pictures/${picture}`, readFileSync(join(pictures, picture)));
  return files;
}

const types: Record<string, string> = { html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', png: 'image/png', webp: 'image/webp', svg: 'image/svg+xml' };

/** Renders the Markdown of this folder to `docs/`, beside the page: when it is built, and at each request of the dev server. */
export const docs: Plugin = {
  name: 'docs',
  async generateBundle() {
    // Workers have bundles of their own.
    if (this.environment.name !== 'client' || !Object.values(this.environment.config.build.rolldownOptions.input ?? {}).some((input) => String(input).endsWith('index.html'))) return;
    for (const [name, source] of await docsFiles()) this.emitFile({ type: 'asset', fileName: `docs/${name}`, source });
  },
  configureServer(server) {
    server.middlewares.use('/docs', (request, response, next) => {
      const path = defined((request.url ?? '/').split(/[?#]/, 1)[0]).slice(1) || 'index.html';
      docsFiles().then((files) => {
        const content = files.get(path);
        if (content === undefined) return next();
        response.setHeader('Content-Type', types[path.split('.').at(-1)!] ?? 'application/octet-stream');
        response.end(content);
      }, next);
    });
  },
};
