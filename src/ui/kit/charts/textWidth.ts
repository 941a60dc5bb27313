/** The typeface of pictures in style sheets: whoever has it has it in another version. */
export const pictureFamily = 'Source Sans 3 of Fullrank';

let printed = (text: string): string => text;
/** From now on texts in the pictures' typeface are measured in letters that it has, as they will be drawn. */
export const measurePrinted = (printable: (text: string) => string): void => void (printed = printable);

let canvas: CanvasRenderingContext2D | null | undefined;

/** Width of one line of text in px in a CSS font ("600 12px sans-serif"); an upper guess where there is no page to ask. */
export function textWidth(text: string, font: string): number {
  if (canvas === undefined) canvas = typeof document === 'undefined' ? null : document.createElement('canvas').getContext('2d');
  if (!canvas) return 0.62 * (parseFloat(/([\d.]+)px/.exec(font)?.[1] ?? '12')) * text.length;
  const onPaper = font.includes(pictureFamily);
  // There advances are as the typeface has them; a screen's are rounded as each machine is set up.
  canvas.textRendering = onPaper ? 'geometricPrecision' : 'auto';
  canvas.font = font;
  return canvas.measureText(onPaper ? printed(text) : text).width;
}

/** The text if it is no wider than `most` px, else as much of it as is, with an ellipsis. */
export function fitText(text: string, font: string, most: number): string {
  if (textWidth(text, font) <= most) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (textWidth(`${text.slice(0, middle).trimEnd()}…`, font) <= most) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low).trimEnd()}…`;
}

/** A sentence with two names in it in `most` px: they share what its other words leave, and one that needs less than its half leaves the rest to the other. */
export function fitNames(say: (a: string, b: string) => string, a: string, b: string, font: string, most: number): string {
  const room = most - textWidth(say('', ''), font);
  const first = fitText(a, font, Math.max(room / 2, room - textWidth(b, font)));
  return say(first, fitText(b, font, room - textWidth(first, font)));
}
