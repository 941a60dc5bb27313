import { useId, useRef, useState, type KeyboardEvent, type MouseEvent, type PointerEvent } from 'react';
import { Button } from '../controls/Button';
import { useKeepFocus } from '../controls/useKeepFocus';
import { partsOf, withSpread } from '../../../language/format';
import { plotWords } from '../words/plot';
import { ChartTable } from './ChartTable';
import { lineAt, lines, step } from './emphasis';
import { FigureTools, saveFigure } from './FigureTools';
import { PlotArea } from './PlotArea';
import { at, valueAt, type Scale } from '../../../figures/scale';
import { indexAt } from '../../../figures/lines';
import { defined } from '../../../numbers/defined';
import { intervalAt, lastOf, readAt, stops, toCsv, type Series } from './series';
import { backByKey, numbersOrDrawing } from './tableKey';
import { Legend } from './MethodKey';
import { plainFacts, type Printable } from '../print/request';
import { zoomTo } from './zoom';
import css from './Plot.module.css';
import { chartWords } from '../words/chart';
import type { PlotProps } from './plotProps';

/** Distance from a line within which the pointer picks it out, in px. */
const reach = 24;
/** The line whose name the pointer is on. */
const namedBy = ({ target }: MouseEvent): string | null => (target as Element).closest<HTMLElement>('[data-line]')?.dataset.line ?? null;
const nameOf = (one: Series): string => partsOf([one.label, one.second]);
/** Id of the line that stands out, if it still exists: a line may end while it is looked at. */
const chosenOf = (series: readonly Series[], id: string | null): string | null => (series.some((one) => one.id === id) ? id : null);

/** The drawing on paper. A legend of methods tells lines apart where each is of another. */
function printed(props: PlotProps): Pick<Printable, 'draw' | 'legend'> {
  const methods = lines(props.series).map(({ method }) => method);
  return {
    legend: new Set(methods).size === methods.length && !methods.includes('ink'),
    draw: (look) => (
      <>
        <div className={css.plot}>
          <PlotArea {...props} areaRef={null} cursor={null} brush={null} chosen={null} print={look} />
        </div>
        {look.legend && <Legend methods={methods} />}
      </>
    ),
  };
}

/**
 * A line chart that can be read without sight: one tab stop, arrow keys move a data cursor whose words go to a live region,
 * and a table with the same numbers behind a button.
 */
