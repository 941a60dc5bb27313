/** Hues of the page's palette (`tokens.css`), each with a shade for marks, one for text, and those of the themes of high contrast. */
export type LookColour = 'orange' | 'blue' | 'green' | 'gold' | 'pink' | 'black' | 'grey';

/** Dash pattern of a line (`identity.module.css`): from unbroken to sparse dots. */
export type LookDash = 'solid' | 'long' | 'dashes' | 'dashDot' | 'dashDotDot' | 'dots' | 'sparse' | 'even';

/** Shape of a point in a chart. */
export type MarkerShape = 'square' | 'circle' | 'diamond' | 'up' | 'down' | 'hexagon' | 'cross' | 'plus';

/** A pictogram within 60 by 20, as SVG paths that are filled: what a method adds to a weight. */
export interface Glyph {
  /** Trained part, in the method's colour. */
  learns: string;
  /** Fixed part, in grey below it. */
  fixed?: string;
  /** A sign between parts, drawn as a line. */
  sign?: string;
  /** The weight itself learns: its square, which otherwise stands as an outline at the left, is left out. */
  bare?: boolean;
}

/** Appearance of a method, the same in every panel and chart. Colour, dash and marker together tell it from every other. */
export interface Look {
  /** Name in charts, if shorter than the method's title. */
  title?: string;
  colour: LookColour;
  dash: LookDash;
  marker: MarkerShape;
  glyph: Glyph;
}

/** A bar of a pictogram. */
export const bar = (x: number, y: number, width: number, height: number): string => `M${x} ${y}h${width}v${height}h${-width}z`;
