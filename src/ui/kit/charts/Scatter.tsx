import { curveStepAfter, line } from 'd3-shape';
import { withSpread } from '../../../language/format';
import { Figure } from './Figure';
import { onFront, type Good } from './front';
import { sideBySide } from '../../../figures/beside';
import { identity, Legend, Mark } from './MethodKey';
import { at, isBeyond, linearScale, reach, roomyTicks, tickPlace, tickShift, wideLogScale, type Scale } from '../../../figures/scale';
import { defined } from '../../../numbers/defined';
import { placePointNames, roomOnPaper } from './pointNames';
import { fitText, textWidth } from './textWidth';
import { useSize } from './useSize';
import css from './Plot.module.css';
import own from './board.module.css';
import { chartWords } from '../words/chart';
import type { PrintFacts, PrintLook } from '../print/request';

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
  /** Ends of the interval upwards where it has one that is not even, as of a share. */
  range?: readonly [low: number, high: number] | null;
  /** Values of its seeds, where these are too few for an interval: each is drawn. */
  each?: readonly number[];
  /** Points of one line share it. */
  line: string;
  /** Recorded, beside a person's own: paler and smaller. */
  pale?: boolean;
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
  /** Draws the front and, but on paper, hollows what is beaten. */
  front?: boolean;
  /** Axes of quantities that have their own: a share, a time. Else round numbers around the points. */
  scaleX?: (low: number, high: number) => Scale;
  scaleY?: (low: number, high: number) => Scale;
  formatX: (value: number) => string;
  formatY: (value: number) => string;
  tickX?: (value: number) => string;
  tickY?: (value: number) => string;
  tools?: React.ReactNode;
  reading?: React.ReactNode;
  of?: React.ReactNode;
  head: string[];
  /** Columns of its file: heads with units, and conversions of a point's x and y to them; ends of intervals are converted as y. */
  plain?: { head?: string[]; x?: (value: number) => number | string; y?: (value: number) => number };
  /** What is said of it in a paper. */
  facts?: () => PrintFacts;
}

const nameOf = (point: Point): string => [point.label, point.second].filter(Boolean).join(', ');

/** Points with their intervals, names beside them; lines join what belongs together, the front what nobody beats. */
export function Scatter(props: Props) {
  const { title, caption, summary, points, xLabel, yLabel, formatX, formatY, tools, reading, of, head, plain } = props;
  const [toX, toY] = [plain?.x ?? Number, plain?.y ?? Number];
  const whole = (point: Point) => point.about ?? nameOf(point);
  const words = points.map((point) => `${nameOf(point)}: ${xLabel} ${formatX(point.x)}, ${yLabel} ${valueText(point, formatY)}`);
  const up = upwards(props);
  return (
    <Figure title={title} caption={up.beyond.length > 0 ? <>{caption} {chartWords.beyond}</> : caption} summary={summary} tools={tools} reading={reading} of={of} stops={words} print={{ facts: props.facts && withBeyond(props.facts, up.beyond.length > 0), legend: true, draw: (look) => <Printed {...props} {...up} look={look} /> }} table={{
      head, rows: points.map((point) => [whole(point), formatX(point.x), formatY(point.y), point.range ? chartWords.range(...(point.range.map(formatY) as [string, string])) : point.dy == null ? null : formatY(point.dy)]),
      plain: { head: [...(plain?.head ?? head).slice(0, 3), ...chartWords.bounds], rows: points.map((point) => [whole(point), toX(point.x), toY(point.y), ...[0, 1].map((end) => { const at = ends(point)[end]; return at === undefined ? null : toY(at); })]) },
    }}>
      {(cursor, setCursor) => <Area {...props} {...up} cursor={cursor} onCursor={setCursor} />}
    </Figure>
  );
}

/** Facts on a figure in which an interval may go on beyond the axis. */
const withBeyond = (facts: () => PrintFacts, beyond: boolean) => (): PrintFacts => {
  const { caption, table } = facts();
  return { caption: beyond ? `${caption} ${chartWords.beyond}` : caption, table };
};

/** The drawing on paper, with the methods below it in a legend where that is asked for. */
function Printed({ look, ...props }: Props & ReturnType<typeof upwards> & { look: PrintLook }) {
  return (
    <>
      <Area {...props} cursor={-1} onCursor={() => {}} print={look} />
      {look.legend && <Legend methods={props.points.map(({ method }) => method)} settings={settingsOf(props.points)} />}
    </>
  );
}

/** What stands under the name of a method's only point. */
const settingsOf = (points: readonly Point[]): Record<string, string> => Object.fromEntries(points.flatMap(({ method, second }) => (second && points.filter((other) => other.method === method).length === 1 ? [[method, second]] : [])));