export function Plot(props: PlotProps) {
  const { title, caption, summary, xLabel, series, formatX, formatY } = props;
  /** Scales of the enlarged part: they stay as they are whatever comes in. */
  const [zoom, setZoom] = useState<{ sx: Scale; sy: Scale } | null>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const figure = useRef<HTMLElement>(null);
  const sx = zoom?.sx ?? props.sx;
  const sy = zoom?.sy ?? props.sy;
  const [cursor, setCursor] = useState<number | null>(null);
  /** The line under the pointer, and the one that was picked by keys or by its name: one of them stands out. */
  const [pointed, setPointed] = useState<string | null>(null);
  const [picked, setPicked] = useState<string | null>(null);
  const many = lines(series).length > 1;
  const [spoken, setSpoken] = useState('');
  const [asTable, setAsTable] = useState(false);
  useKeepFocus(figure, numbersOrDrawing);
  const area = useRef<HTMLDivElement>(null);
  const id = useId();

  const read = (x: number): string =>
    [`${formatX(x)}`, ...series.flatMap((one) => {
      const read = readAt(one, x);
      if (!read) return [];
      const valueText = withSpread(read.value, intervalAt(one, read.x), formatY);
      return [formatX(read.x) === formatX(x) ? `${nameOf(one)} ${valueText}` : `${nameOf(one)} ${formatX(read.x)} ${valueText}`];
    })].join(', ');

  const csv = () => toCsv(series, { x: props.heads?.x ?? xLabel, y: props.heads?.y ?? props.yLabel, bounds: chartWords.bounds, setting: chartWords.setting }, props.share);
  /** Shows this part of the axis, with the lines in it from edge to edge. */
  const show = (from: number, to: number) => {
    const next = zoomTo(props.sx, props.sy, series, from, to);
    setZoom(next);
    setSpoken(next ? chartWords.zoomed(formatX(next.sx.min), formatX(next.sx.max)) : chartWords.unzoomed);
  };
  const zoomKeys = (key: string): boolean => {
    const [low, high] = [at(props.sx, sx.min), at(props.sx, sx.max)];
    const middle = cursor === null ? (low + high) / 2 : Math.min(high, Math.max(low, at(props.sx, cursor)));
    const span = high - low;
    const part = (from: number, width: number) => {
      const start = Math.max(0, Math.min(1 - width, from));
      show(valueAt(props.sx, start), valueAt(props.sx, start + width));
    };
    if (key === '+' || key === '=') part(middle - span / 4, span / 2);
    else if (key === '-') part(middle - span, Math.min(1, 2 * span));
    else if (key === '0') setZoom(null);
    else if (key === '[' || key === ']') part(low + (key === '[' ? -span : span) / 4, span);
    else return false;
    if (key === '0') setSpoken(chartWords.unzoomed);
    return true;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (series.length > 0 && zoomKeys(event.key)) return event.preventDefault();
    if (event.key.toLowerCase() === 't') return setAsTable(true);
    if (event.key.toLowerCase() === 'e') return void saveFigure('csv', title, figure.current, { csv });
    if (event.key === 'Escape') return leave();
    const xs = stops(series);
    if (xs.length === 0) return;
    if (many && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      const next = step(series, picked, event.key === 'ArrowDown')!;
      setPicked(next.id);
      return setSpoken(plotWords.picked(nameOf(next), formatY((cursor === null ? null : readAt(next, cursor)?.value) ?? lastOf(next.y))));
    }
    const here = cursor === null ? -1 : indexAt(xs, cursor);
    const stride = event.shiftKey ? Math.max(1, Math.round(xs.length / 20)) : 1;
    const moves: Record<string, number> = { ArrowRight: here + stride, ArrowLeft: cursor === null ? xs.length - 1 : here - stride, Home: 0, End: xs.length - 1, PageDown: here + Math.ceil(xs.length / 10), PageUp: here - Math.ceil(xs.length / 10) };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const x = defined(xs[Math.min(xs.length - 1, Math.max(0, to))]);
    setCursor(x);
    setSpoken(read(x));
  };

  const leave = () => {
    setCursor(null);
    setPointed(null);
    setPicked(null);
  };
  const shareOf = (event: PointerEvent | MouseEvent): number => {
    const box = area.current!.getBoundingClientRect();
    return (event.clientX - box.left) / box.width;
  };
  /** The line at the pointer: the one whose name it is on, or that passes near it. */
  const lineUnder = (event: PointerEvent | MouseEvent): string | null => {
    const name = namedBy(event);
    if (name !== null || !many) return name;
    const box = area.current!.getBoundingClientRect();
    return lineAt(series, sx, sy, shareOf(event), 1 - (event.clientY - box.top) / box.height, reach / box.height);
  };
  const onPointerMove = (event: PointerEvent) => {
    const xs = stops(series);
    if (!area.current || xs.length === 0) return;
    const share = shareOf(event);
    if (drag) return setDrag({ ...drag, to: Math.min(1, Math.max(0, share)) });
    setPointed(lineUnder(event));
    if (share < -0.02 || share > 1.02) return setCursor(null);
    const wanted = valueAt(sx, share);
    const i = indexAt(xs, wanted);
    const [here, next] = [defined(xs[i]), xs[i + 1]];
    setCursor(next !== undefined && Math.abs(at(sx, next) - share) < Math.abs(at(sx, here) - share) ? next : here);
  };
  // A finger scrolls the page; mouse and pen draw out what is to be seen larger.
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0 || event.pointerType === 'touch' || series.length === 0) return;
    const share = shareOf(event);
    if (share < 0 || share > 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ from: share, to: share });
  };
  const onPointerUp = () => {
    if (drag && Math.abs(drag.to - drag.from) > 0.02) show(valueAt(sx, Math.min(drag.from, drag.to)), valueAt(sx, Math.max(drag.from, drag.to)));
    setDrag(null);
  };

  return (
    <figure ref={figure} className={css.fig} aria-labelledby={`${id}-title`}>
      <div className={css.head}>
        <h3 id={`${id}-title`}>{title}</h3>
        {series.length > 0 && (
          <div className={css.tools} data-no-picture>
            {zoom && (
              <Button kind="quiet" small onClick={() => setZoom(null)}>
                {chartWords.reset}
                <span className="sr"> {chartWords.of(title)}</span>
              </Button>
            )}
            <FigureTools title={title} figure={figure} files={{ csv }} print={{ facts: props.facts ?? (() => plainFacts(title, props.of, null)), ...printed({ ...props, ...zoom }) }} asTable={asTable} onTable={setAsTable} />
          </div>
        )}
      </div>
      {props.tools && (
        <div className={css.own} data-no-picture>
          {props.tools}
        </div>
      )}
      {asTable && series.length > 0 ? (
        <div onKeyDown={(event) => backByKey(event) && setAsTable(false)}>
          <ChartTable {...props} />
        </div>
      ) : (
        <div
          className={css.plot}
          role="group"
          aria-roledescription={chartWords.role}
          aria-label={`${title}. ${summary}`}
          aria-describedby={`${id}-keys`}
          tabIndex={series.length > 0 ? 0 : undefined}
          onKeyDown={onKeyDown}
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerUp}
          onPointerCancel={() => setDrag(null)}
          onDoubleClick={() => setZoom(null)}
          onClick={(event) => {
            const name = namedBy(event);
            if (name !== null && many) setPicked(name === picked ? null : name);
          }}
          onPointerLeave={() => {
            setCursor(null);
            setPointed(null);
          }}
          onBlur={leave}
        >
          <PlotArea {...props} {...(zoom ?? {})} areaRef={area} cursor={drag ? null : cursor} brush={drag} chosen={drag || !many ? null : chosenOf(series, pointed ?? picked)} />
        </div>
      )}
      <span id={`${id}-keys`} hidden>
        {chartWords.keys} {many && plotWords.keys}
      </span>
      <span className="sr" role="status">
        {spoken}
      </span>
      {caption && <figcaption className={css.caption}>{caption}</figcaption>}
      {props.of && <p className={css.only}>{props.of}</p>}
    </figure>
  );
}
