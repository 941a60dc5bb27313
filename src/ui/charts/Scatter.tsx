import { halfWidthAs, withSpread } from '../../language/format';
import { Figure } from './Figure';
import { onFront, type Good } from './front';
import { placeNames, type Box } from '../../figures/labels';
import { growth, identity, Mark } from './MethodKey';
import { at, linearScale, reach, roomyTicks, tickPlace, wideLogScale, type Scale } from '../../figures/scale';
import { fitText, textWidth } from './textWidth';
import { useSize } from './useSize';
import css from './Plot.module.css';
import own from './board.module.css';

export interface Point {
  id: string;
  method: string;
  /** Written beside it, in bold; the same again for each point of a line that `joined` draws. */
  label: string;
  /** Written under that: the one setting that tells it from points of the same label. */
  second?: string;
  /** Everything that is known of it. */
  about?: string;
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
  /** Axes of quantities that have their own: a share, a time. Else round numbers around the points. */
  scaleX?: (low: number, high: number) => Scale;
  scaleY?: (low: number, high: number) => Scale;
  formatX: (value: number) => string;
  formatY: (value: number) => string;
  tickX?: (value: number) => string;
  tickY?: (value: number) => string;
  tools?: React.ReactNode;
  head: string[];
}

const nameOf = (point: Point): string => [point.label, point.second].filter(Boolean).join(', ');

/** Points with their intervals, names beside them; lines join what belongs together, the front what nobody beats. */
export function Scatter(props: Props) {
  const { title, caption, summary, points, xLabel, yLabel, formatX, formatY, tools, head } = props;
  const words = points.map((point) => `${nameOf(point)}: ${xLabel} ${formatX(point.x)}, ${yLabel} ${withSpread(point.y, point.dy || null, formatY)}`);
  return (
    <Figure title={title} caption={caption} summary={summary} tools={tools} stops={words} table={{ head, rows: points.map((point) => [point.about ?? nameOf(point), formatX(point.x), formatY(point.y), point.dy ? halfWidthAs(formatY)(point.dy) : null]) }}>
      {(cursor, setCursor) => <Area {...props} cursor={cursor} onCursor={setCursor} />}
    </Figure>
  );
}

/** Marks closer than this, in px, hide one another. */
const same = 4;
/** Room that a mark takes to each side, which grows with the type of a presentation, and the lines of a name, in em. */
const markRoom = 0.58;
const lineHeight = 1.25;

