import { useLayoutEffect, useState, type CSSProperties, type RefObject } from 'react';
import { placeLabels, type Box } from './labels';
import { path, spread } from './lines';
import { identity, Mark } from './MethodKey';
import type { PlotProps } from './Plot';
import { at, tickPlace } from './scale';
import { spreadOf, valueOf, withSpread, type Series } from './series';
import css from './Plot.module.css';

const join = (...names: (string | false)[]): string => names.filter(Boolean).join(' ');

/** Width and height of the drawing and its font size, in pixels. */
interface Size {
  width: number;
  height: number;
  em: number;
}

/** The size of an element whenever it changes. */
function useSize(element: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 480, height: 230, em: 12 });
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([{ contentRect: { width, height }, target }]) => width > 0 && height > 0 && setSize({ width, height, em: parseFloat(getComputedStyle(target).fontSize) }));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

/** The drawing: geometry in a stretched SVG, every word in HTML so that text keeps its size. */
export function PlotArea({ series, sx, sy, xLabel, yLabel, formatX, tickX, formatY, formatTick = formatY, gutter = gutterOf(series), now, empty, areaRef, cursor, brush }: PlotProps & { areaRef: RefObject<HTMLDivElement | null>; cursor: number | null; brush: { from: number; to: number } | null }) {
  const x = (value: number) => 100 * at(sx, value);
  const y = (value: number) => 100 * (1 - at(sy, value));
  const inside = (px: number, value: number) => px >= sx.min && px <= sx.max && value >= sy.min && value <= sy.max;
  const drawn = series.filter((one) => one.x.length > 0);
  const named = drawn.filter((one) => one.named);
  const size = useSize(areaRef);
  const ends = spread(named.map((one) => Math.min(100, Math.max(0, y(endValue(one, sx.max))))), (130 * size.em) / size.height, -2, 100);

  return (
    <div style={{ marginRight: 'var(--room)', '--room': `${gutter}em` } as CSSProperties}>
      <span className={css.yl}>{yLabel}</span>
      <div className={css.area} ref={areaRef}>
        <svg className={css.geo} viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
          {sy.ticks.map((tick) => (
            <line key={tick} className={css.grid} x1="0" x2="1000" y1={10 * y(tick)} y2={10 * y(tick)} />
          ))}
          {now && <line className={css.now} x1={10 * x(now.x)} x2={10 * x(now.x)} y1="0" y2="1000" />}
          {drawn.map((one) => one.raw && <path key={one.id} className={join(css.raw, identity(one.method))} d={path(one.x, one.raw, sx, sy)} />)}
          {drawn.map((one) => one.constant && spreadOf(one, 0) !== null && <rect key={one.id} className={join(css.band, identity(one.method))} x="0" width="1000" y={10 * y(one.y[0] + one.spread![0])} height={10 * (y(one.y[0] - one.spread![0]) - y(one.y[0] + one.spread![0]))} />)}
          {drawn.map((one) => one.constant && <line key={one.id} className={join(css.line, identity(one.method))} x1="0" x2="1000" y1={10 * y(one.y[0])} y2={10 * y(one.y[0])} />)}
          {drawn.map((one) => !one.constant && (
            <path key={one.id} className={join(css.line, identity(one.method), one.strong ? css.strong : css.past)} d={path(one.x, one.y, sx, sy)} />
          ))}
          {drawn.flatMap((one) => one.spread && !one.constant ? Array.from(one.x, (value, i) => Number.isFinite(one.spread![i]) && <line key={`${one.id} ${i}`} className={join(css.spread, identity(one.method))} x1={10 * x(value)} x2={10 * x(value)} y1={10 * y(one.y[i] - one.spread![i])} y2={10 * y(one.y[i] + one.spread![i])} />) : [])}
          {cursor !== null && <line className={css.now} x1={10 * x(cursor)} x2={10 * x(cursor)} y1="0" y2="1000" />}
        </svg>
        {drawn.flatMap((one) => (one.marks ? Array.from(one.x, (value, i) => inside(value, one.y[i]) && <Mark key={`${one.id} ${i}`} method={one.method} size={one.spread ? 'normal' : 'small'} left={x(value)} top={y(one.y[i])} />) : []))}
        {drawn.map((one) => one.live && inside(one.x[one.x.length - 1], lastValue(one)) && <Mark key={one.id} method={one.method} size="big" left={x(one.x[one.x.length - 1])} top={y(lastValue(one))} />)}
        {pointWords(drawn, size, x, y).map(({ id, method, text, box }) => (
          <span key={id} className={join(css.word, identity(method))} style={{ left: `${(100 * box.left) / size.width}%`, top: `${(100 * box.top) / size.height}%` }}>
            {text}
          </span>
        ))}
        {sy.ticks.map((tick) => (
          <span key={tick} className={css.ty} style={{ top: `${y(tick)}%` }}>
            {formatTick(tick)}
          </span>
        ))}
        {sx.ticks.map((tick) => (
          <span key={tick} className={css.tx} style={tickPlace(x(tick), tickX(tick))}>
            {tickX(tick)}
          </span>
        ))}
        {named.map((one, i) => (
          <span key={one.id} className={join(css.dl, identity(one.method))} style={{ top: `${ends[i]}%` }} title={[one.label, one.detail].filter(Boolean).join(' ')}>
            <b>{one.label}</b> {one.detail && <span>{one.detail}</span>}
          </span>
        ))}
        <span className={css.xl}>{xLabel}</span>
        {brush && <div className={css.brush} style={{ left: `${100 * Math.min(brush.from, brush.to)}%`, width: `${100 * Math.abs(brush.to - brush.from)}%` }} />}
        {cursor !== null && (
          <div className={join(css.readout, x(cursor) > 55 ? css.left : css.right)} style={{ left: `${x(cursor)}%` }} aria-hidden="true" data-no-picture>
            <span className={css.at}>{formatX(cursor)}</span>
            {drawn.map((one) => {
              const value = valueOf(one, cursor);
              return value === null ? null : (
                <div key={one.id} className={identity(one.method)} style={{ display: 'contents' }}>
                  <b>{one.label}</b>
                  <span className={css.value}>{withSpread(value, spreadOf(one, cursor), formatY)}</span>
                </div>
              );
            })}
          </div>
        )}
        {empty && drawn.length === 0 && <div className={css.empty}>{empty}</div>}
      </div>
    </div>
  );
}

