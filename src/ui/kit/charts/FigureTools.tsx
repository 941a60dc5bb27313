import { useRef, useState, type RefObject } from 'react';
import { Button } from '../controls/Button';
import { saveAs } from '../saveAs';
import { toast } from '../toast';
import css from './Plot.module.css';
import { slug } from '../slug';
import { chartWords } from '../words/chart';
import { askForPrint, plainFacts, type Printable } from '../print/request';
import { messageOf } from '../../../errors/errors';

export type FileKind = 'svg' | 'png' | 'csv' | 'json';

/** Files of a figure besides the picture that is read off the page. */
export interface FigureFiles {
  csv: () => string;
  json?: () => string;
  /** Picture of a WebGL drawing, instead of the page's; there is no SVG of it. */
  png?: () => Promise<Blob>;
}

const types = { svg: 'image/svg+xml', csv: 'text/csv', json: 'application/json' };
const fileName = (title: string, kind: FileKind): string => `${slug(title)}.${kind}`;

/** Saves a figure as a picture, or its numbers. */
export async function saveFigure(kind: FileKind, title: string, figure: HTMLElement | null, { csv, json, png }: FigureFiles): Promise<void> {
  const of = (text: string, kind: keyof typeof types) => new Blob([text], { type: types[kind] });
  try {
    if (kind === 'csv') return saveAs(of(csv(), kind), fileName(title, kind));
    if (kind === 'json') return saveAs(of(json!(), kind), fileName(title, kind));
    if (kind === 'png' && png) return saveAs(await png(), fileName(title, kind));
    if (!figure) return;
    const { pngOf, svgOf } = await import('./picture');
    saveAs(kind === 'svg' ? of(await svgOf(figure), kind) : await pngOf(figure), fileName(title, kind));
  } catch (error) {
    toast(chartWords.notSaved(messageOf(error)));
  }
}

interface Props {
  title: string;
  figure: RefObject<HTMLElement | null>;
  files: FigureFiles;
  /** How it is drawn on paper; without it that is not offered. */
  print?: Printable;
  asTable: boolean;
  /** Left out where the table stands elsewhere. */
  onTable?: (on: boolean) => void;
}

/** Tools of every figure: its table, and the figure as a file. */
export function FigureTools({ title, figure, files, print, asTable, onTable }: Props) {
  const kinds: FileKind[] = [...(files.png ? [] : (['svg'] as const)), 'png', 'csv', ...(files.json ? (['json'] as const) : [])];
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const forPrint = ({ draw, legend, facts = () => plainFacts(title, null, null) }: Printable) => askForPrint({ title, csv: files.csv, draw, legend, ...facts() });
  const close = () => {
    setOpen(false);
    menu.current?.querySelector('button')?.focus();
  };
  return (
    <>
      {onTable && (
        <Button kind="quiet" small pressed={asTable} onClick={() => onTable(!asTable)}>
          {chartWords.table}
          <span className="sr"> {chartWords.of(title)}</span>
        </Button>
      )}
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
          {chartWords.export}
          <span className="sr"> {chartWords.of(title)}</span>
        </Button>
        {open && (
          <div>
            {print && (
              <Button
                kind="quiet"
                small
                onClick={() => {
                  close();
                  forPrint(print);
                }}
              >
                {chartWords.print}
                <span className="sr"> {chartWords.of(title)}</span>
              </Button>
            )}
            {kinds.map((kind) => (
              <Button
                key={kind}
                kind="quiet"
                small
                onClick={() => {
                  close();
                  // A table has no lines to draw.
                  if (asTable && (kind === 'svg' || kind === 'png')) onTable?.(false);
                  setTimeout(() => void saveFigure(kind, title, figure.current, files));
                }}
              >
                {chartWords.kinds[kind]}
                <span className="sr"> {chartWords.of(title)}</span>
              </Button>
            ))}
          </div>
        )}
      </div>
    </>
  );
}
