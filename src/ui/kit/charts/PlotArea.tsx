import type { CSSProperties, Ref } from 'react';
import { withSpread } from '../../../language/format';
import { bandShade, isPart } from './emphasis';
import { placeNames, type Box, type Placed } from '../../../figures/labels';
import { bandPath, lineBoxes, path } from '../../../figures/lines';
import { before, endNames, gutterOf } from './endNames';
import { identity, Mark } from './MethodKey';
import { sideBySide } from '../../../figures/beside';
import { at, roomyTicks, tickPlace, tickRows, tickShift, valueAt, type Scale } from '../../../figures/scale';
import { defined } from '../../../numbers/defined';
import { intervalAt, lastOf, leavesAt, readAt, valueOf, type Read, type Series } from './series';
import { fitText, textWidth } from './textWidth';
import { useSize } from './useSize';
import css from './Plot.module.css';
import board from './board.module.css';
import type { PlotProps } from './plotProps';
import type { PrintLook } from '../print/request';

const join = (...names: (string | false | undefined)[]): string => names.filter(Boolean).join(' ');

interface Looked {
  areaRef: Ref<HTMLDivElement>;
  cursor: number | null;
  brush: { from: number; to: number } | null;
  chosen: string | null;
  /** On paper points stand exactly where their numbers are, also over one another. */
  print?: PrintLook;
}

