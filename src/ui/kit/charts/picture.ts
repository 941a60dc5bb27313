/**
 * Figures as pictures: what the page draws, as an SVG that stands alone, or as a PNG of it. The drawing is read off the
 * page, so that every figure has one appearance and nothing has to be drawn twice. Its letters are outlines of a typeface of its
 * own, in which the page is laid out meanwhile. Fetched when a picture is asked for.
 */

import { several } from '../../../numbers/defined';
import { typefaceFor, type Typeface } from '../print/typeface';
import { inLight } from './inLight';

const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
const known = new Map<string, string>();

/** Any CSS colour as rgb with its opacity, which every program that reads SVG knows; empty for none. */
function rgb(colour: string): string {
  let found = known.get(colour);
  if (found !== undefined) return found;
  paint.canvas.width = paint.canvas.height = 1;
  paint.clearRect(0, 0, 1, 1);
  paint.fillStyle = '#000';
  paint.fillStyle = colour;
  paint.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = several(paint.getImageData(0, 0, 1, 1).data, 4);
  found = colour === 'none' || a === 0 ? '' : `rgb(${r},${g},${b})${a < 255 ? `|${(a / 255).toFixed(3)}` : ''}`;
  known.set(colour, found);
  return found;
}

/** A colour as attributes; `more` is the opacity that stands beside it. */
function filled(name: 'fill' | 'stroke', colour: string, more = '1'): string {
  const [solid, own = '1'] = rgb(colour).split('|');
  const opacity = Number(own) * Number(more);
  return `${name}="${solid || 'none'}"${opacity < 1 ? ` ${name}-opacity="${n(opacity)}"` : ''}`;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const n = (value: number): string => String(Number(value.toFixed(2)));
const isBold = (style: CSSStyleDeclaration): boolean => Number(style.fontWeight) > 500;
/** The opacity of a part, where it has one. */
const faded = (opacity: number): string => (opacity < 1 ? ` opacity="${n(opacity)}"` : '');

/** Size of a picture: with room around it, or exactly as wide as the figure and of so many inches. */
export interface Page {
  inches: number;
}

/** Runs a function while the figure is set in the picture's typeface, without letters that this does not have. */
function inTypeface<T>(figure: HTMLElement, typeface: Typeface, make: () => T): T {
  const { style } = figure;
  const before = style.cssText;
  for (const name of ['--sans', '--mono']) style.setProperty(name, typeface.family);
  style.fontFamily = typeface.family;
  // Advances as the typeface has them, whatever a screen would round them to.
  style.textRendering = 'geometricPrecision';
  const changed: [node: Text, text: string][] = [];
  const texts = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode() as Text | null; node; node = texts.nextNode() as Text | null) {
    const text = typeface.printable(node.data);
    if (text === node.data) continue;
    changed.push([node, node.data]);
    node.data = text;
  }
  try {
    return make();
  } finally {
    for (const [node, text] of changed) node.data = text;
    style.cssText = before;
  }
}

/** The figure as SVG, in light colours whatever the page's. What is marked `data-no-picture`, and what only screen readers see, is left out and takes no room; what stands in pictures alone is there. */
export async function svgOf(figure: HTMLElement, page?: Page): Promise<string> {
  const typeface = await typefaceFor(figure.textContent);
  const read = () => {
    figure.dataset.picture = '';
    const scrolled = [...figure.querySelectorAll('*')].filter((element) => element.scrollWidth > element.clientWidth && getComputedStyle(element).overflowX === 'auto').map((element) => ({ element, left: element.scrollLeft }));
    scrolled.forEach(({ element }) => (element.scrollLeft = 0));
    // A name that ends in dots on the page is whole in its picture.
    const cut = [...figure.querySelectorAll('*')].filter((element) => element.scrollWidth > element.clientWidth && getComputedStyle(element).textOverflow === 'ellipsis');
    const right = Math.max(0, ...[...scrolled.map(({ element }) => element), ...cut].map((element) => element.getBoundingClientRect().left + element.scrollWidth));
    const svg = drawn(figure, typeface, right, page);
    delete figure.dataset.picture;
    scrolled.forEach(({ element, left }) => (element.scrollLeft = left));
    return svg;
  };
  return inLight(figure, () => inTypeface(figure, typeface, read));
}

