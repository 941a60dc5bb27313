import { contours } from 'd3-contour';
import { useId, useLayoutEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type PointerEvent } from 'react';
import { coordinate, CORNERS } from '../../analysis/plane.meta';
import type { Landscape } from '../../train/analysis.meta';
import type { Quantity } from '../store/settings';
import { t } from '../strings';
import { methodLook } from '../methods';
import { placeLabels, type Box, type Label } from './labels';
import { markPaths } from './marks';
import { identity } from './MethodKey';
import { extent, goodness, isoValues, rangeOf, sampled, tilesOf, wholeStride } from './plane';
import { linearScale } from './scale';
import css from './landscape.module.css';

/** A point of the grid. */
export interface Place {
  i: number;
  j: number;
}

interface Props {
  made: Landscape;
  set: number;
  quantity: Quantity;
  paths: boolean;
  cursor: Place | null;
  /** Names of the runs, short enough for the drawing. */
  names: string[];
  summary: string;
  format: (value: number) => string;
  onCursor: (cursor: Place | null) => void;
  /** The words of the cursor's place, for those who do not see it. */
  read: (cursor: Place) => string;
}

/** Width of a word in its own font size, a little more than it takes. */
const wide = (text: string): number => 0.54 * text.length;

const bold = (text: string): number => 0.6 * text.length;

