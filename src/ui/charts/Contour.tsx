import { contours } from 'd3-contour';
import { useId, useLayoutEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type PointerEvent, type Ref } from 'react';
import { coordinate, CORNERS } from '../../analysis/plane.meta';
import type { Landscape } from '../../train/analysis.meta';
import type { Quantity } from '../store/settings';
import { t } from '../strings';
import { methodLook } from '../methods';
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
  svg: Ref<SVGSVGElement>;
}

const left = 34;
const bottom = 26;
const top = 6;
const rightRoom = 8;

/** The plane from above: measured cells, lines of equal value, the runs and their paths. One tab stop; arrow keys move a cursor. */
export function Contour({ made, set: at, quantity, paths, cursor, names, summary, format, onCursor, read, svg }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(480);
  const [spoken, setSpoken] = useState('');
  const id = useId();
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(240, Math.floor(entry.contentRect.width))));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const { spec } = made;
  const { grid } = spec;
  const set = made.sets[at];
  const range = rangeOf(set, quantity);
  const [xs, ys] = [extent(spec.x, grid), extent(spec.y, grid)];
  const side = width - left - rightRoom;
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
  const ticks = (ends: readonly [number, number]) => linearScale(...ends, 5).ticks.filter((tick) => inside(tick, ends));
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
      <svg ref={svg} width={width} height={top + height + bottom} className={css.drawing} aria-hidden="true" onPointerMove={onPointerMove} onPointerLeave={() => onCursor(null)}>
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
            <Lines made={made} at={at} quantity={quantity} stride={stride} x={(k) => left + (k + 0.5) * cw} y={(k) => top + height - (k + 0.5) * ch} />
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
        {made.plane && inside(made.plane.pretrained.x, xs) && inside(made.plane.pretrained.y, ys) && (
          <g transform={`translate(${px(made.plane.pretrained.x)} ${py(made.plane.pretrained.y)})`}>
            <circle className={css.origin} r="4" />
            <text className={css.small} x="8" y="4">
              {t.landscape.pretrained}
            </text>
          </g>
        )}
        {CORNERS.map(([x, y], k) =>
          inside(x, xs) && inside(y, ys) ? (
            <g key={k} className={identity(made.runs[k].method)} transform={`translate(${px(x)} ${py(y)})`}>
              <path className={css.pin} transform="scale(1.5)" d={markPaths[methodLook(made.runs[k].method).marker]} />
              <text className={css.name} y={k === 1 ? -14 : 24} textAnchor="middle">
                {names[k]} <tspan className={css.value}>{format(set.corners[k][quantity])}</tspan>
              </text>
            </g>
          ) : null,
        )}
        {cursor && (
          <g className={css.cross} transform={`translate(${px(coordinate(spec.x, grid, cursor.i))} ${py(coordinate(spec.y, grid, cursor.j))})`}>
            <path d="M-10 0H10M0-10V10" />
            <rect x={-cw / 2} y={-ch / 2} width={cw} height={ch} />
          </g>
        )}
        {ticks(xs).map((tick) => (
          <text key={tick} className={css.axis} x={px(tick)} y={top + height + 16} textAnchor="middle">
            {tick}
          </text>
        ))}
        {ticks(ys).map((tick) => (
          <text key={tick} className={css.axis} x={left - 6} y={py(tick) + 4} textAnchor="end">
            {tick}
          </text>
        ))}
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

/** Lines of equal value on the finest grid that is whole; `x` and `y` place an index of the full grid. */
function Lines({ made, at, quantity, stride, x, y }: { made: Landscape; at: number; quantity: Quantity; stride: number; x: (index: number) => number; y: (index: number) => number }) {
  const range = rangeOf(made.sets[at], quantity);
  const { size, values } = sampled(made, made.sets[at], range, stride);
  if (size < 2) return null;
  const { step, values: thresholds } = isoValues(range);
  const shapes = contours().size([size, size]).thresholds(thresholds)(values);
  return shapes.map(({ value, coordinates }) => (
    <path
      key={value}
      className={Math.round(value / step) % 5 === 0 ? css.main : css.iso}
      d={coordinates
        .flat()
        .map((ring) => `M${ring.map(([cx, cy]) => `${x((cx - 0.5) * stride).toFixed(1)} ${y((cy - 0.5) * stride).toFixed(1)}`).join('L')}Z`)
        .join('')}
    />
  ));
}
