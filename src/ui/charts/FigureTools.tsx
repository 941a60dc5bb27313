import { useRef, useState, type RefObject } from 'react';
import { Button } from '../controls/Button';
import { saveAs } from '../store/download';
import { toast } from '../store/toast';
import { t } from '../strings';
import css from './Plot.module.css';

export type PictureKind = 'svg' | 'png' | 'csv';
const kinds: PictureKind[] = ['svg', 'png', 'csv'];

const fileName = (title: string, kind: PictureKind): string => `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')}.${kind}`;

/** Saves a figure as a picture, or its numbers. */
export async function saveFigure(kind: PictureKind, title: string, figure: HTMLElement | null, csv: () => string): Promise<void> {
  try {
    if (kind === 'csv') return saveAs(new Blob([csv()], { type: 'text/csv' }), fileName(title, kind));
    if (!figure) return;
    const { pngOf, svgOf } = await import('./picture');
    saveAs(kind === 'svg' ? new Blob([svgOf(figure)], { type: 'image/svg+xml' }) : await pngOf(figure), fileName(title, kind));
  } catch (error) {
    toast(t.chart.notSaved(error instanceof Error ? error.message : String(error)));
  }
}

interface Props {
  title: string;
  figure: RefObject<HTMLElement | null>;
  csv: () => string;
  asTable: boolean;
  onTable: (on: boolean) => void;
}

/** What every figure offers: its table, and itself as a file. */
export function FigureTools({ title, figure, csv, asTable, onTable }: Props) {
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
    menu.current?.querySelector('button')?.focus();
  };
  return (
    <>
      <Button kind="quiet" small pressed={asTable} onClick={() => onTable(!asTable)}>
        {t.chart.table}
        <span className="sr"> {t.chart.of(title)}</span>
      </Button>
      <div
        ref={menu}
        className={css.menu}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !open) return;
          event.preventDefault();
          close();
        }}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}
      >
        <Button kind="quiet" small expanded={open} onClick={() => setOpen(!open)}>
          {t.chart.export}
          <span className="sr"> {t.chart.of(title)}</span>
        </Button>
        {open && (
          <div>
            {kinds.map((kind) => (
              <Button
                key={kind}
                kind="quiet"
                small
                onClick={() => {
                  close();
                  // A table has no lines to draw.
                  if (asTable && kind !== 'csv') onTable(false);
                  setTimeout(() => void saveFigure(kind, title, figure.current, csv));
                }}
              >
                {t.chart.kinds[kind]}
                <span className="sr"> {t.chart.of(title)}</span>
              </Button>
            ))}
          </div>
        )}
      </div>
    </>
  );
}
