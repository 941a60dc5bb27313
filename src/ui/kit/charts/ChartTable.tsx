import { useState } from 'react';
import { Button } from '../controls/Button';
import { areWorded, columnsOf, stops, wordsAt } from './series';
import css from './Plot.module.css';
import { chartWords } from '../words/chart';
import type { PlotProps } from './plotProps';

const rowsPerPage = 20;

/** The numbers of a chart, a page at a time, newest page first shown last. */
export function ChartTable({ title, series, xLabel, formatX, formatY }: PlotProps) {
  const [page, setPage] = useState(0);
  const xs = stops(series);
  const columns = columnsOf(series, chartWords.interval);
  const worded = areWorded(series);
  const pages = Math.max(1, Math.ceil(xs.length / rowsPerPage));
  const shown = Math.min(page, pages - 1);
  return (
    <div>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={chartWords.tableOf(title)}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{xLabel}</th>
              {worded && <th scope="col">{chartWords.setting}</th>}
              {columns.map(({ title: name, series: one }, i) => (
                <th key={i} scope="col" title={one.about}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {xs.slice(shown * rowsPerPage, (shown + 1) * rowsPerPage).map((x) => (
              <tr key={x}>
                <th scope="row">{formatX(x)}</th>
                {worded && <td>{wordsAt(series, x)}</td>}
                {columns.map((column, i) => {
                  const value = column.value(x);
                  return <td key={i}>{value === null ? '' : formatY(value)}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {series.some((one) => one.measured) && <p className={css.caption}>{chartWords.unsmoothed}</p>}
      {pages > 1 && (
        <div className={css.pager}>
          <Button small disabled={shown === 0} onClick={() => setPage(shown - 1)}>
            {chartWords.earlier}
          </Button>
          <span>{chartWords.page(shown + 1, pages)}</span>
          <Button small disabled={shown === pages - 1} onClick={() => setPage(shown + 1)}>
            {chartWords.later}
          </Button>
        </div>
      )}
    </div>
  );
}