/** Both ends of a point's interval; nothing where it has none. */
const ends = ({ y, dy, range }: Point): readonly number[] => range ?? (dy ? [y - dy, y + dy] : []);

/** A point's value upwards with its interval: "69.2 ± 2.3", or "68.4, 64.2 to 72.3". */
const valueText = ({ y, dy, range }: Point, format: (value: number) => string): string => (range ? chartWords.ranged(format(y), ...(range.map(format) as [string, string])) : withSpread(y, dy ?? null, format));

/** The axis upwards, and the ends of intervals that lie beyond it: above, or below. */
function upwards({ points, scaleY }: Pick<Props, 'points' | 'scaleY'>): { sy: Scale; beyond: { point: Point; up: boolean }[] } {
  const ys = points.map((point) => point.y);
  const sy = (scaleY ?? linearScale)(...reach(Math.min(...ys), Math.max(...ys), points.flatMap((point) => [...ends(point), ...(point.each ?? [])])));
  return { sy, beyond: points.flatMap((point) => ends(point).flatMap((end, i) => (isBeyond(sy, end, scaleY !== undefined) ? [{ point, up: i === 1 }] : []))) };
}

/** Room that a mark takes to each side, which grows with the type of a presentation, distance of marks that stand side by side, and the most that one is moved, in em. */
const onScreen = { room: 0.58, apart: 0.986, far: 1.74 } as const;
/** More points than this are not all named: the others have their names at the cursor and in the table. */
const mostNamed = 20;