/** The drawing: geometry in a stretched SVG, every word in HTML so that text keeps its size. Nothing is drawn beyond it. */
export function PlotArea({ series, sx, sy, xLabel, yLabel, formatX, tickX, formatY, formatTick = formatY, gutter: wanted = gutterOf(series), places = false, now, empty, areaRef, cursor, brush, chosen, print }: PlotProps & Looked) {
  const [frame, { width, height, em, family }] = useSize<HTMLDivElement>();
  const x = (value: number) => 100 * at(sx, value);
  const y = (value: number) => 100 * (1 - at(sy, value));
  const within = (value: number) => Math.min(sy.max, Math.max(sy.min, value));
  const inside = (px: number, value: number) => px >= sx.min && px <= sx.max && value >= sy.min && value <= sy.max;
  const all = series.filter((one) => one.x.length > 0).map((one) => (print?.legend ? { ...one, named: false } : one));
  const gutter = print?.legend ? 1 : wanted;
  // The line that stands out lies over the others.
  const over = [...all.filter((one) => one.pale), ...all.filter((one) => !one.pale)];
  const ordered = chosen === null ? over : [...over.filter((one) => !isPart(one, chosen)), ...over.filter((one) => isPart(one, chosen))];
  const drawn = print ? ordered : besideOneAnother(ordered, { width: width - Math.min(gutter * em, 0.4 * width), height, em }, sx, sy);
  const look = (one: Series): string | false | undefined => (chosen !== null ? (isPart(one, chosen) ? css.chosen : css.dim) : one.pale === true && css.pale);
  const bands = drawn.filter((one) => (one.band || (one.constant && one.spread)) && (chosen === null || isPart(one, chosen)));
  const room = Math.min(gutter * em, 0.4 * width);
  const shade = bandShade(bands.length).toFixed(3);
  const { names: labels, left } = endNames(all, { room: room - before * em, height, em, family }, (one) => (height * Math.min(100, Math.max(0, y(endValue(one, sx.max))))) / 100);
  const worded = pointWords(drawn, { width: width - room, height, em, family }, x, y);
  // Each of these lines has points.
  const endOf = (one: Series) => x(defined(one.x[one.x.length - 1]));
  const endsOf = (some: readonly Series[]) => Math.min(100, Math.max(0, ...some.map((one) => (one.constant ? 100 : endOf(one)))) || 100);
  // Names stand where the longest line ends, behind the marks that were put side by side there: while lines grow they go along. Beside words at points there is no room for them.
  const [longest, edge] = worded.length > 0 ? [100, 100] : [endsOf(all), endsOf(drawn)];
  const wordWidth = (text: string) => textWidth(text, `400 ${em}px ${family}`);
  const tickSizes = [width - room, (tick: number) => wordWidth(tickX(tick)), (tick: number) => em * tickShift(x(tick), tickX(tick))] as const;
  const rows = places ? tickRows(sx, ...tickSizes) : [];
  const ticks = places ? sx.ticks : roomyTicks(sx, ...tickSizes);

  return (
    <div ref={frame} style={{ '--rows': Math.max(0, ...rows) } as CSSProperties} className={places ? css.rows : undefined}>
      <div style={{ marginRight: room, '--room': `${room}px` } as CSSProperties}>
        <span className={css.yl}>{yLabel}</span>
        <div className={css.area} ref={areaRef} style={{ '--edge': `${edge}%` } as CSSProperties}>
          <svg className={css.geo} style={{ '--shade': shade } as CSSProperties} viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
            {sy.ticks.map((tick) => (
              <line key={tick} className={css.grid} x1="0" x2="1000" y1={10 * y(tick)} y2={10 * y(tick)} />
            ))}
            {now && <line className={css.now} x1={10 * x(now.x)} x2={10 * x(now.x)} y1="0" y2="1000" />}
            {bands.map((one) => !one.constant && <path key={one.id} className={join(css.band, identity(one.method), look(one))} d={bandPath(one.x, one.y, one.band!, sx, sy)} />)}
            {bands.map((one) => {
              const half = one.constant ? intervalAt(one, sx.min) : null;
              if (half === null) return null;
              const value = defined(one.y[0]);
              const [top, bottom] = [y(within(value + half)), y(within(value - half))];
              return <rect key={one.id} className={join(css.band, identity(one.method), look(one))} x="0" width="1000" y={10 * top} height={10 * (bottom - top)} />;
            })}
            {drawn.map((one) => one.raw && <path key={one.id} className={join(css.raw, identity(one.method), look(one))} d={path(one.x, one.raw, sx, sy)} />)}
            {drawn.map((one) => {
              if (!one.constant) return null;
              const level = 10 * y(defined(one.y[0]));
              return <line key={one.id} className={join(css.line, identity(one.method), look(one))} x1="0" x2="1000" y1={level} y2={level} />;
            })}
            {drawn.map((one) => !one.constant && (
              <path key={one.id} className={join(one.faint ? css.raw : css.line, identity(one.method), !one.faint && (one.strong ? css.strong : css.past), look(one))} d={path(one.x, one.y, sx, sy)} />
            ))}
            {labels.map(({ one, end }) => !one.constant && endOf(one) < longest && <line key={one.id} className={join(css.leader, css.tail, identity(one.method), look(one))} x1={10 * endOf(one)} x2={10 * edge} y1={(1000 * end) / height} y2={(1000 * end) / height} />)}
            {drawn.flatMap((one) => one.spread && !one.constant ? Array.from(one.x, (value, i) => {
              const [middle, half] = [defined(one.y[i]), one.spread?.[i] ?? NaN];
              return Number.isFinite(half) && <line key={`${one.id} ${i}`} className={join(css.spread, identity(one.method), look(one))} x1={10 * x(value)} x2={10 * x(value)} y1={10 * y(within(middle - half))} y2={10 * y(within(middle + half))} />;
            }) : [])}
            {cursor !== null && <line className={css.now} x1={10 * x(cursor)} x2={10 * x(cursor)} y1="0" y2="1000" />}
          </svg>
          {drawn.flatMap((one) => (one.marks ? Array.from(one.x, (value, i) => {
            const height = defined(one.y[i]);
            return inside(one.spread ? sx.min : value, height) && <Mark key={`${one.id} ${i}`} method={one.method} size={one.spread ? 'normal' : 'small'} className={look(one)} left={x(value)} top={y(height)} />;
          }) : []))}
          {drawn.map((one) => one.live && inside(defined(one.x[one.x.length - 1]), lastOf(one.y)) && <Mark key={one.id} method={one.method} size="big" className={look(one)} left={endOf(one)} top={y(lastOf(one.y))} />)}
          {drawn.map((one) => {
            const left = leavesAt(one, sy);
            return left !== null && (
              <svg key={one.id} className={join(board.beyond, identity(one.method), look(one))} viewBox="-5 -5 10 10" style={{ left: `${Math.min(100, Math.max(0, x(left)))}%`, top: 0 }} aria-hidden="true" data-beyond>
                <path d="M0 -4L4 3H-4Z" fill="currentColor" />
              </svg>
            );
          })}
          <svg className={board.leaders} viewBox={`0 0 ${width - room} ${height}`} preserveAspectRatio="none" aria-hidden="true">
            {worded.map(({ id, one, from, leader }) => leader && <path key={id} className={join(css.leader, identity(one.method), look(one))} d={`M${from.x.toFixed(1)} ${from.y.toFixed(1)}L${leader.x.toFixed(1)} ${leader.y.toFixed(1)}`} />)}
          </svg>
          {worded.map(({ id, one, text, box }) => (
            <span key={id} className={join(css.word, identity(one.method), look(one))} style={{ left: box.left, top: box.top }}>
              {text}
            </span>
          ))}
          {sy.ticks.map((tick) => (
            <span key={tick} className={css.ty} style={{ top: `${y(tick)}%` }}>
              {formatTick(tick)}
            </span>
          ))}
          {ticks.map((tick, i) => (
            <span key={tick} className={css.tx} style={{ ...tickPlace(x(tick), tickX(tick)), ...(places && { '--row': rows[i] }) }}>
              {tickX(tick)}
            </span>
          ))}
          <svg className={css.leaders} viewBox={`0 0 10 ${height}`} preserveAspectRatio="none" aria-hidden="true">
            {labels.map(({ one, end, top }) => Math.abs(end - top) > em && <path key={one.id} className={join(css.leader, identity(one.method), look(one))} d={`M0 ${end.toFixed(1)}L10 ${top.toFixed(1)}`} />)}
          </svg>
          {labels.map(({ one, top, words }) => (
            <span key={one.id} className={join(css.dl, identity(one.method), look(one))} style={{ top }} data-line={one.id} title={one.about ?? [one.label, one.second, one.detail].filter(Boolean).join(' ')}>
              <b>{print ? fitText(one.label, `600 ${em}px ${family}`, room - before * em) : one.label}</b> {words.beside && <span>{words.beside}</span>}
              {words.below && <small>{words.below}</small>}
            </span>
          ))}
          {left && (
            <span className={css.dl} style={{ top: left.top }} data-unnamed>
              {left.text}
            </span>
          )}
          <span className={css.xl}>{xLabel}</span>
          {brush && <div className={css.brush} style={{ left: `${100 * Math.min(brush.from, brush.to)}%`, width: `${100 * Math.abs(brush.to - brush.from)}%` }} />}
          {cursor !== null && Number.isFinite(x(cursor)) && (
            <div className={join(css.readout, x(cursor) > 55 ? css.left : css.right)} style={{ left: `${x(cursor)}%` }} aria-hidden="true" data-no-picture>
              <span className={css.at}>{formatX(cursor)}</span>
              {rowsAt(all, cursor).map(({ one, value, x: place }) => {
                const half = intervalAt(one, place);
                const elsewhere = formatX(place) !== formatX(cursor);
                return (
                  <div key={one.id} className={join(identity(one.method), look(one))} style={{ display: 'contents' }}>
                    <b>
                      {one.label} {one.second && <small>{one.second}</small>}
                    </b>
                    <span className={css.value}>
                      {elsewhere && <small>{formatX(place)} </small>}
                      {withSpread(value, half, formatY)}
                    </span>
                  </div>
                );
              })}
            </div>
          )}
          {empty && drawn.length === 0 && <div className={css.empty}>{empty}</div>}
        </div>
      </div>
    </div>
  );
}

