import ranges from '@fontsource/source-sans-3/unicode.json';
import cyrillic4 from '@fontsource/source-sans-3/files/source-sans-3-cyrillic-400-normal.woff?url';
import cyrillic6 from '@fontsource/source-sans-3/files/source-sans-3-cyrillic-600-normal.woff?url';
import greek4 from '@fontsource/source-sans-3/files/source-sans-3-greek-400-normal.woff?url';
import greek6 from '@fontsource/source-sans-3/files/source-sans-3-greek-600-normal.woff?url';
import latin4 from '@fontsource/source-sans-3/files/source-sans-3-latin-400-normal.woff?url';
import latin6 from '@fontsource/source-sans-3/files/source-sans-3-latin-600-normal.woff?url';
import latinExt4 from '@fontsource/source-sans-3/files/source-sans-3-latin-ext-400-normal.woff?url';
import latinExt6 from '@fontsource/source-sans-3/files/source-sans-3-latin-ext-600-normal.woff?url';
import vietnamese4 from '@fontsource/source-sans-3/files/source-sans-3-vietnamese-400-normal.woff?url';
import vietnamese6 from '@fontsource/source-sans-3/files/source-sans-3-vietnamese-600-normal.woff?url';
import { parse, type Font } from 'opentype.js';
import { several } from '../../../numbers/defined';
import { measurePrinted, pictureFamily } from '../charts/textWidth';
import { outline, printable, type Part } from './outlines';

/** The typeface of pictures, Source Sans 3 (OFL): the page lays them out in it, and its letters are drawn from the same files. */

const files = { latin: [latin4, latin6], 'latin-ext': [latinExt4, latinExt6], greek: [greek4, greek6], cyrillic: [cyrillic4, cyrillic6], vietnamese: [vietnamese4, vietnamese6] } as const;
type Script = keyof typeof files;
const scripts = Object.keys(files) as Script[];
/** True where a letter lies in the ranges of a script, "U+0370-0377,U+037A". */
const isOf = (script: Script, char: string): boolean =>
  ranges[script].split(',').some((range) => {
    const [from = NaN, to = from] = range.slice('U+'.length).split('-').map((end) => parseInt(end, 16));
    const code = char.codePointAt(0)!;
    return code >= from && code <= to;
  });

const weights = [400, 600] as const;
const loaded = new Map<Script, Promise<Part>>();

async function load(script: Script): Promise<Part> {
  const fonts = weights.map(async (weight, i): Promise<Font> => {
    const answer = await fetch(files[script][i]!);
    if (!answer.ok) throw new Error(answer.statusText);
    const bytes = await answer.arrayBuffer();
    document.fonts.add(await new FontFace(pictureFamily, bytes, { weight: String(weight), unicodeRange: ranges[script] }).load());
    return parse(bytes);
  });
  const [regular, bold] = several(await Promise.all(fonts), 2);
  return { regular, bold };
}

/** A part that did not arrive is asked for again. */
function partOf(script: Script): Promise<Part> {
  const part = loaded.get(script) ?? load(script);
  loaded.set(script, part);
  part.catch(() => loaded.delete(script));
  return part;
}

/** The typeface with the letters of a text. */
export interface Typeface {
  family: string;
  /** Height of a letter's box above the line that letters stand on, as a share of the whole. */
  above: number;
  /** The text in letters that there are. */
  printable: (text: string) => string;
  /** Outline of a letter as an SVG path. */
  outline: (char: string, bold: boolean, x: number, y: number, size: number) => string;
}

/** The typeface with all letters of this text that it has; the page can be laid out in it from then on. */
export async function typefaceFor(text: string): Promise<Typeface> {
  const letters = [...new Set(text)];
  const parts = await Promise.all(scripts.filter((script) => script === 'latin' || letters.some((char) => isOf(script, char))).map(partOf));
  const { ascender, descender } = several(parts, 1)[0].regular;
  const inParts = (words: string) => printable(words, parts);
  measurePrinted(inParts);
  return { family: `'${pictureFamily}'`, above: ascender / (ascender - descender), printable: inParts, outline: (char, bold, x, y, size) => outline(char, parts, bold, x, y, size) };
}
