import type { CSSProperties } from 'react';
import { spread } from './lines';
import { Figure } from './Figure';
import { onFront, type Good } from './front';
import { identity, Mark } from './MethodKey';
import { at, linearScale, logScale, tickPlace, type Scale } from './scale';
import css from './Plot.module.css';
import own from './board.module.css';

export interface Point {
  id: string;
  method: string;
  label: string;
  x: number;
  y: number;
  /** Half widths of the 95 % intervals. */
  dx?: number | null;
  dy?: number | null;
  /** Points of one line share it. */
  line: string;
}

interface Props {
  title: string;
  caption?: React.ReactNode;
  summary: string;
  points: Point[];
  xLabel: string;
  yLabel: string;
  log: boolean;
  goodX: Good;
  goodY: Good;
  /** Joins the points of each line. */
  joined?: boolean;
  /** Draws the front and hollows what is beaten. */
  front?: boolean;
  formatX: (value: number) => string;
  formatY: (value: number) => string;
  tickX?: (value: number) => string;
  tickY?: (value: number) => string;
  tools?: React.ReactNode;
  head: string[];
}

const scaleOf = (low: number, high: number, log: boolean, count: number): Scale => (log && low > 0 ? logScale(low, high, count) : linearScale(low, high, count));

/** Points with their intervals, names beside them; lines join what belongs together, the front what nobody beats. */
export function Scatter({ title, caption, summary, points, xLabel, yLabel, log, goodX, goodY, joined = false, front = false, formatX, formatY, tickX = formatX, tickY = formatY, tools, head }: Props) {
  const low = (of: (point: Point) => number, half: (point: Point) => number) => Math.min(...points.map((point) => of(point) - half(point)));
  const high = (of: (point: Point) => number, half: (point: Point) => number) => Math.max(...points.map((point) => of(point) + half(point)));
  const sx = scaleOf(low(({ x }) => x, () => 0), high(({ x }) => x, () => 0), log, 4);
  const sy = linearScale(low(({ y }) => y, ({ dy }) => dy ?? 0), high(({ y }) => y, ({ dy }) => dy ?? 0), 5);
  const best = onFront(points, goodX, goodY);
  const x = (value: number) => 100 * at(sx, value);
  const y = (value: number) => 100 * (1 - at(sy, value));
  const lines = joined ? [...new Set(points.map(({ line }) => line))].map((line) => points.filter((point) => point.line === line).sort((a, b) => a.x - b.x)).filter((line) => line.length > 1) : [];
  const nobody = points.filter((_, i) => best[i]).sort((a, b) => a.x - b.x);
  // Names stand beside their points, a line apart from those near them; at the right edge on the other side.
  // A line is named once, at its end.
  const named = points.map((point) => !joined || front || !points.some((other) => other.line === point.line && other.x > point.x));
  const tops = spread(points.map((point) => y(point.y)), 7, 0, 100);
  const words = points.map((point) => `${point.label}: ${xLabel} ${formatX(point.x)}, ${yLabel} ${formatY(point.y)}${point.dy ? ` ± ${formatY(point.dy)}` : ''}`);
  return (
    <Figure title={title} caption={caption} summary={summary} tools={tools} stops={words} table={{ head, rows: points.map((point) => [point.label, formatX(point.x), formatY(point.y), point.dy ? formatY(point.dy) : null]) }}>
      {(cursor, setCursor) => (
        <div className={css.plot}>
          <div className={own.room}>
            <span className={css.yl}>{yLabel}</span>
            <div className={css.area}>
              <svg className={css.geo} viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
                {sy.ticks.map((tick) => (
                  <line key={tick} className={css.grid} x1="0" x2="1000" y1={10 * y(tick)} y2={10 * y(tick)} />
                ))}
                {front && nobody.length > 1 && <path className={own.front} d={nobody.map((point, i) => (i === 0 ? `M${10 * x(point.x)} ${10 * y(point.y)}` : `L${10 * x(point.x)} ${10 * y(nobody[i - 1].y)}L${10 * x(point.x)} ${10 * y(point.y)}`)).join('')} />}
                {lines.map((line) => (
                  <path key={line[0].line} className={`${css.line} ${identity(line[0].method)}`} d={line.map((point, i) => `${i ? 'L' : 'M'}${(10 * x(point.x)).toFixed(1)} ${(10 * y(point.y)).toFixed(1)}`).join('')} />
                ))}
                {points.map((point) => point.dy ? <line key={point.id} className={`${own.whisker} ${identity(point.method)}`} x1={10 * x(point.x)} x2={10 * x(point.x)} y1={10 * y(point.y - point.dy)} y2={10 * y(point.y + point.dy)} /> : null)}
              </svg>
              {points.map((point, i) => (
                <Mark key={point.id} method={point.method} left={x(point.x)} top={y(point.y)} size={i === cursor ? 'big' : 'normal'} hollow={front && !best[i]} />
              ))}
              {sy.ticks.map((tick) => (
                <span key={tick} className={css.ty} style={{ top: `${y(tick)}%` }}>
                  {tickY(tick)}
                </span>
              ))}
              {sx.ticks.map((tick) => (
                <span key={tick} className={css.tx} style={tickPlace(x(tick), tickX(tick))}>
                  {tickX(tick)}
                </span>
              ))}
              {points.map((point, i) => named[i] && (
                <span key={point.id} className={`${own.label} ${x(point.x) > 45 ? own.before : ''} ${identity(point.method)}`} title={point.label} style={{ left: `${x(point.x)}%`, top: `${tops[i]}%`, '--free': `${x(point.x) > 45 ? x(point.x) : 100 - x(point.x)}%` } as CSSProperties} onPointerEnter={() => setCursor(i)} onPointerLeave={() => setCursor(-1)}>
                  {point.label}
                </span>
              ))}
              <span className={css.xl}>{xLabel}</span>
              {cursor >= 0 && points[cursor] && (
                <div className={`${css.readout} ${x(points[cursor].x) > 55 ? css.left : css.right} ${identity(points[cursor].method)}`} style={{ left: `${x(points[cursor].x)}%` }} aria-hidden="true" data-no-picture>
                  <b className={css.at}>{points[cursor].label}</b>
                  <span>{xLabel}</span>
                  <span className={css.value}>{formatX(points[cursor].x)}</span>
                  <span>{yLabel}</span>
                  <span className={css.value}>
                    {formatY(points[cursor].y)}
                    {points[cursor].dy ? ` ± ${formatY(points[cursor].dy)}` : ''}
                  </span>
                </div>
              )}
            </div>
          </div>
        </div>
      )}
    </Figure>
  );
}