/** The plane from above: measured cells, lines of equal value, the runs and their paths. One tab stop; arrow keys move a cursor. */
export function Contour({ made, set: at, quantity, paths, cursor, names, summary, format, onCursor, read }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [{ width, em }, setSize] = useState({ width: 480, em: 13 });
  const [spoken, setSpoken] = useState('');
  const id = useId();
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([{ contentRect, target }]) => setSize({ width: Math.max(240, Math.floor(contentRect.width)), em: parseFloat(getComputedStyle(target).fontSize) }));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const { spec } = made;
  const { grid } = spec;
  const set = made.sets[at];
  const range = rangeOf(set, quantity);
  const [xs, ys] = [extent(spec.x, grid), extent(spec.y, grid)];
  const [left, top, bottom] = [2.8 * em, 2 * em, 3.4 * em];
  const side = width - left - 0.6 * em;
  const height = Math.round(side * Math.min(1.4, Math.max(0.5, (ys[1] - ys[0]) / (xs[1] - xs[0]))));
  const px = (x: number) => left + (side * (x - xs[0])) / (xs[1] - xs[0]);
  const py = (y: number) => top + height * (1 - (y - ys[0]) / (ys[1] - ys[0]));
  const [cw, ch] = [side / grid, height / grid];
  const stride = wholeStride(made, set);

  const move = (place: Place) => {
    onCursor(place);
    setSpoken(read(place));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return onCursor(null);
    const step = event.shiftKey ? Math.max(1, Math.round(grid / 6)) : 1;
    const moves: Record<string, [number, number]> = { ArrowRight: [step, 0], ArrowLeft: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step], Home: [-grid, 0], End: [grid, 0], PageUp: [0, grid], PageDown: [0, -grid] };
    const by = moves[event.key];
    if (!by) return;
    event.preventDefault();
    const from = cursor ?? nearest(0.5, 0.3);
    const to = (value: number) => Math.min(grid - 1, Math.max(0, value));
    move({ i: to(from.i + by[0]), j: to(from.j + by[1]) });
  };
  const nearest = (x: number, y: number): Place => {
    const index = (axis: readonly [number, number], value: number) => Math.min(grid - 1, Math.max(0, Math.round(((value - axis[0]) / (axis[1] - axis[0])) * grid)));
    return { i: index(spec.x, x), j: index(spec.y, y) };
  };
  const onPointerMove = (event: PointerEvent<SVGSVGElement>) => {
    const bounds = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - bounds.left, event.clientY - bounds.top];
    if (x < left || x > left + side || y < top || y > top + height) return onCursor(null);
    onCursor(nearest(xs[0] + ((x - left) / side) * (xs[1] - xs[0]), ys[0] + (1 - (y - top) / height) * (ys[1] - ys[0])));
  };

  const inside = (value: number, [low, high]: readonly [number, number]) => value >= low && value <= high;
  const ticks = (ends: readonly [number, number]) => linearScale(...ends, width < 30 * em ? 3 : 5).ticks.filter((tick) => inside(tick, ends));
  const shownCorners = CORNERS.flatMap(([x, y], k) => (inside(x, xs) && inside(y, ys) ? [{ k, x: px(x), y: py(y), value: format(set.corners[k][quantity]) }] : []));
  const start = made.plane?.pretrained;
  const origin = start && inside(start.x, xs) && inside(start.y, ys) ? { x: px(start.x), y: py(start.y) } : null;
  const marker = ({ x, y }: { x: number; y: number }): Box => ({ left: x - em / 2, top: y - em / 2, right: x + em / 2, bottom: y + em / 2 });
  const bounds = { left, top, right: left + side, bottom: top + height };
  const boxes = placeLabels(
    [
      ...shownCorners.map(({ k, x, y, value }): Label => ({ x, y, width: em * (bold(names[k]) + wide(` ${value}`) + 0.8), height: 1.5 * em, gap: em, sides: k === 1 ? ['above', 'right', 'left', 'below'] : ['below', 'above', k === 0 ? 'left' : 'right'] })),
      ...(origin ? [{ ...origin, width: em * (0.92 * wide(t.landscape.pretrained) + 0.8), height: 1.4 * em, gap: 0.7 * em, sides: ['right', 'left', 'above', 'below'] as const }] : []),
    ],
    bounds,
    [...shownCorners, ...(origin ? [origin] : [])].map(marker),
  );
  return (
    <div
      ref={box}
      className={css.map}
      role="group"
      aria-roledescription={t.landscape.map}
      aria-label={summary}
      aria-describedby={`${id}-keys`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onBlur={() => onCursor(null)}
    >
      <svg width={width} height={top + height + bottom} className={css.drawing} aria-hidden="true" onPointerMove={onPointerMove} onPointerLeave={() => onCursor(null)}>
        <clipPath id={`${id}-clip`}>
          <rect x={left + 1} y={top + 1} width={side - 2} height={height - 2} />
        </clipPath>
        <clipPath id={`${id}-points`}>
          <rect x={left + cw / 2} y={top + ch / 2} width={side - cw} height={height - ch} />
        </clipPath>
        <rect className={css.ground} x={left} y={top} width={side} height={height} />
        <g clipPath={`url(#${id}-clip)`}>
          {tilesOf(made, set).map(({ index, i, j, size }) => (
            <rect
              key={index}
              className={css.cell}
              style={{ '--v': (100 * goodness(range, set[quantity][index])).toFixed(1) } as CSSProperties}
              x={left + i * cw}
              y={top + height - (j + size) * ch}
              width={size * cw}
              height={size * ch}
            />
          ))}
        </g>
        {stride !== null && (
          // Between the points: beyond the outermost ones nothing is known.
          <g clipPath={`url(#${id}-points)`}>
            <Lines made={made} at={at} quantity={quantity} stride={stride} format={format} x={(k) => left + (k + 0.5) * cw} y={(k) => top + height - (k + 0.5) * ch} taken={[...boxes, ...shownCorners.map(marker)]} bounds={bounds} em={em} />
          </g>
        )}
        {made.measured < grid ** 2 &&
          Array.from({ length: grid ** 2 }, (_, index) =>
            Number.isFinite(set.accuracy[index]) ? null : <circle key={index} className={css.wait} r="1" cx={px(coordinate(spec.x, grid, index % grid))} cy={py(coordinate(spec.y, grid, Math.floor(index / grid)))} />,
          )}
        <path className={css.tri} d={`M${CORNERS.map(([x, y]) => `${px(x)} ${py(y)}`).join('L')}Z`} clipPath={`url(#${id}-clip)`} />
        {paths && (
          <g clipPath={`url(#${id}-clip)`}>
            {made.paths.map(({ run, points }) => {
              const d = `M${points.map(({ x, y }) => `${px(x).toFixed(1)} ${py(y).toFixed(1)}`).join('L')}`;
              return (
                <g key={run} className={identity(made.runs[run].method)}>
                  <path className={css.case} d={d} />
                  <path className={css.track} d={d} />
                  {points.map((point) => (
                    <circle key={point.step} className={css.dot} r="3" cx={px(point.x)} cy={py(point.y)}>
                      <title>{t.landscape.onPath(String(point.step), format(point.measured[at][quantity]))}</title>
                    </circle>
                  ))}
                </g>
              );
            })}
          </g>
        )}
        {origin && <circle className={css.origin} r={0.32 * em} cx={origin.x} cy={origin.y} />}
        {shownCorners.map(({ k, x, y }) => (
          <g key={k} className={identity(made.runs[k].method)} transform={`translate(${x} ${y})`}>
            <path className={css.pin} transform={`scale(${(0.115 * em).toFixed(2)})`} d={markPaths[methodLook(made.runs[k].method).marker]} />
          </g>
        ))}
        {boxes.map((box, i) => (
          <g key={i} className={shownCorners[i] && identity(made.runs[shownCorners[i].k].method)}>
            <rect className={css.plate} x={box.left} y={box.top} width={box.right - box.left} height={box.bottom - box.top} rx="2" />
            <text className={shownCorners[i] ? css.name : css.small} x={(box.left + box.right) / 2} y={(box.top + box.bottom) / 2 + 0.35 * em} textAnchor="middle">
              {shownCorners[i] ? names[shownCorners[i].k] : t.landscape.pretrained}
              {shownCorners[i] && <tspan className={css.value}> {shownCorners[i].value}</tspan>}
            </text>
          </g>
        ))}
        {cursor && (
          <g className={css.cross} data-no-picture="" transform={`translate(${px(coordinate(spec.x, grid, cursor.i))} ${py(coordinate(spec.y, grid, cursor.j))})`}>
            <path d="M-10 0H10M0-10V10" />
            <rect x={-cw / 2} y={-ch / 2} width={cw} height={ch} />
          </g>
        )}
        {ticks(xs).map((tick) => (
          <text key={tick} className={css.axis} x={px(tick)} y={top + height + 1.25 * em} textAnchor="middle">
            {tick}
          </text>
        ))}
        {ticks(ys).map((tick) => (
          <text key={tick} className={css.axis} x={left - 0.5 * em} y={py(tick) + 0.33 * em} textAnchor="end">
            {tick}
          </text>
        ))}
        <text className={css.axis} x={left} y={1.1 * em}>
          {t.landscape.axes.y(names[1])}
        </text>
        <text className={css.axis} x={left + side} y={top + height + 2.75 * em} textAnchor="end">
          {t.landscape.axes.x(names[0], names[2])}
        </text>
      </svg>
      <span id={`${id}-keys`} hidden>
        {t.landscape.keys}
      </span>
      <span className="sr" role="status">
        {spoken}
      </span>
    </div>
  );
}

