/** The part of opentype.js 2 that is used; the package has no types of its own. */
declare module 'opentype.js' {
  export interface Path {
    toPathData: (digits: number) => string;
    getBoundingBox: () => { x1: number; y1: number; x2: number; y2: number };
  }
  export interface Glyph {
    advanceWidth: number;
    getPath: (x: number, y: number, fontSize: number) => Path;
  }
  export interface Font {
    unitsPerEm: number;
    ascender: number;
    descender: number;
    charToGlyph: (char: string) => Glyph;
    charToGlyphIndex: (char: string) => number;
  }
  export function parse(bytes: ArrayBuffer): Font;
}
