import { contours } from 'd3-contour';
import { line } from 'd3-shape';
import { useId, useState, type CSSProperties, type KeyboardEvent, type PointerEvent } from 'react';
import { CORNERS } from '../../../analysis/plane.meta';
import type { Landscape } from '../../../analysis/analysis.meta';
import { methodLook } from '../../../figures/methods';
import { overlaps, placeNames, within, type Box } from '../../../figures/labels';
import { markPaths } from '../../../figures/marks';
import { defined, several } from '../../../numbers/defined';
import { identity } from '../../kit/charts/MethodKey';
import { extent, goodness, isoValues, layoutOf, namedValues, rangeOf, sampled, ticksWithin, tilesOf, wholeStride, type Quantity } from '../../kit/charts/plane';
import type { PrintLook } from '../../kit/print/request';
import { fitNames, fitText, textWidth } from '../../kit/charts/textWidth';
import { useSize } from '../../kit/charts/useSize';
import css from './landscape.module.css';
import { landscapeWords } from '../words/landscape';

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
  /** On paper nothing is pointed at. */
  print?: PrintLook;
}

/** The plane from above: measured cells, lines of equal value, the runs and their paths. One tab stop; arrow keys move a cursor. */
export function Contour({ made, set: at, quantity, paths, cursor, names, summary, format, onCursor, read, print }: Props) {
  const [box, { width, em, family }] = useSize<HTMLDivElement>();
  const [spoken, setSpoken] = useState('');
  const id = useId();
  const { spec } = made;
  const { grid } = spec;
  const set = defined(made.sets[at]);
  const range = rangeOf(set, quantity);
  const [xs, ys] = [extent(spec.x, grid), extent(spec.y, grid)];
  const [left, top, bottom] = [2.8 * em, 2 * em, 3.4 * em];
  const side = width - left - 0.6 * em;
  // Where a flat landscape would be a strip without room for its names, more of what lies around it is shown; on paper as much as fills its shape.
  const layout = layoutOf(made, print ? (print.ratio * width - top - bottom) / side : side < 32 * em ? (13 * em) / side : 0);
  // One scale for both directions.
  const scale = side / (layout.along[1] - layout.along[0]);
  const height = Math.round(scale * (layout.off[1] - layout.off[0]));
  /** A point of the plane in px. */
  const place = (x: number, y: number): { x: number; y: number } => {
    const [along, off] = layout.at(x, y);
    return { x: left + (along - layout.along[0]) * scale, y: top + height - (off - layout.off[0]) * scale };
  };
  /** A place between points of the grid, counted from its lower left edge, in px. */
  const ofGrid = (i: number, j: number) => place(xs[0] + ((xs[1] - xs[0]) * i) / grid, ys[0] + ((ys[1] - ys[0]) * j) / grid);
  const outline = (i: number, j: number, i1: number, j1: number): string => [ofGrid(i, j), ofGrid(i1, j), ofGrid(i1, j1), ofGrid(i, j1)].map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
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
  const bounds = { left, top, right: left + side, bottom: top + height };
  const inside = ({ x, y }: { x: number; y: number }) => x >= bounds.left && x <= bounds.right && y >= bounds.top && y <= bounds.bottom;
  const onPointerMove = (event: PointerEvent<SVGSVGElement>) => {
    const frame = event.currentTarget.getBoundingClientRect();
    const at = { x: event.clientX - frame.left, y: event.clientY - frame.top };
    const [x, y] = layout.back(layout.along[0] + (at.x - left) / scale, layout.off[0] + (top + height - at.y) / scale);
    if (!inside(at) || x < xs[0] || x > xs[1] || y < ys[0] || y > ys[1]) return onCursor(null);
    onCursor(nearest(x, y));
  };

  // Two at least: one alone gives no length.
  const ticksOf = (span: [number, number], pixels: number) => ticksWithin(span, Math.max(2, Math.round(pixels / (6 * em))));
  const shownCorners = CORNERS.flatMap(([x, y], k) => (inside(place(x, y)) ? [{ k, ...place(x, y), value: format(defined(set.corners[k])[quantity]) }] : []));
  const start = made.plane?.pretrained;
  const origin = start && inside(place(start.x, start.y)) ? place(start.x, start.y) : null;
  // Where a run's mark lies on it, a ring shows around that.
  const hidden = origin !== null && shownCorners.some(({ x, y }) => Math.hypot(x - origin.x, y - origin.y) < 0.8 * em);
  const marker = ({ x, y }: { x: number; y: number }): Box => ({ left: x - em / 2, top: y - em / 2, right: x + em / 2, bottom: y + em / 2 });
  const [bold, plain, small] = [`600 ${em}px ${family}`, `400 ${em}px ${family}`, `400 ${0.92 * em}px ${family}`];
  // From the very left where it is longer than the map is wide, and without names where it is longer still.
  const [name0, name1, name2] = several(names, 3);
  const offLine = landscapeWords.axes.off(name0, name2);
  const upright = !layout.toScale ? landscapeWords.axes.y(name1) : textWidth(offLine, small) > left + side ? landscapeWords.axes.offThat : offLine;
  const chips = [
    ...shownCorners.map(({ k, x, y, value }) => {
      const name = fitText(defined(names[k]), bold, 0.5 * side);
      return { x, y, k, name, value, width: textWidth(name, bold) + textWidth(` ${value}`, plain) + 0.8 * em };
    }),
    ...(origin ? [{ ...origin, k: -1, name: landscapeWords.pretrained, value: '', width: textWidth(landscapeWords.pretrained, small) + 0.8 * em }] : []),
  ];
  const places = placeNames(chips.map((chip) => ({ ...chip, height: 1.5 * em, gap: 0.8 * em })), bounds, chips.map(marker));
  const boxes = places.flatMap((one) => (one ? [one.box] : []));
  return (
    <div
      ref={box}
      className={css.map}
      {...(print ? {} : { role: 'group', 'aria-roledescription': landscapeWords.map, 'aria-label': summary, 'aria-describedby': `${id}-keys`, tabIndex: 0, onKeyDown, onBlur: () => onCursor(null) })}
    >
      <svg width={width} height={top + height + bottom} className={css.drawing} aria-hidden="true" onPointerMove={onPointerMove} onPointerLeave={() => onCursor(null)}>
        <clipPath id={`${id}-clip`}>
          <rect x={left + 1} y={top + 1} width={side - 2} height={height - 2} />
        </clipPath>
        <g clipPath={`url(#${id}-clip)`}>
          <polygon className={css.ground} points={outline(0, 0, grid, grid)} />
          {tilesOf(made, set).map(({ index, i, j, size }) => (
            <polygon key={index} className={css.cell} style={{ '--v': (100 * goodness(range, defined(set[quantity][index]))).toFixed(1) } as CSSProperties} points={outline(i, j, Math.min(grid, i + size), Math.min(grid, j + size))} />
          ))}
        </g>
        <path className={css.tri} d={`M${CORNERS.map(([x, y]) => pair(place(x, y))).join('L')}Z`} clipPath={`url(#${id}-clip)`} />
        {stride !== null && (
          // Between the points: beyond the outermost ones nothing is known.
          <Lines made={made} at={at} quantity={quantity} stride={stride} format={format} place={(i, j) => ofGrid(i + 0.5, j + 0.5)} clip={`${id}-clip`} taken={[...boxes, ...shownCorners.map(marker)]} bounds={bounds} em={em} family={family} />
        )}
        {made.measured < grid ** 2 &&
          Array.from({ length: grid ** 2 }, (_, index) => {
            const { x, y } = ofGrid((index % grid) + 0.5, Math.floor(index / grid) + 0.5);
            return Number.isFinite(set.accuracy[index]) || !inside({ x, y }) ? null : <circle key={index} className={css.wait} r="1" cx={x} cy={y} />;
          })}
        {paths && (
          <g clipPath={`url(#${id}-clip)`}>
            {made.paths.map(({ run, points }) => {
              const d = joined(points.map(({ x, y }) => place(x, y))) ?? '';
              return (
                <g key={run} className={identity(defined(made.runs[run]).method)}>
                  <path className={css.case} d={d} />
                  <path className={css.track} d={d} />
                  {points.map((point) => (
                    <circle key={point.step} className={css.dot} r="3" cx={place(point.x, point.y).x} cy={place(point.x, point.y).y}>
                      <title>{landscapeWords.onPath(String(point.step), format(defined(point.measured[at])[quantity]))}</title>
                    </circle>
                  ))}
                </g>
              );
            })}
          </g>
        )}
        {origin && <circle className={css.origin} r={0.32 * em} cx={origin.x} cy={origin.y} />}
        {hidden && origin && [css.halo, css.ring].map((className) => <circle key={className} className={className} r={0.95 * em} cx={origin.x} cy={origin.y} />)}
        {shownCorners.map(({ k, x, y }) => {
          const { method } = defined(made.runs[k]);
          return (
            <g key={k} className={identity(method)} transform={`translate(${x} ${y})`}>
              <path className={css.pin} transform={`scale(${(0.115 * em).toFixed(2)})`} d={markPaths[methodLook(method).marker]} />
            </g>
          );
        })}
        {places.map((one, i) => {
          const chip = defined(chips[i]);
          return (
            one && (
              <g key={chip.k} className={chip.k < 0 ? undefined : identity(defined(made.runs[chip.k]).method)}>
                {one.leader && <path className={css.tie} d={`M${pair(chip)}L${pair(one.leader)}`} />}
                <rect className={css.plate} x={one.box.left} y={one.box.top} width={one.box.right - one.box.left} height={one.box.bottom - one.box.top} rx="2" />
                <text className={chip.k < 0 ? css.small : css.name} x={(one.box.left + one.box.right) / 2} y={(one.box.top + one.box.bottom) / 2 + 0.35 * em} textAnchor="middle">
                  {chip.name}
                  {chip.value && <tspan className={css.value}> {chip.value}</tspan>}
                </text>
              </g>
            )
          );
        })}
        {cursor && (
          <g className={css.cross} data-no-picture="" clipPath={`url(#${id}-clip)`}>
            <path d="M-10 0H10M0-10V10" transform={`translate(${pair(ofGrid(cursor.i + 0.5, cursor.j + 0.5))})`} />
            <polygon points={outline(cursor.i, cursor.j, cursor.i + 1, cursor.j + 1)} />
          </g>
        )}
        <rect className={css.frame} x={left} y={top} width={side} height={height} />
        {ticksOf(layout.along, side).map((tick) => (
          <text key={tick} className={css.axis} x={left + (tick - layout.along[0]) * scale} y={top + height + 1.25 * em} textAnchor="middle">
            {tick}
          </text>
        ))}
        {ticksOf(layout.off, height).map((tick) => (
          <text key={tick} className={css.axis} x={left - 0.5 * em} y={top + height - (tick - layout.off[0]) * scale + 0.33 * em} textAnchor="end">
            {tick}
          </text>
        ))}
        <text className={css.axis} x={textWidth(upright, small) > side ? 0 : left} y={1.1 * em}>
          {upright}
        </text>
        <text className={css.axis} x={left + side} y={top + height + 2.75 * em} textAnchor="end">
          {layout.toScale ? fitNames(landscapeWords.axes.along, name0, name2, small, side) : landscapeWords.axes.x(name0, name2)}
        </text>
      </svg>
      {print && places.map((one, i) => !one && <span key={i} hidden data-unnamed />)}
      {!print && (
        <>
          <span id={`${id}-keys`} hidden>
            {landscapeWords.keys}
          </span>
          <span className="sr" role="status">
            {spoken}
          </span>
        </>
      )}
    </div>
  );
}