/** Lines that are read at the cursor, as they lie over one another there. */
const rowsAt = (series: readonly Series[], cursor: number): (Read & { one: Series })[] =>
  series.flatMap((one) => {
    const read = readAt(one, cursor);
    return read ? [{ one, ...read }] : [];
  }).sort((a, b) => b.value - a.value);

/** Lines with intervals at their points, these side by side where they would cover one another, but so little that lines cross where they do. */
function besideOneAnother(series: readonly Series[], { width, height, em }: { width: number; height: number; em: number }, sx: Scale, sy: Scale): readonly Series[] {
  const points = series.flatMap((one) => (one.spread && !one.constant ? Array.from(one.x, (x, i) => {
    const value = defined(one.y[i]);
    return { one, x: width * at(sx, x), y: height * (1 - at(sy, value)), half: Math.max(0.6 * em, height * Math.abs(at(sy, value + (one.spread?.[i] || 0)) - at(sy, value))) };
  }) : []));
  if (points.length < 2) return series;
  const xs = sideBySide(points.map(({ x, y, half }) => ({ x, top: y - half, bottom: y + half })), em, 0.5 * em, [0, width]);
  return series.map((one) => (points.some((point) => point.one === one) ? { ...one, x: points.flatMap((point, i) => (point.one === one ? [valueAt(sx, defined(xs[i]) / width)] : [])) } : one));
}

/** The words beside points, where they cover neither a marker nor one another, and no line where there is a place without; what finds no such place is in the table and at the cursor. */
function pointWords(series: readonly Series[], { width, height, em, family }: { width: number; height: number; em: number; family: string }, x: (value: number) => number, y: (value: number) => number): (Placed & { id: string; one: Series; text: string; from: { x: number; y: number } })[] {
  const points = series.flatMap((one) =>
    Array.from(one.x, (value, i) => {
      const [middle, half] = [defined(one.y[i]), one.spread?.[i] || 0];
      return { id: `${one.id} ${i}`, one, text: one.words?.[i] ?? '', x: (width * x(value)) / 100, y: (height * y(middle)) / 100, top: (height * y(middle + half)) / 100, bottom: (height * y(middle - half)) / 100 };
    }),
  );
  const worded = points.filter(({ text }) => text !== '');
  const marks = points.map((point): Box => ({ left: point.x - 0.5 * em, right: point.x + 0.5 * em, top: point.y - 0.5 * em, bottom: point.y + 0.5 * em }));
  const bars = points.map((point): Box => ({ left: point.x - 2, right: point.x + 2, top: point.top, bottom: point.bottom }));
  const lines = series.flatMap((one) => lineBoxes(one.constant ? [0, width].map((x) => ({ x, y: (height * y(defined(one.y[0]))) / 100 })) : points.filter((point) => point.one === one)));
  const placed = placeNames(
    worded.map((point) => ({ x: point.x, y: point.y, width: textWidth(point.text, `400 ${em}px ${family}`) + 4, height: 1.25 * em, gap: 0.6 * em })),
    { left: 0, top: 0, right: width, bottom: height },
    marks,
    [...bars, ...lines],
  );
  return worded.flatMap(({ id, one, text, x, y }, i) => (placed[i] ? [{ id, one, text, from: { x, y }, ...placed[i] }] : []));
}

/** Value of a line at the right edge of what is seen. */
const endValue = (one: Series, edge: number): number => {
  const last = defined(one.x[one.x.length - 1]);
  return one.constant || last <= edge ? lastOf(one.y) : (valueOf(one, edge) ?? lastOf(one.y));
};
