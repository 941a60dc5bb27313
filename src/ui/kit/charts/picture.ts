/**
 * Figures as pictures: what the page draws, as an SVG that stands alone, or as a PNG of it. The drawing is read off the
 * page, so that every figure has one appearance and nothing has to be drawn twice. Fetched when a picture is asked for.
 */

import { several } from '../../../numbers/defined';
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
const family = (style: CSSStyleDeclaration): string => escape(style.fontFamily.replaceAll('"', "'"));

/** The figure as SVG, in light colours whatever the page's. What is marked `data-no-picture`, and what only screen readers see, is left out and takes no room; what stands in pictures alone is there. */
export function svgOf(figure: HTMLElement): string {
  return inLight(figure, () => {
    figure.dataset.picture = '';
    const scrolled = [...figure.querySelectorAll('*')].filter((element) => element.scrollWidth > element.clientWidth && getComputedStyle(element).overflowX === 'auto').map((element) => ({ element, left: element.scrollLeft }));
    scrolled.forEach(({ element }) => (element.scrollLeft = 0));
    // A name that ends in dots on the page is whole in its picture.
    const cut = [...figure.querySelectorAll('*')].filter((element) => element.scrollWidth > element.clientWidth && getComputedStyle(element).textOverflow === 'ellipsis');
    const right = Math.max(0, ...[...scrolled.map(({ element }) => element), ...cut].map((element) => element.getBoundingClientRect().left + element.scrollWidth));
    const svg = drawn(figure, right);
    delete figure.dataset.picture;
    scrolled.forEach(({ element, left }) => (element.scrollLeft = left));
    return svg;
  });
}

/** `right` is how far what is scrolled out of sight reaches. */
function drawn(figure: HTMLElement, right: number): string {
  const box = figure.getBoundingClientRect();
  const pad = 12;
  const [width, height] = [Math.max(box.width, right - box.left) + 2 * pad, box.height + 2 * pad];
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

  /** Text of a drawing; its parts keep their own colours and weights. */
  const label = (element: SVGTextElement, opacity: number): void => {
    const m = element.getScreenCTM();
    if (!m) return;
    const look = (of: Element) => {
      const style = getComputedStyle(of);
      return `font-weight="${style.fontWeight}" ${filled('fill', style.fill)}`;
    };
    const style = getComputedStyle(element);
    const edge = style.stroke === 'none' ? '' : ` ${filled('stroke', style.stroke)} stroke-width="${parseFloat(style.strokeWidth)}" stroke-linejoin="round" paint-order="stroke"`;
    const pieces = [...element.childNodes].map((node) => (node instanceof Element ? `<tspan ${look(node)}>${escape(node.textContent)}</tspan>` : escape(node.textContent ?? '')));
    const own = opacity * Number(style.opacity);
    const [e, f] = at(m.e, m.f);
    parts.push(
      `<text x="${element.getAttribute('x') ?? 0}" y="${element.getAttribute('y') ?? 0}" text-anchor="${style.textAnchor}" font-size="${parseFloat(style.fontSize)}" font-family="${family(style)}" ${look(element)}${edge}${own < 1 ? ` opacity="${n(own)}"` : ''} transform="matrix(${[m.a, m.b, m.c, m.d, e, f].map(n).join(' ')})" xml:space="preserve">${pieces.join('')}</text>`,
    );
  };

  const shape = (element: SVGGraphicsElement, opacity: number): void => {
    const style = getComputedStyle(element);
    const m = element.getScreenCTM();
    if (!m) return;
    const own = opacity * Number(style.opacity);
    const still = style.vectorEffect === 'non-scaling-stroke';
    const dash = style.strokeDasharray === 'none' ? '' : ` stroke-dasharray="${style.strokeDasharray.replaceAll('px', '')}"`;
    const look = `${filled('fill', style.fill, style.fillOpacity)} ${filled('stroke', style.stroke, style.strokeOpacity)} stroke-width="${parseFloat(style.strokeWidth)}"${dash} stroke-linejoin="${style.strokeLinejoin}"${style.strokeLinecap === 'butt' ? '' : ` stroke-linecap="${style.strokeLinecap}"`}${own < 1 ? ` opacity="${n(own)}"` : ''}`;
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
      const order = style.paintOrder.startsWith('stroke') ? ' paint-order="stroke"' : '';
      parts.push(new XMLSerializer().serializeToString(clone).replace(/ xmlns="[^"]*"/, '').replace(/\/?>(.*<\/\w+>)?$/, ` ${look}${order} transform="matrix(${[m.a, m.b, m.c, m.d, e, f].map(n).join(' ')})"/>`));
    }
  };

  const words = (node: Text, element: HTMLElement, opacity: number): void => {
    const text = node.data.replaceAll(/\s+/g, ' ');
    if (text.trim() === '') return;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const font = `font-size="${size}" font-weight="${style.fontWeight}" font-family="${family(style)}" ${filled('fill', style.color)}${opacity < 1 ? ` opacity="${n(opacity)}"` : ''}`;
    const range = document.createRange();
    const line = (piece: string, rect: DOMRect) => {
      const [x, y] = at(rect.left, rect.top);
      if (style.writingMode.startsWith('vertical')) parts.push(`<text transform="translate(${n(x + rect.width / 2 + 0.35 * size)} ${n(y + rect.height)}) rotate(-90)" ${font}>${escape(piece)}</text>`);
      else parts.push(`<text x="${n(x)}" y="${n(y + rect.height / 2 + 0.35 * size)}" ${font} xml:space="preserve">${escape(piece)}</text>`);
    };
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter((rect) => rect.width > 0);
    if (rects.length <= 1) return rects[0] && line(text.trim(), rects[0]);
    // Wrapped: words are put together by the line they stand in.
    const lines = new Map<number, { piece: string; rect: DOMRect }>();
    for (const match of node.data.matchAll(/\S+/g)) {
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const rect = range.getBoundingClientRect();
      const top = Math.round(rect.top);
      const before = lines.get(top);
      lines.set(top, before ? { piece: `${before.piece} ${match[0]}`, rect: before.rect } : { piece: match[0], rect });
    }
    for (const { piece, rect } of lines.values()) line(piece, rect);
  };

  const boxOf = (element: HTMLElement, opacity: number): void => {
    const style = getComputedStyle(element);
    const rect = element.getBoundingClientRect();
    const [x, y] = at(rect.left, rect.top);
    const fade = opacity < 1 ? ` opacity="${n(opacity)}"` : '';
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
    if (element.matches('.sr, [hidden], [data-no-picture], [popover], button:not([popovertarget]), select, input')) return;
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
  const [title, desc] = [document.getElementById(figure.getAttribute('aria-labelledby') ?? '')?.textContent, figure.querySelector('[role=group][aria-label]')?.getAttribute('aria-label')];
  const about = `${title ? `<title>${escape(title)}</title>` : ''}${desc ? `<desc>${escape(desc)}</desc>` : ''}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}">${about}<rect width="100%" height="100%" fill="#fff"/>${parts.join('')}</svg>\n`;
}

/** The same as a PNG at twice the size. */
export async function pngOf(figure: HTMLElement, scale = 2): Promise<Blob> {
  const svg = svgOf(figure);
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