/** `right` is how far what is scrolled out of sight reaches. */
function drawn(figure: HTMLElement, typeface: Typeface, right: number, page?: Page): string {
  const box = figure.getBoundingClientRect();
  const pad = page ? 0 : 12;
  const [width, height] = [(page ? box.width : Math.max(box.width, right - box.left)) + 2 * pad, box.height + 2 * pad];
  const parts: string[] = [];
  let clips = 0;
  const at = (x: number, y: number): [number, number] => [x - box.left + pad, y - box.top + pad];

  const clip = (x: number, y: number, wide: number, high: number): void => {
    parts.push(`<clipPath id="c${++clips}"><rect x="${n(x)}" y="${n(y)}" width="${n(wide)}" height="${n(high)}"/></clipPath><g clip-path="url(#c${clips})">`);
  };

  /** A drawing's elements, one after another. Clip paths are upright rectangles or polygons. */
  const shapes = (parent: Element, opacity: number): void => {
    for (const element of parent.children) {
      if (!(element instanceof SVGGraphicsElement) || element instanceof SVGClipPathElement || element.matches('[data-no-picture]')) continue;
      const frame = /^url\("?#(.+?)"?\)$/.exec(element.getAttribute('clip-path') ?? '')?.[1];
      const clipped = frame ? element.ownerSVGElement!.querySelector<SVGRectElement | SVGPolygonElement>(`#${CSS.escape(frame)} :is(rect, polygon)`) : null;
      const m = clipped && element.getScreenCTM();
      if (clipped instanceof SVGPolygonElement) {
        const points = [...clipped.points].map(({ x, y }) => at(m!.a * x + m!.e, m!.d * y + m!.f).map(n).join(','));
        parts.push(`<clipPath id="c${++clips}"><polygon points="${points.join(' ')}"/></clipPath><g clip-path="url(#c${clips})">`);
      } else if (clipped && m) {
        const [x, y, wide, high] = several(['x', 'y', 'width', 'height'].map((name) => Number(clipped.getAttribute(name))), 4);
        clip(...at(m.a * x + m.e, m.d * y + m.f), m.a * wide, m.d * high);
      }
      if (element instanceof SVGGElement) shapes(element, opacity * Number(getComputedStyle(element).opacity));
      else if (element instanceof SVGTextElement) label(element, opacity);
      else shape(element, opacity);
      if (clipped) parts.push('</g>');
    }
  };

  /** One line of words as outlines, which says them; an edge around the letters lies under them. */
  const letters = (said: string, d: string, fill: string, edge = ''): string => (d === '' ? '' : `<g><desc>${escape(said.trim())}</desc>${edge && `<path d="${d}" fill="none" ${edge} stroke-linejoin="round"/>`}<path d="${d}" ${fill}/></g>`);

  /** Text of a drawing; its parts keep their own colours and weights. */
  const label = (element: SVGTextElement, opacity: number): void => {
    const m = element.getScreenCTM();
    if (!m) return;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const edge = style.stroke === 'none' ? '' : `${filled('stroke', style.stroke)} stroke-width="${parseFloat(style.strokeWidth)}"`;
    let k = 0;
    const pieces = [...element.childNodes].map((node) => {
      const own = node instanceof Element ? getComputedStyle(node) : style;
      const text = node.textContent ?? '';
      const d = Array.from(text, (char) => {
        const place = k < element.getNumberOfChars() ? element.getStartPositionOfChar(k) : null;
        k += char.length;
        return place ? typeface.outline(char, isBold(own), place.x, place.y, size) : '';
      });
      return letters(text, d.join(''), filled('fill', own.fill), edge);
    });
    parts.push(`<g${faded(opacity * Number(style.opacity))} transform="matrix(${[m.a, m.b, m.c, m.d, ...at(m.e, m.f)].map(n).join(' ')})">${pieces.join('')}</g>`);
  };

  const shape = (element: SVGGraphicsElement, opacity: number): void => {
    const style = getComputedStyle(element);
    const m = element.getScreenCTM();
    if (!m) return;
    const own = opacity * Number(style.opacity);
    const still = style.vectorEffect === 'non-scaling-stroke';
    const dash = style.strokeDasharray === 'none' ? '' : ` stroke-dasharray="${style.strokeDasharray.replaceAll('px', '')}"`;
    const area = filled('fill', style.fill, style.fillOpacity) + faded(own);
    const edge = `${filled('stroke', style.stroke, style.strokeOpacity)} stroke-width="${parseFloat(style.strokeWidth)}"${dash} stroke-linejoin="${style.strokeLinejoin}"${style.strokeLinecap === 'butt' ? '' : ` stroke-linecap="${style.strokeLinecap}"`}`;
    const look = `${area} ${edge}`;
    const place = (x: number, y: number): string => at(m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f).map(n).join(' ');
    const value = (name: string) => Number(element.getAttribute(name) ?? 0);
    if (element instanceof SVGLineElement) {
      const [x1, y1] = place(value('x1'), value('y1')).split(' ');
      const [x2, y2] = place(value('x2'), value('y2')).split(' ');
      parts.push(`<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" ${look}/>`);
    } else if (element instanceof SVGPathElement && still) {
      // Lines that keep their width are written out in place; they are made of M and L alone.
      const d = (element.getAttribute('d') ?? '').replaceAll(/([MLZ])\s*(-?[\d.]+)[\s,]+(-?[\d.]+)/g, (_, command: string, x: string, y: string) => `${command}${place(Number(x), Number(y))}`);
      parts.push(`<path d="${d}" ${look}/>`);
    } else {
      const clone = element.cloneNode(false) as Element;
      for (const name of ['class', 'style', 'clip-path', 'transform', 'fill']) clone.removeAttribute(name);
      const [e, f] = at(m.e, m.f);
      const as = (look: string) => new XMLSerializer().serializeToString(clone).replace(/ xmlns="[^"]*"/, '').replace(/\/?>(.*<\/\w+>)?$/, ` ${look} transform="matrix(${[m.a, m.b, m.c, m.d, e, f].map(n).join(' ')})"/>`);
      // Not every program knows an edge that lies under what it is around.
      if (style.paintOrder.startsWith('stroke')) parts.push(as(`fill="none" ${edge}${faded(own)}`), as(area));
      else parts.push(as(look));
    }
  };

  /** Text of the page, each letter where the page has it, put together by the lines in which it stands. */
  const words = (node: Text, element: HTMLElement, opacity: number): void => {
    if (node.data.trim() === '') return;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const upright = style.writingMode.startsWith('vertical');
    const range = document.createRange();
    const lines = new Map<number, { said: string; d: string; x: number; y: number }>();
    let end = 0;
    for (const char of node.data) {
      range.setStart(node, end);
      range.setEnd(node, (end += char.length));
      const rect = range.getClientRects()[0];
      if (!rect || rect.width === 0 || rect.height === 0) continue;
      const key = Math.round(upright ? rect.left : rect.top);
      const line = lines.get(key) ?? { said: '', d: '', x: rect.left + typeface.above * rect.width, y: rect.bottom };
      line.said += char;
      // Words that stand upright are read from below: their letters are laid along the line, which is turned.
      line.d += upright ? typeface.outline(char, isBold(style), line.y - rect.bottom, 0, size) : typeface.outline(char, isBold(style), ...at(rect.left, rect.top + typeface.above * rect.height), size);
      lines.set(key, line);
    }
    const edge = style.textShadow === 'none' ? '' : `${filled('stroke', 'white')} stroke-width="${n(size / 4)}"`;
    for (const { said, d, x, y } of lines.values()) {
      const turned = upright ? ` transform="translate(${at(x, y).map(n).join(' ')}) rotate(-90)"` : '';
      parts.push(`<g${faded(opacity)}${turned}>${letters(said, d, filled('fill', style.color), edge)}</g>`);
    }
  };

  const boxOf = (element: HTMLElement, opacity: number): void => {
    const style = getComputedStyle(element);
    const rect = element.getBoundingClientRect();
    const [x, y] = at(rect.left, rect.top);
    const fade = faded(opacity);
    if (rgb(style.backgroundColor) !== '' && rect.width > 0) parts.push(`<rect x="${n(x)}" y="${n(y)}" width="${n(rect.width)}" height="${n(rect.height)}" ${filled('fill', style.backgroundColor)}${fade}/>`);
    const edges = [
      ['Top', x, y, x + rect.width, y],
      ['Bottom', x, y + rect.height, x + rect.width, y + rect.height],
    ] as const;
    for (const [side, x1, y1, x2, y2] of edges) {
      const thick = parseFloat(style[`border${side}Width`]);
      if (thick > 0 && style[`border${side}Style`] !== 'none') parts.push(`<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" ${filled('stroke', style[`border${side}Color`])} stroke-width="${thick}"${fade}/>`);
    }
  };

  const walk = (element: Element, opacity: number): void => {
    if (element.matches('.sr, [hidden], [data-no-picture], [popover], button:not([popovertarget], [data-number]), select, input')) return;
    const style = getComputedStyle(element);
    if (style.display === 'none' || style.visibility === 'hidden') return;
    if (element instanceof SVGSVGElement) {
      const clipped = style.clipPath !== 'none';
      if (clipped) {
        const rect = element.getBoundingClientRect();
        const [x, y] = at(rect.left, rect.top);
        clip(x - 4, y - 2, rect.width + 8, rect.height + 3);
      }
      shapes(element, opacity * Number(style.opacity));
      if (clipped) parts.push('</g>');
      return;
    }
    const own = opacity * Number(style.opacity);
    if (element instanceof HTMLElement) boxOf(element, own);
    for (const child of element.childNodes) {
      if (child instanceof Text) words(child, element as HTMLElement, own);
      else if (child instanceof Element) walk(child, own);
    }
  };
  walk(figure, 1);
  const [title, desc] = [figure.getAttribute('aria-label') ?? document.getElementById(figure.getAttribute('aria-labelledby') ?? '')?.textContent, figure.querySelector('[role=group][aria-label]')?.getAttribute('aria-label')];
  const about = `${title ? `<title>${escape(title)}</title>` : ''}${desc ? `<desc>${escape(desc)}</desc>` : ''}`;
  const [wide, high] = page ? [`${page.inches}in`, `${n((page.inches * height) / width)}in`] : [n(width), n(height)];
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${wide}" height="${high}" viewBox="0 0 ${n(width)} ${n(height)}">${about}<rect width="100%" height="100%" fill="#fff"/>${parts.join('')}</svg>\n`;
}

/** The same as a PNG at twice the size. */
export async function pngOf(figure: HTMLElement, scale = 2): Promise<Blob> {
  const svg = await svgOf(figure);
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('empty'))), 'image/png'));
  } finally {
    URL.revokeObjectURL(url);
  }
}
