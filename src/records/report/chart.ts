import { along, placeNames, type Box } from '../../figures/labels';
import { path, spread } from '../../figures/lines';
import { markPaths } from '../../figures/marks';
import { at, type Scale } from '../../figures/scale';
import { methodLook } from '../../figures/methods';
import { defined } from '../../numbers/defined';
import { html, type Html } from './html';

/** A line of a chart, or with one point and `interval` a mark with its error bar. */
export interface Line {
  method: string;
  label: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** Half width of the interval around a single point. */
  interval?: number | null;
  marks: boolean;
  named: boolean;
}

interface Chart {
  title: string;
  /** Description of the chart, for people who do not see it. */
  summary: string;
  xLabel: string;
  yLabel: string;
  sx: Scale;
  sy: Scale;
  tickX: (value: number) => string;
  tickY: (value: number) => string;
  lines: Line[];
}

const [width, height, left, right, top, bottom] = [760, 320, 60, 170, 34, 46];
const [inner, tall] = [width - left - right, height - top - bottom];

/** The page's plot as one SVG: the same scales, paths, colours, dashes and markers, names at the ends of the lines. */
export function chart({ title, summary, xLabel, yLabel, sx, sy, tickX, tickY, lines }: Chart): Html {
  const x = (value: number) => round(left + inner * at(sx, value));
  const y = (value: number) => round(top + tall * (1 - at(sy, value)));
  const drawn = lines.filter((line) => line.x.length > 0 && Number.isFinite(lastOf(line)));
  const named = drawn.filter((line) => line.named);
  const points = apart(drawn.filter((line) => line.x.length === 1), (line) => x(defined(line.x[0])));
  const curves = named.filter((line) => line.x.length > 1);
  const ends = spread(curves.map((line) => Math.min(top + tall, Math.max(top, y(lastOf(line))))), 15, top, top + tall);
  const nameOf = ({ label }: Line) => (label.length > 24 ? `${label.slice(0, 23)}…` : label);
  const places = placed(named.filter((line) => line.x.length === 1).map((line) => ({ line, name: nameOf(line), x: points.get(line)!, y: y(defined(line.y[0])), reach: line.interval ? tall * Math.abs(at(sy, defined(line.y[0]) + line.interval) - at(sy, defined(line.y[0]))) : 0 })), drawn.flatMap((line) => strokes(line, x, y)));
  return html`<figure><div class="plot" tabindex="0" role="group" aria-label="${title}"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${summary}">
<text class="axis" x="4" y="14">${yLabel}</text><text class="axis" x="${left + inner}" y="${height - 6}" text-anchor="end">${xLabel}</text>
${sy.ticks.map((tick) => html`<line class="grid" x1="${left}" x2="${left + inner}" y1="${y(tick)}" y2="${y(tick)}"/><text class="axis" x="${left - 8}" y="${y(tick) + 4}" text-anchor="end">${tickY(tick)}</text>`)}
${sx.ticks.map((tick) => html`<text class="axis" x="${x(tick)}" y="${top + tall + 18}" text-anchor="middle">${tickX(tick)}</text>`)}
<line class="rule" x1="${left}" x2="${left + inner}" y1="${top + tall}" y2="${top + tall}"/>
${drawn.map((line) => html`<g class="${classOf(line.method)}">${curve(line, sx, sy)}${bar(line, points.get(line) ?? 0, sy, y)}${line.marks && Array.from(line.x, (value, i) => Number.isFinite(line.y[i]) && mark(line.method, points.get(line) ?? x(value), y(defined(line.y[i]))))}</g>`)}
${curves.map((line, i) => html`<text class="label ${classOf(line.method)}" x="${left + inner + 12}" y="${round(defined(ends[i]) + 4)}">${nameOf(line)}</text>`)}
${places}
</svg></div><figcaption>${title}</figcaption></figure>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Paths come in a box of 1000 by 1000. */
const curve = ({ x, y }: Line, sx: Scale, sy: Scale): Html | false =>
  x.length > 1 && html`<path class="line" transform="translate(${left} ${top}) scale(${inner / 1000} ${tall / 1000})" d="${path(x, y, sx, sy)}"/>`;

/** An interval ends at the axis's ends: no share is below nothing or above all. */
function bar({ y, interval }: Line, x: number, { min, max }: Scale, py: (v: number) => number): Html | false {
  if (!interval) return false;
  const [low, high] = [py(Math.max(min, defined(y[0]) - interval)), py(Math.min(max, defined(y[0]) + interval))];
  return html`<path class="bar" d="M${x} ${low}V${high}M${x - 5} ${low}h10M${x - 5} ${high}h10"/>`;
}

/** Boxes that a line covers, for names to keep off; none for a single point. */
const strokes = (line: Line, x: (v: number) => number, y: (v: number) => number): Box[] =>
  Array.from(line.x).slice(1).flatMap((to, i) => {
    const ends = [defined(line.y[i]), defined(line.y[i + 1])];
    return ends.every(Number.isFinite) ? along(x(defined(line.x[i])), y(defined(ends[0])), x(to), y(defined(ends[1]))) : [];
  });

/** A point that is named, with half the height of its error bar. */
interface Point {
  line: Line;
  name: string;
  x: number;
  y: number;
  reach: number;
}

/** Names of points, beside their marks where they cover neither a mark nor another name, and no line if there is room elsewhere; one further off has a line to its mark. */
function placed(points: readonly Point[], lines: readonly Box[]): Html[] {
  const box = (x: number, y: number, half: number, high: number) => ({ left: x - half, right: x + half, top: y - high, bottom: y + high });
  const found = placeNames(
    points.map(({ name, x, y }) => ({ x, y, width: 7.6 * name.length, height: 15, gap: 11 })),
    { left, right: width, top: 18, bottom: top + tall - 2 },
    points.map(({ x, y }) => box(x, y, 7, 7)),
    [...points.map(({ x, y, reach }) => box(x, y, 5, reach)), ...lines],
  );
  return points.flatMap(({ line, name, x, y }, i) => {
    const place = found[i];
    if (!place) return [];
    const { box: at, leader } = place;
    return html`<g class="${classOf(line.method)}">${leader && html`<line class="leader" x1="${x}" y1="${y}" x2="${round(leader.x)}" y2="${round(leader.y)}"/>`}<text class="label" x="${round((at.left + at.right) / 2)}" y="${round(at.bottom - 4)}" text-anchor="middle">${name}</text></g>`;
  });
}

/** Points of about one budget stand side by side around it, so that their bars can be told apart. */
function apart(points: readonly Line[], wanted: (line: Line) => number): Map<Line, number> {
  const gap = 14;
  const rows: Line[][] = [];
  for (const line of [...points].sort((a, b) => wanted(a) - wanted(b))) {
    const row = rows.at(-1);
    if (row && wanted(line) < wanted(row.at(-1)!) + gap) row.push(line);
    else rows.push([line]);
  }
  return new Map(
    rows.flatMap((row) => {
      const middle = row.reduce((sum, line) => sum + wanted(line), 0) / row.length;
      const place = (i: number) => round(middle + gap * (i - (row.length - 1) / 2));
      return row.map((line, i) => [line, place(i)] as const);
    }),
  );
}

/** Classes of a method's colour and dash (charts/identity.module.css). */
export function classOf(method: string): string {
  const { colour, dash } = methodLook(method);
  return `${colour} ${dash}`;
}

/** A method's marker at a place. */
export const mark = (method: string, x: number, y: number): Html => html`<path class="mark" transform="translate(${x} ${y})" d="${markPaths[methodLook(method).marker]}"/>`;

function lastOf({ y }: Line): number {
  for (let i = y.length - 1; i >= 0; i--) if (Number.isFinite(defined(y[i]))) return defined(y[i]);
  return NaN;
}
