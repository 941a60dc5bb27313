import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { defined } from '../../../numbers/defined';
import { csv as csvOf, type Cell } from '../../../io/csv.meta';
import { Button } from '../controls/Button';
import { useKeepFocus } from '../controls/useKeepFocus';
import { FigureTools, saveFigure } from './FigureTools';
import { plainFacts, type Printable } from '../print/request';
import { backByKey, numbersOrDrawing } from './tableKey';
import css from './Plot.module.css';
import { chartWords } from '../words/chart';

/** The numbers behind a figure. */
export interface FigureTable {
  head: string[];
  /** As they are read; null is an empty cell. */
  rows: (string | number | null)[][];
  /** Contents of its file if the cells are words: plain numbers, with their units in the head. */
  plain?: { head: string[]; rows: Cell[][] };
}

interface Props {
  title: string;
  caption?: ReactNode;
  /** One sentence on what it shows. */
  summary: string;
  table: FigureTable;
  /** Places of the data cursor in words, in the order of the arrow keys. */
  stops: string[];
  /** Controls beside the title. */
  tools?: ReactNode;
  /** Legend of its marks: above the drawing, and in its picture. */
  reading?: ReactNode;
  /** Its subject, which the page around it names: shown in its picture alone. */
  of?: ReactNode;
  /** How it is drawn on paper; without it that is not offered. */
  print?: Printable;
  /** The drawing, with the place of the cursor; -1 while there is none. */
  children: (cursor: number, setCursor: (cursor: number) => void) => ReactNode;
}

const rowsPerPage = 25;

/** A figure that is no line chart: one tab stop whose arrow keys go through what is drawn, its table, and itself as a file. */
export function Figure({ title, caption, summary, table, stops, tools, reading, of, print, children }: Props) {
  const id = useId();
  const figure = useRef<HTMLElement>(null);
  const [cursor, setCursor] = useState(-1);
  const [spoken, setSpoken] = useState('');
  const [asTable, setAsTable] = useState(false);
  useKeepFocus(figure, numbersOrDrawing);
  const { head, rows } = table.plain ?? table;
  const csv = () => csvOf(head, rows);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === 't') return setAsTable(true);
    if (key === 'e') return void saveFigure('csv', title, figure.current, { csv });
    if (key === 'escape') return setCursor(-1);
    if (stops.length === 0) return;
    const to: Record<string, number> = { arrowright: cursor + 1, arrowdown: cursor + 1, arrowleft: cursor < 0 ? stops.length - 1 : cursor - 1, arrowup: cursor < 0 ? stops.length - 1 : cursor - 1, home: 0, end: stops.length - 1 };
    const wanted = to[key];
    if (wanted === undefined) return;
    event.preventDefault();
    const next = Math.min(stops.length - 1, Math.max(0, wanted));
    setCursor(next);
    setSpoken(defined(stops[next]));
  };
  return (
    <figure ref={figure} className={css.fig} aria-labelledby={`${id}-title`}>
      <div className={css.head}>
        <h3 id={`${id}-title`}>{title}</h3>
        <div className={css.tools} data-no-picture>
          {stops.length > 0 && <FigureTools title={title} figure={figure} files={{ csv }} print={print && { ...print, facts: print.facts ?? (() => plainFacts(title, [of, caption].filter((part) => typeof part === 'string').join(' '), { head: table.head, rows: table.rows.map((row) => ({ cells: row.map((cell) => String(cell ?? '–')) })), caption: '' })) }} asTable={asTable} onTable={setAsTable} />}
        </div>
      </div>
      {tools && (
        <div className={css.own} data-no-picture>
          {tools}
        </div>
      )}
      {reading && <div className={css.own}>{reading}</div>}
      {asTable && stops.length > 0 ? (
        <div onKeyDown={(event) => backByKey(event) && setAsTable(false)}>
          <Rows title={title} table={table} />
        </div>
      ) : (
        <div role="group" aria-roledescription={chartWords.role} aria-label={`${title}. ${summary}`} aria-describedby={`${id}-keys`} tabIndex={stops.length > 0 ? 0 : undefined} onKeyDown={onKeyDown} onBlur={() => setCursor(-1)}>
          {children(cursor, setCursor)}
        </div>
      )}
      <span id={`${id}-keys`} hidden>
        {chartWords.stops}
      </span>
      <span className="sr" role="status">
        {spoken}
      </span>
      {caption && <figcaption className={css.caption}>{caption}</figcaption>}
      {of && <p className={css.only}>{of}</p>}
    </figure>
  );
}

function Rows({ title, table }: { title: string; table: FigureTable }) {
  const [page, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(table.rows.length / rowsPerPage));
  const shown = Math.min(page, pages - 1);
  return (
    <div>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={chartWords.tableOf(title)}>
        <table className={css.table}>
          <thead>
            <tr>
              {table.head.map((name, i) => (
                <th key={i} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.slice(shown * rowsPerPage, (shown + 1) * rowsPerPage).map((row, i) => (
              <tr key={i}>{row.map((cell, j) => (j === 0 ? <th key={j} scope="row">{cell}</th> : <td key={j}>{cell}</td>))}</tr>
            ))}
          </tbody>
        </table>
      </div>
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
