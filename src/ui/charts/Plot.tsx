import { useId, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { Button } from '../controls/Button';
import { saveAs } from '../store/download';
import { t } from '../strings';
import { ChartTable } from './ChartTable';
import { PlotArea } from './PlotArea';
import { at, valueAt, type Scale } from './scale';
import { indexAt } from './lines';
import { stops, toCsv, valueOf, type Series } from './series';
import css from './Plot.module.css';

export interface PlotProps {
  title: string;
  caption?: string;
  /** One sentence of what is to be seen, for people who do not see it. */
  summary: string;
  xLabel: string;
  yLabel: string;
  sx: Scale;
  sy: Scale;
  series: Series[];
  /** Words of a place, as "step 240". */
  formatX: (value: number) => string;
  tickX: (value: number) => string;
  formatY: (value: number) => string;
  formatTick?: (value: number) => string;
  /** Room for names at the right, in em. */
  gutter?: number;
  /** A vertical line with a word: where the running run is. */
  now?: { x: number; text: string };
  /** Shown instead of lines while there are none. */
  empty?: ReactNode;
}

/**
 * A line chart that can be read without sight: one tab stop, arrow keys move a data cursor whose words go to a live region,
 * and a table with the same numbers behind a button.
 */
export function Plot(props: PlotProps) {
  const { title, caption, summary, xLabel, sx, series, formatX, formatY } = props;
  const [cursor, setCursor] = useState<number | null>(null);
  const [spoken, setSpoken] = useState('');
  const [asTable, setAsTable] = useState(false);
  const area = useRef<HTMLDivElement>(null);
  const id = useId();

  const read = (x: number): string =>
    [`${formatX(x)}`, ...series.flatMap((one) => valueOf(one, x) === null ? [] : [`${one.label} ${formatY(valueOf(one, x)!)}`])].join(', ');

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() === 't' && !event.ctrlKey && !event.metaKey) return setAsTable(true);
    if (event.key.toLowerCase() === 'e' && !event.ctrlKey && !event.metaKey) return download();
    if (event.key === 'Escape') return setCursor(null);
    const xs = stops(series);
    if (xs.length === 0) return;
    const here = cursor === null ? -1 : indexAt(xs, cursor);
    const stride = event.shiftKey ? Math.max(1, Math.round(xs.length / 20)) : 1;
    const moves: Record<string, number> = { ArrowRight: here + stride, ArrowLeft: cursor === null ? xs.length - 1 : here - stride, Home: 0, End: xs.length - 1, PageDown: here + Math.ceil(xs.length / 10), PageUp: here - Math.ceil(xs.length / 10) };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const x = xs[Math.min(xs.length - 1, Math.max(0, moves[event.key]))];
    setCursor(x);
    setSpoken(read(x));
  };

  const onPointerMove = (event: PointerEvent) => {
    const box = area.current?.getBoundingClientRect();
    const xs = stops(series);
    if (!box || xs.length === 0) return;
    const share = (event.clientX - box.left) / box.width;
    if (share < -0.02 || share > 1.02) return setCursor(null);
    const wanted = valueAt(sx, share);
    const i = indexAt(xs, wanted);
    const next = xs[i + 1];
    setCursor(next !== undefined && Math.abs(at(sx, next) - share) < Math.abs(at(sx, xs[i]) - share) ? next : xs[i]);
  };

  const download = () => saveAs(new Blob([toCsv(xLabel, series)], { type: 'text/csv' }), `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.csv`);

  return (
    <figure className={css.fig} aria-labelledby={`${id}-title`}>
      <div className={css.head}>
        <h3 id={`${id}-title`}>{title}</h3>
        {series.length > 0 && (
          <div className={css.tools}>
            <Button kind="quiet" small pressed={asTable} onClick={() => setAsTable(!asTable)}>
              {t.chart.table}
              <span className="sr"> {t.chart.of(title)}</span>
            </Button>
            <Button kind="quiet" small onClick={download}>
              {t.chart.export}
              <span className="sr"> {t.chart.of(title)}</span>
            </Button>
          </div>
        )}
      </div>
      {asTable && series.length > 0 ? (
        <ChartTable {...props} />
      ) : (
        <div
          className={css.plot}
          role="group"
          aria-roledescription={t.chart.role}
          aria-label={`${title}. ${summary}`}
          aria-describedby={`${id}-keys`}
          tabIndex={series.length > 0 ? 0 : undefined}
          onKeyDown={onKeyDown}
          onPointerMove={onPointerMove}
          onPointerLeave={() => setCursor(null)}
          onBlur={() => setCursor(null)}
        >
          <PlotArea {...props} areaRef={area} cursor={cursor} />
        </div>
      )}
      <span id={`${id}-keys`} hidden>
        {t.chart.keys}
      </span>
      <span className="sr" role="status">
        {spoken}
      </span>
      {caption && <figcaption className={css.caption}>{caption}</figcaption>}
    </figure>
  );
}