interface LinesProps {
  made: Landscape;
  at: number;
  quantity: Quantity;
  stride: number;
  format: (value: number) => string;
  /** Place an index of the full grid. */
  x: (index: number) => number;
  y: (index: number) => number;
  /** What numbers must not cover, where they must stay, and the size of the font. */
  taken: Box[];
  bounds: Box;
  em: number;
}

/** Lines of equal value on the finest grid that is whole; the main ones carry their value. */
function Lines({ made, at, quantity, stride, format, x, y, taken, bounds, em }: LinesProps) {
  const range = rangeOf(made.sets[at], quantity);
  const { size, values } = sampled(made, made.sets[at], range, stride);
  if (size < 2) return null;
  const { step, values: thresholds } = isoValues(range);
  const shapes = contours().size([size, size]).thresholds(thresholds)(values).map(({ value, coordinates }) => ({ value, rings: coordinates.flat().map((ring) => ring.map(([cx, cy]) => [x((cx - 0.5) * stride), y((cy - 0.5) * stride)] as const)) }));
  const isMain = (value: number) => Math.round(value / step) % 5 === 0;
  const numbers: { value: number; box: Box }[] = [];
  for (const { value, rings } of shapes.filter(({ value }) => isMain(value))) {
    // The highest place on its longest ring where a number covers nothing.
    const ring = rings.reduce<(typeof rings)[number]>((longest, one) => (one.length > longest.length ? one : longest), []);
    const [halfWidth, halfHeight] = [0.46 * em * wide(format(value)) + 0.2 * em, 0.6 * em];
    const box = [...ring].sort((a, b) => a[1] - b[1]).map(([cx, cy]): Box => ({ left: cx - halfWidth, top: cy - halfHeight, right: cx + halfWidth, bottom: cy + halfHeight })).find((one) => within(one, bounds, em) && ![...taken, ...numbers.map((number) => number.box)].some((other) => meets(one, other)));
    if (box) numbers.push({ value, box });
  }
  return (
    <>
      {shapes.map(({ value, rings }) => (
        <path key={value} className={isMain(value) ? css.main : css.iso} d={rings.map((ring) => `M${ring.map(([cx, cy]) => `${cx.toFixed(1)} ${cy.toFixed(1)}`).join('L')}Z`).join('')} />
      ))}
      {numbers.map(({ value, box }) => (
        <g key={value}>
          <rect className={css.plate} x={box.left} y={box.top} width={box.right - box.left} height={box.bottom - box.top} rx="2" />
          <text className={css.level} x={(box.left + box.right) / 2} y={(box.top + box.bottom) / 2 + 0.32 * em} textAnchor="middle">
            {format(value)}
          </text>
        </g>
      ))}
    </>
  );
}

const within = (box: Box, bounds: Box, margin: number): boolean => box.left > bounds.left + margin && box.right < bounds.right - margin && box.top > bounds.top + margin && box.bottom < bounds.bottom - margin;
const meets = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
