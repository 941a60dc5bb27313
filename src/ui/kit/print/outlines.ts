import type { Font } from 'opentype.js';

/** Letters as outlines: a picture that carries its letters as shapes looks the same wherever it is opened. */

/** A part of a typeface: some of its letters, in both weights. */
export interface Part {
  regular: Font;
  bold: Font;
}

/** Signs that the typeface does not have, as they are written in plain text. */
const spelled: Readonly<Record<string, string>> = { '→': '->', '←': '<-', '⇒': '=>', '≤': '<=', '≥': '>=', '≠': '!=', '≈': '~', '√': 'sqrt ', '∞': 'inf', '∆': 'Δ', '∙': '·', '‖': '||', '‐': '-', '‑': '-', '‒': '–' };
/** What has no shape of its own: it shifts, joins or hides. */
const shapeless = /[\p{Cf}\p{Cc}\p{Mn}\p{Me}\u2028\u2029]/u;

const isIn = ({ regular }: Part, char: string): boolean => regular.charToGlyphIndex(char) > 0;

/** A text in letters that these parts have. What they lack is spelled in others, and what nobody can spell stands there by its number: never an empty box. */
export function printable(text: string, parts: readonly Part[]): string {
  const has = (char: string) => /\s/.test(char) || parts.some((part) => isIn(part, char));
  const spell = (char: string): string => {
    if (has(char)) return char;
    if (shapeless.test(char)) return '';
    const plain = spelled[char] ?? [...char.normalize('NFKD')].filter((one) => has(one) || !shapeless.test(one)).join('');
    return [...plain].every(has) ? plain : `[U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`;
  };
  return [...text].map(spell).join('');
}

/** Outline of a letter as an SVG path, its origin at (x, y) on the line that letters stand on; empty for what has none, as a space. */
export function outline(char: string, parts: readonly Part[], bold: boolean, x: number, y: number, size: number): string {
  const part = parts.find((one) => isIn(one, char));
  return part ? part[bold ? 'bold' : 'regular'].charToGlyph(char).getPath(x, y, size).toPathData(2) : '';
}