interface LinesProps {
  made: Landscape;
  at: number;
  quantity: Quantity;
  stride: number;
  format: (value: number) => string;
  /** Places a column and a row of the full grid. */
  place: (i: number, j: number) => { x: number; y: number };
  /** Id of what cuts lines off; numbers are whole. */
  clip: string;
  /** Boxes that numbers must not cover, bounds that they stay in, and the font. */
  taken: Box[];
  bounds: Box;
  em: number;
  family: string;
}

/** A box with so much room around it. */
const grown = ({ left, top, right, bottom }: Box, by: number): Box => ({ left: left - by, top: top - by, right: right + by, bottom: bottom + by });

/** A line through places, and the parts of one that lie on known ground. */
const joined = line<{ x: number; y: number; known?: boolean }>(({ x }) => x, ({ y }) => y).defined(({ known = true }) => known).digits(1);
const pair = ({ x, y }: { x: number; y: number }): string => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** Lines of equal value on the finest grid that is whole; the main ones carry their value, and those that the legend names, where there is room. */
function Lines({ made, at, quantity, stride, format, place, clip, taken, bounds, em, family }: LinesProps) {
  const set = defined(made.sets[at]);
  const range = rangeOf(set, quantity);
  const { size, values } = sampled(made, set, range, stride);
  if (size < 2) return null;
  const { step, values: thresholds } = isoValues(range);
  // Beyond the outermost points nothing is known: what closes a line there is no part of it.
  const last = (size - 1) * stride;
  const shapes = contours().size([size, size]).thresholds(thresholds)(values).map(({ value, coordinates }) => ({
    value,
    rings: coordinates.flat().map((ring) =>
      ring.map((point) => {
        const [cx, cy] = several(point, 2);
        const [i, j] = [(cx - 0.5) * stride, (cy - 0.5) * stride];
        return { ...place(i, j), known: Math.min(i, j) >= 0 && Math.max(i, j) <= last, inner: Math.min(i, j) > 0 && Math.max(i, j) < last };
      }),
    ),
  }));
  const isMain = (value: number) => Math.round(value / step) % 5 === 0;
  const numbers: { value: number; box: Box }[] = [];
  const named = namedValues(range);
  const numbered = [...shapes.filter(({ value }) => isMain(value)), ...shapes.filter(({ value }) => !isMain(value) && named.includes(value))];
  for (const { value, rings } of numbered) {
    // The highest place on its longest ring where a number covers nothing.
    const ring = rings.reduce<(typeof rings)[number]>((longest, one) => (one.length > longest.length ? one : longest), []);
    const [halfWidth, halfHeight] = [textWidth(format(value), `400 ${0.85 * em}px ${family}`) / 2 + 0.25 * em, 0.6 * em];
    const box = ring.filter((point) => point.inner).sort((a, b) => a.y - b.y).map(({ x, y }): Box => ({ left: x - halfWidth, top: y - halfHeight, right: x + halfWidth, bottom: y + halfHeight })).find((one) => within(one, bounds, em) && ![...taken, ...numbers.map((number) => number.box)].some((other) => overlaps(grown(one, em), other)));
    if (box) numbers.push({ value, box });
  }
  return (
    <>
      <g clipPath={`url(#${clip})`}>
        {shapes.map(({ value, rings }) => {
          const d = rings.map((ring) => joined(ring) ?? '').join('');
          // Lines stand off dark cells by what is light beside them.
          return (
            <g key={value}>
              <path className={css.isoCase} d={d} />
              <path className={isMain(value) ? css.main : css.iso} d={d} />
            </g>
          );
        })}
      </g>
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