function Area({ points, xLabel, yLabel, log, goodX, goodY, joined = false, front = false, scaleX, formatX, formatY, tickX = formatX, tickY = formatY, sy, beyond, cursor, onCursor, print }: Props & ReturnType<typeof upwards> & { cursor: number; onCursor: (cursor: number) => void; print?: PrintLook }) {
  const [frame, { width, height, em, family }] = useSize<HTMLDivElement>();
  const half = (print ? roomOnPaper : onScreen.room) * em;
  const xs = points.map((point) => point.x);
  const [lowX, highX] = [Math.min(...xs), Math.max(...xs)];
  const sx = scaleX ? scaleX(lowX, highX) : log && lowX > 0 ? wideLogScale(lowX, highX) : linearScale(lowX, highX, 4);
  const best = onFront(points, goodX, goodY);
  const x = (value: number) => 100 * at(sx, value);
  const y = (value: number) => 100 * (1 - at(sy, value));
  const within = (value: number) => Math.min(sy.max, Math.max(sy.min, value));
  const py = ({ y: value }: Point) => (y(value) * height) / 100;
  const placed = print ? points.map((point) => (x(point.x) * width) / 100) : sideBySide(points.map((point) => ({ x: (x(point.x) * width) / 100, top: Math.min(py(point) - half, ...ends(point).map((end) => (y(end) * height) / 100)), bottom: Math.max(py(point) + half, ...ends(point).map((end) => (y(end) * height) / 100)) })), onScreen.apart * em, onScreen.far * em);
  const px = (point: Point) => defined(placed[points.indexOf(point)]);
  /** Horizontal place of a point, in percent. */
  const left = (point: Point) => (100 * px(point)) / width;
  const through = () => line<Point>((point) => 10 * left(point), (point) => 10 * y(point.y)).digits(1);
  const lines = !joined ? [] : [...new Set(points.map(({ line }) => line))].flatMap((name) => {
    const [first, ...others] = points.filter((point) => point.line === name).sort((a, b) => a.x - b.x);
    return first && others.length > 0 ? [{ line: name, method: first.method, points: [first, ...others] }] : [];
  });
  const nobody = points.filter((_, i) => best[i]).sort((a, b) => a.x - b.x);

  // A line whose points have one name is named once, at its end. Of very many points those are named that nobody beats, and the highest of each method.
  const isHighest = (point: Point) => !points.some((other) => other.method === point.method && other.pale === point.pale && other.y > point.y);
  const named = print?.legend ? [] : points.filter((point, i) => (points.length <= mostNamed || (front && best[i]) || isHighest(point)) && (!joined || !points.some((other) => other.line === point.line && nameOf(other) === nameOf(point) && other.x > point.x)));
  const [bold, plain] = [`600 ${em}px ${family}`, `400 ${em}px ${family}`];
  const written = named.map((point) => ({ point, label: fitText(point.label, bold, 0.45 * width), second: point.second ? fitText(point.second, plain, 0.45 * width) : '' }));
  const spotOf = (point: Point) => ({ x: px(point), y: py(point) });
  const spots = placePointNames(
    written.map(({ point, label, second }) => ({ ...spotOf(point), width: Math.max(textWidth(label, bold), textWidth(second, plain)) + 4, lines: second ? 2 : 1 })),
    {
      width, height, em, half,
      marks: points.map((point) => {
        const [low, high] = ends(point);
        return { ...spotOf(point), ...(low !== undefined && high !== undefined && { low: (height * y(within(low))) / 100, high: (height * y(within(high))) / 100 }) };
      }),
      lines: lines.map((line) => line.points.map(spotOf)),
      front: front ? nobody.map(spotOf) : [],
      on: print ? 'paper' : 'screen',
    },
  );
  const places = written.flatMap((one, i) => {
    const place = spots[i];
    return place ? [{ ...one, place }] : [];
  });
  return (
    <div className={css.plot}>
      <div className={own.room}>
        <span className={css.yl}>{yLabel}</span>
        <div className={css.area} ref={frame}>
          <svg className={css.geo} viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
            {sy.ticks.map((tick) => (
              <line key={tick} className={css.grid} x1="0" x2="1000" y1={10 * y(tick)} y2={10 * y(tick)} />
            ))}
            {front && nobody.length > 1 && <path className={own.front} d={through().curve(curveStepAfter)(nobody) ?? ''} />}
            {lines.map(({ line: name, method, points: on }) => (
              <path key={name} className={`${css.line} ${identity(method)}`} d={through()(on) ?? ''} />
            ))}
            {points.map((point) => {
              const [low, high] = ends(point);
              return low === undefined || high === undefined ? null : <line key={point.id} className={`${own.whisker} ${identity(point.method)} ${point.pale ? css.pale : ''}`} x1={10 * left(point)} x2={10 * left(point)} y1={10 * y(within(low))} y2={10 * y(within(high))} />;
            })}
          </svg>
          <svg className={own.leaders} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
            {places.map(({ point, place: { leader } }) => leader && <path key={point.id} className={`${css.leader} ${identity(point.method)}`} d={`M${px(point).toFixed(1)} ${py(point).toFixed(1)}L${leader.x.toFixed(1)} ${leader.y.toFixed(1)}`} />)}
          </svg>
          {print && written.map(({ point }, i) => !spots[i] && <span key={point.id} hidden data-unnamed />)}
          {beyond.map(({ point, up }) => (
            <Beyond key={`${point.id} ${up}`} point={point} left={left(point)} up={up} />
          ))}
          {points.flatMap((point) => (point.each ?? []).map((value, i) => <Mark key={`${point.id} ${i}`} method={point.method} left={left(point)} top={y(within(value))} size="small" className={point.pale && css.pale} />))}
          {[...points.entries()].sort(([, a], [, b]) => Number(b.pale ?? false) - Number(a.pale ?? false)).map(([i, point]) => (
            <Mark key={point.id} method={point.method} left={left(point)} top={y(point.y)} size={i === cursor ? 'big' : point.pale ? 'small' : 'normal'} hollow={front && !print && !best[i]} className={point.pale && css.pale} />
          ))}
          {sy.ticks.map((tick) => (
            <span key={tick} className={css.ty} style={{ top: `${y(tick)}%` }}>
              {tickY(tick)}
            </span>
          ))}
          {roomyTicks(sx, width, (tick) => textWidth(tickX(tick), plain), (tick) => em * tickShift(x(tick), tickX(tick))).map((tick) => (
            <span key={tick} className={css.tx} style={tickPlace(x(tick), tickX(tick))}>
              {tickX(tick)}
            </span>
          ))}
          {places.map(({ point, label, second, place: { box } }) => (
            <span key={point.id} className={`${own.label} ${identity(point.method)} ${point.pale ? own.pale : ''}`} title={point.about ?? nameOf(point)} style={{ left: box.left + 2, top: box.top }}>
              {label}
              {second && <small>{second}</small>}
            </span>
          ))}
          {points.map((point, i) => (
            <span key={point.id} className={own.target} style={{ left: `${left(point)}%`, top: `${y(point.y)}%` }} onPointerEnter={() => onCursor(i)} onPointerLeave={() => onCursor(-1)} data-no-picture />
          ))}
          <span className={css.xl}>{xLabel}</span>
          {points[cursor] && <Readout point={points[cursor]} left={left(points[cursor])} rows={[[xLabel, formatX(points[cursor].x)], [yLabel, valueText(points[cursor], formatY)]]} />}
        </div>
      </div>
    </div>
  );
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