function Area({ points, xLabel, yLabel, log, goodX, goodY, joined = false, front = false, scaleX, scaleY, formatX, formatY, tickX = formatX, tickY = formatY, cursor, onCursor }: Props & { cursor: number; onCursor: (cursor: number) => void }) {
  const [frame, { width, height, em, family }] = useSize<HTMLDivElement>();
  const half = markRoom * em;
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const edges = points.flatMap((point) => (point.dy ? [point.y - point.dy, point.y + point.dy] : []));
  const [lowX, highX] = [Math.min(...xs), Math.max(...xs)];
  const sx = scaleX ? scaleX(lowX, highX) : log && lowX > 0 ? wideLogScale(lowX, highX) : linearScale(lowX, highX, 4);
  const [lowY, highY] = reach(Math.min(...ys), Math.max(...ys), edges);
  const sy = (scaleY ?? linearScale)(lowY, highY);
  const best = onFront(points, goodX, goodY);
  const x = (value: number) => 100 * at(sx, value);
  const y = (value: number) => 100 * (1 - at(sy, value));
  const within = (value: number) => Math.min(sy.max, Math.max(sy.min, value));
  const px = ({ x: value }: Point) => (x(value) * width) / 100;
  const py = ({ y: value }: Point) => (y(value) * height) / 100;
  const lines = joined ? [...new Set(points.map(({ line }) => line))].map((line) => points.filter((point) => point.line === line).sort((a, b) => a.x - b.x)).filter((line) => line.length > 1) : [];
  const nobody = points.filter((_, i) => best[i]).sort((a, b) => a.x - b.x);

  // A line whose points have one name is named once, at its end.
  const named = points.filter((point) => !joined || !points.some((other) => other.line === point.line && nameOf(other) === nameOf(point) && other.x > point.x));
  const [bold, plain] = [`600 ${em}px ${family}`, `400 ${em}px ${family}`];
  const written = named.map((point) => ({ point, label: fitText(point.label, bold, 0.45 * width), second: point.second ? fitText(point.second, plain, 0.45 * width) : '' }));
  const under = (i: number): number => points.filter((other, k) => k > i && Math.hypot(px(other) - px(points[i]), py(other) - py(points[i])) < same).length;
  const boxAround = (left: number, top: number, right: number, bottom: number): Box => ({ left: Math.min(left, right), top: Math.min(top, bottom), right: Math.max(left, right), bottom: Math.max(top, bottom) });
  const sizes = points.map((_, i) => half * growth(under(i)));
  const marks = points.map((point, i) => boxAround(px(point) - sizes[i], py(point) - sizes[i], px(point) + sizes[i], py(point) + sizes[i]));
  // Names of marks that lie over one another keep off the largest of them.
  const sizeAt = (point: Point): number => Math.max(...points.map((other, i) => (Math.hypot(px(other) - px(point), py(other) - py(point)) < same ? sizes[i] : half)));
  const whiskers = points.flatMap((point) => (point.dy ? [boxAround(px(point) - 2, (height * y(within(point.y - point.dy))) / 100, px(point) + 2, (height * y(within(point.y + point.dy))) / 100)] : []));
  const places = placeNames(
    written.map(({ point, label, second }) => ({ x: px(point), y: py(point), width: Math.max(textWidth(label, bold), textWidth(second, plain)) + 4, height: (second ? 2 : 1) * lineHeight * em, gap: sizeAt(point) + 2 })),
    { left: 0, top: -em, right: width, bottom: height },
    marks,
    [...whiskers, ...(front ? nobody.slice(1).flatMap((point, i) => [...along(px(nobody[i]), py(nobody[i]), px(point), py(nobody[i])), ...along(px(point), py(nobody[i]), px(point), py(point))]) : []), ...lines.flatMap((line) => line.slice(1).flatMap((point, i) => along(px(line[i]), py(line[i]), px(point), py(point))))],
  );
  return (
    <div className={css.plot}>
      <div className={own.room}>
        <span className={css.yl}>{yLabel}</span>
        <div className={css.area} ref={frame}>
          <svg className={css.geo} viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
            {sy.ticks.map((tick) => (
              <line key={tick} className={css.grid} x1="0" x2="1000" y1={10 * y(tick)} y2={10 * y(tick)} />
            ))}
            {front && nobody.length > 1 && <path className={own.front} d={nobody.map((point, i) => (i === 0 ? `M${10 * x(point.x)} ${10 * y(point.y)}` : `L${10 * x(point.x)} ${10 * y(nobody[i - 1].y)}L${10 * x(point.x)} ${10 * y(point.y)}`)).join('')} />}
            {lines.map((line) => (
              <path key={line[0].line} className={`${css.line} ${identity(line[0].method)}`} d={line.map((point, i) => `${i ? 'L' : 'M'}${(10 * x(point.x)).toFixed(1)} ${(10 * y(point.y)).toFixed(1)}`).join('')} />
            ))}
            {points.map((point) => point.dy ? <line key={point.id} className={`${own.whisker} ${identity(point.method)}`} x1={10 * x(point.x)} x2={10 * x(point.x)} y1={10 * y(within(point.y - point.dy))} y2={10 * y(within(point.y + point.dy))} /> : null)}
          </svg>
          <svg className={own.leaders} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
            {places.map((place, i) => place?.leader && <path key={written[i].point.id} className={`${css.leader} ${identity(written[i].point.method)}`} d={`M${px(written[i].point).toFixed(1)} ${py(written[i].point).toFixed(1)}L${place.leader.x.toFixed(1)} ${place.leader.y.toFixed(1)}`} />)}
          </svg>
          {points.flatMap((point) => (point.dy ? [point.y - point.dy < sy.min && <Beyond key={`${point.id} down`} point={point} left={x(point.x)} />, point.y + point.dy > sy.max && <Beyond key={`${point.id} up`} point={point} left={x(point.x)} up />] : []))}
          {points.map((point, i) => (
            <Mark key={point.id} method={point.method} left={x(point.x)} top={y(point.y)} size={i === cursor ? 'big' : 'normal'} hollow={front && !best[i]} under={under(i)} />
          ))}
          {sy.ticks.map((tick) => (
            <span key={tick} className={css.ty} style={{ top: `${y(tick)}%` }}>
              {tickY(tick)}
            </span>
          ))}
          {roomyTicks(sx, width, (tick) => textWidth(tickX(tick), plain)).map((tick) => (
            <span key={tick} className={css.tx} style={tickPlace(x(tick), tickX(tick))}>
              {tickX(tick)}
            </span>
          ))}
          {places.map((place, i) => {
            const { point, label, second } = written[i];
            return (
              place && (
                <span key={point.id} className={`${own.label} ${identity(point.method)}`} title={point.about ?? nameOf(point)} style={{ left: place.box.left + 2, top: place.box.top }}>
                  {label}
                  {second && <small>{second}</small>}
                </span>
              )
            );
          })}
          {points.map((point, i) => (
            <span key={point.id} className={own.target} style={{ left: `${x(point.x)}%`, top: `${y(point.y)}%` }} onPointerEnter={() => onCursor(i)} onPointerLeave={() => onCursor(-1)} data-no-picture />
          ))}
          <span className={css.xl}>{xLabel}</span>
          {points[cursor] && <Readout point={points[cursor]} left={x(points[cursor].x)} rows={[[xLabel, formatX(points[cursor].x)], [yLabel, withSpread(points[cursor].y, points[cursor].dy || null, formatY)]]} />}
        </div>
      </div>
    </div>
  );
}

/** Boxes along a line between two points, for names to keep off. */
function along(x1: number, y1: number, x2: number, y2: number): Box[] {
  const steps = Math.max(1, Math.round(Math.hypot(x2 - x1, y2 - y1) / 12));
  return Array.from({ length: steps }, (_, k) => {
    const share = (k + 0.5) / steps;
    const [x, y] = [x1 + share * (x2 - x1), y1 + share * (y2 - y1)];
    return { left: x - 4, top: y - 4, right: x + 4, bottom: y + 4 };
  });
}

/** An interval that goes on beyond the axis. */
function Beyond({ point, left, up = false }: { point: Point; left: number; up?: boolean }) {
  return (
    <svg className={`${own.beyond} ${identity(point.method)}`} viewBox="-5 -5 10 10" style={{ left: `${left}%`, top: up ? 0 : '100%' }} aria-hidden="true">
      <path d={up ? 'M0 -4L4 3H-4Z' : 'M0 4L4 -3H-4Z'} fill="currentColor" />
    </svg>
  );
}

function Readout({ point, left, rows }: { point: Point; left: number; rows: [string, string][] }) {
  return (
    <div className={`${css.readout} ${left > 55 ? css.left : css.right} ${identity(point.method)}`} style={{ left: `${left}%` }} aria-hidden="true" data-no-picture>
      <b className={css.at}>{point.about ?? nameOf(point)}</b>
      {rows.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <span>{name}</span>
          <span className={css.value}>{value}</span>
        </div>
      ))}
    </div>
  );
}