/** The words beside points, placed so that they cover neither a marker, nor an interval, nor one another, as far as there is room. */
function pointWords(series: readonly Series[], { width, height, em }: Size, x: (value: number) => number, y: (value: number) => number): { id: string; method: string; text: string; box: Box }[] {
  const points = series.flatMap((one) => Array.from(one.x, (value, i) => ({ id: `${one.id} ${i}`, method: one.method, text: one.words?.[i] ?? '', half: one.spread?.[i] ?? 0, px: (width * x(value)) / 100, py: (height * y(one.y[i])) / 100, top: (height * y(one.y[i] + (one.spread?.[i] || 0))) / 100, bottom: (height * y(one.y[i] - (one.spread?.[i] || 0))) / 100 })));
  const worded = points.filter(({ text }) => text !== '');
  if (worded.length === 0) return [];
  const taken = points.flatMap(({ px, py, top, bottom }): Box[] => [
    { left: px - 0.5 * em, right: px + 0.5 * em, top: py - 0.5 * em, bottom: py + 0.5 * em },
    { left: px - 2, right: px + 2, top, bottom },
  ]);
  const boxes = placeLabels(
    worded.map(({ px, py, text }) => ({ x: px, y: py, width: 0.56 * em * text.length, height: 1.25 * em, gap: 0.6 * em, sides: ['right', 'left', 'above', 'below'] })),
    { left: 0, top: 0, right: width, bottom: height },
    taken,
  );
  return worded.map(({ id, method, text }, i) => ({ id, method, text, box: boxes[i] }));
}

/** Room at the right for the words at the ends of lines, in em. Charts that stand together share the widest. */
export const gutterOf = (series: readonly Series[]): number =>
  Math.min(12, Math.max(1, ...series.map((one) => (one.named ? 1.5 + 0.56 * (one.label.length + (one.detail ? one.detail.length + 1 : 0)) : 0))));

/** Value of a line at the right edge of what is seen. */
const endValue = (one: Series, edge: number): number => {
  const last = one.x[one.x.length - 1];
  return one.constant || last <= edge ? lastValue(one) : (valueOf(one, edge) ?? lastValue(one));
};

const lastValue = (one: Series): number => {
  for (let i = one.y.length - 1; i >= 0; i--) if (Number.isFinite(one.y[i])) return one.y[i];
  return NaN;
};
