import { useEffect, useMemo, useRef, useState, type CSSProperties, type FocusEvent, type KeyboardEvent } from 'react';
import { Grid, useGridRef } from 'react-window';
import { messageOf } from '../../../errors/errors';
import { Note } from '../../kit/controls/Sign';
import { dataById, useCatalog } from '../data/catalog';
import { studio } from '../worker/client';
import { ThumbLoader, type Thumbs } from '../../kit/thumbs';
import { PictureCell, type CellProps } from './PictureCell';
import css from './pictures.module.css';

interface Props {
  data: string;
  label: string;
  names: string[];
  /** Text under a picture, by the picture's index in `names`. */
  tag?: (i: number) => string;
  className: string | undefined;
}

const cellWidth = 140;
/** With words beside the picture. */
const taggedWidth = 190;
/** Of texts, which are read to their end. */
const textWidth = 280;
const cellHeight = 156;
/** With a line for what stands beside a picture. */
const textHeight = 184;

/**
 * Pictures by name, however many: only those in sight are in the page and asked for. Each can be left out, used again or
 * given another class. One cell is in the order of Tab, arrow keys go to the others.
 */
export function PictureGrid({ data, label, names, tag, className }: Props) {
  const grid = useGridRef(null);
  const loader = useRef<ThumbLoader>(null);
  const inSight = useRef<string[]>([]);
  const [thumbs, setThumbs] = useState<Thumbs>(new Map());
  const [error, setError] = useState('');
  const [columns, setColumns] = useState(4);
  const texts = useCatalog((catalog) => dataById(catalog, data)?.texts !== undefined);
  // The cell that arrow keys lead to may not be in the page yet: it takes the focus when it is.
  const [{ active, takesFocus }, setActive] = useState({ active: 0, takesFocus: false });
  useEffect(() => {
    const mine = new ThumbLoader({ load: (wanted) => studio().pictures(data, wanted), onChange: setThumbs, onError: (error) => setError(messageOf(error)) });
    loader.current = mine;
    mine.want(inSight.current);
    return () => mine.end();
  }, [data]);
  const rows = Math.ceil(names.length / columns);
  const rowHeight = texts ? textHeight : cellHeight;
  const cellProps = useMemo<CellProps>(() => ({ data, names, tag, columns, thumbs, active, takesFocus }), [data, names, tag, columns, thumbs, active, takesFocus]);
  const go = (to: number) => {
    const next = Math.max(0, Math.min(names.length - 1, to));
    setActive({ active: next, takesFocus: next !== active });
    grid.current?.scrollToRow({ index: Math.floor(next / columns) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target as Element).matches('[role=gridcell]')) return;
    const page = 4 * columns;
    const to: Record<string, number> = { ArrowLeft: active - 1, ArrowRight: active + 1, ArrowUp: active - columns, ArrowDown: active + columns, PageUp: active - page, PageDown: active + page, Home: 0, End: names.length - 1 };
    const wanted = to[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    go(wanted);
  };
  const onFocus = (event: FocusEvent) => {
    const cell = event.target.closest<HTMLElement>('[data-picture]');
    if (cell) setActive({ active: Number(cell.dataset.picture), takesFocus: false });
  };
  return (
    <>
      {error && <Note sign="err">{error}</Note>}
      <Grid
        gridRef={grid}
        className={`${css.grid} ${className} ${texts ? css.texts : ''}`}
        aria-label={label}
        cellComponent={PictureCell}
        cellProps={cellProps}
        columnCount={columns}
        columnWidth={`${100 / columns}%`}
        rowCount={rows}
        rowHeight={rowHeight}
        overscanCount={1}
        style={{ '--rows': `${rows * rowHeight}px` } as CSSProperties}
        onResize={({ width }) => setColumns(Math.max(1, Math.floor(width / (texts ? textWidth : tag ? taggedWidth : cellWidth))))}
        onCellsRendered={({ rowStartIndex, rowStopIndex }) => {
          inSight.current = names.slice(rowStartIndex * columns, (rowStopIndex + 1) * columns);
          loader.current?.want(inSight.current);
        }}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
      />
    </>
  );
}
