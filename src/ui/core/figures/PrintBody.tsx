import { useCallback, useEffect, useRef, useState, type CSSProperties } from 'react';
import { messageOf } from '../../../errors/errors';
import { Button, ButtonRow } from '../../kit/controls/Button';
import { Check } from '../../kit/controls/Check';
import { Choice } from '../../kit/controls/Choice';
import { CopyButton } from '../../kit/controls/CopyButton';
import { Note } from '../../kit/controls/Sign';
import type { PrintRequest } from '../../kit/print/request';
import { latexFigure, latexTable, markdownTable } from '../../kit/print/tables';
import { typefaceFor, type Typeface } from '../../kit/print/typeface';
import { saveAs } from '../../kit/saveAs';
import { slug } from '../../kit/slug';
import { chartWords } from '../../kit/words/chart';
import { printWords as words } from '../words/print';
import css from './print.module.css';

declare const FULLRANK_BUILD: string;

/** Widths of columns in inches: of the narrowest of the classes that are named. */
const widths = { column: 3.25, lncs: 4.8, text: 5.5, both: 6.75 } as const;
const ratios = { flat: 1 / 2, usual: 2 / 3, high: 4 / 5 } as const;
const sizes = [6, 7, 8, 9, 10] as const;
/** Pixels of an inch and of a point, as style sheets have them. */
const inch = 96;
const point = inch / 72;
/** Room that a drawing has above and below itself for the words of its axes, in em. */
const aroundHeight = 4.8;

interface Look {
  width: keyof typeof widths;
  shape: keyof typeof ratios;
  points: number;
  title: boolean;
  /** Null: in the drawing, as long as all names have room there. */
  legend: boolean | null;
}

const keysOf = <K extends string>(of: Readonly<Record<K, unknown>>): K[] => Object.keys(of) as K[];

export default function PrintBody({ request }: { request: PrintRequest }) {
  const [look, setLook] = useState<Look>({ width: 'column', shape: 'usual', points: 8, title: false, legend: null });
  /** Names that had no room in the drawing at this look. */
  const [crowded, setCrowded] = useState(0);
  const change = (some: Partial<Look>) => {
    setLook({ ...look, ...some });
    setCrowded(0);
  };
  const legend = look.legend ?? crowded > 0;
  const paper = useRef<HTMLElement>(null);
  const [error, setError] = useState('');
  const [lacking, setLacking] = useState({ names: 0, numbers: false });
  const isAuto = look.legend === null && request.legend;
  const onLacking = useCallback((now: { names: number; numbers: boolean }) => {
    setLacking(now);
    if (isAuto && now.names > 0) setCrowded(now.names);
  }, [isAuto]);
  const name = slug(request.title);
  const caption = `${request.caption} ${words.made(FULLRANK_BUILD)}`;
  const table = request.table && { ...request.table, caption: `${request.table.caption} ${words.made(FULLRANK_BUILD)}` };
  const save = async (kind: 'svg' | 'pdf') => {
    try {
      const { svgOf } = await import('../../kit/charts/picture');
      const svg = await svgOf(paper.current!, { inches: widths[look.width] });
      saveAs(kind === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : await (await import('../../kit/print/pdf')).pdfOf(svg, request.title), `${name}.${kind}`);
      setError('');
    } catch (reason) {
      setError(chartWords.notSaved(messageOf(reason)));
    }
  };
  return (
    <div className={css.body}>
      <div className={css.choices}>
        <Choice label={words.width} value={look.width} options={keysOf(widths).map((width) => [width, words.widths[width]])} onChange={(width) => change({ width: width as Look['width'] })} />
        <Choice label={words.shape} value={look.shape} options={keysOf(ratios).map((shape) => [shape, words.shapes[shape]])} onChange={(shape) => change({ shape: shape as Look['shape'] })} />
        <Choice label={words.size} value={String(look.points)} options={sizes.map((size) => [String(size), words.sizes(size)])} onChange={(size) => change({ points: Number(size) })} />
        {request.legend && <Choice label={words.names} value={legend ? 'legend' : 'beside'} options={keysOf(words.named).map((where) => [where, words.named[where]])} onChange={(where) => change({ legend: where === 'legend' })} />}
        <Check checked={look.title} onChange={(title) => change({ title })}>
          {words.withTitle}
        </Check>
      </div>
      <Preview key={JSON.stringify([look, legend])} request={request} look={look} legend={legend} paper={paper} onLacking={onLacking} />
      {look.legend === null && crowded > 0 ? <Note sign="info">{words.crowded(crowded)}</Note> : lacking.names > 0 && !legend && <Note sign="info">{words.unnamed(lacking.names, request.legend)}</Note>}
      {lacking.numbers && <Note sign="info">{words.unnumbered}</Note>}
      {error && <Note sign="err">{error}</Note>}
      <ButtonRow>
        <Button kind="primary" onClick={() => void save('pdf')}>
          PDF
        </Button>
        <Button onClick={() => void save('svg')}>SVG</Button>
        <Button onClick={() => saveAs(new Blob([request.csv()], { type: 'text/csv' }), `${name}.csv`)}>{words.data}</Button>
        <CopyButton text={latexFigure(`${name}.pdf`, caption, name, look.width === 'both')}>{words.latexFigure}</CopyButton>
      </ButtonRow>
      <h3>{words.caption}</h3>
      <p className={css.text}>{caption}</p>
      <ButtonRow>
        <CopyButton text={caption} shown>
          {words.copyCaption}
        </CopyButton>
      </ButtonRow>
      {table && (
        <>
          <h3>{words.table}</h3>
          <pre className={css.text} tabIndex={0} data-testid="print-table">{latexTable(table, name)}</pre>
          <ButtonRow>
            <CopyButton text={latexTable(table, name)} shown>
              {words.copyLatex}
            </CopyButton>
            <CopyButton text={markdownTable(table)}>{words.copyMarkdown}</CopyButton>
          </ButtonRow>
        </>
      )}
    </div>
  );
}

interface PreviewProps {
  request: PrintRequest;
  look: Look;
  legend: boolean;
  paper: React.RefObject<HTMLElement | null>;
  /** Told how many names have found no place, and whether numbers have not. */
  onLacking: (lacking: { names: number; numbers: boolean }) => void;
}

/** The figure laid out at its size on paper, in the typeface that its files are drawn in. */
function Preview({ request, look, legend, paper, onLacking }: PreviewProps) {
  const [typeface, setTypeface] = useState<Typeface | null>(null);
  const [failed, setFailed] = useState('');
  const text = `${request.title} ${request.csv()}`;
  useEffect(() => {
    let gone = false;
    typefaceFor(text).then((found) => !gone && setTypeface(found), (reason: unknown) => !gone && setFailed(messageOf(reason)));
    return () => void (gone = true);
  }, [text]);
  // What it draws finds its size, and with it places for names, after it is there.
  useEffect(() => {
    const drawing = paper.current;
    if (!drawing) return;
    const tell = () => onLacking({ names: drawing.querySelectorAll('[data-unnamed]').length, numbers: Boolean(drawing.querySelector('[data-unnumbered]')) });
    tell();
    const watch = new MutationObserver(tell);
    watch.observe(drawing, { childList: true, subtree: true });
    return () => watch.disconnect();
  }, [typeface, onLacking, paper]);
  if (failed) return <Note sign="err">{failed}</Note>;
  if (!typeface) return <p>{words.preparing}</p>;
  const [width, em] = [inch * widths[look.width], point * look.points];
  const style = { width, '--sans': typeface.family, '--plot-font': `${em}px`, '--h': `${(width * ratios[look.shape] - aroundHeight * em).toFixed(2)}px`, '--mark': `${(0.7 * em).toFixed(2)}px` } as CSSProperties;
  return (
    <div className={css.preview} role="region" aria-label={words.preview} tabIndex={0}>
      <figure ref={paper} className={css.paper} style={style} data-theme="light" aria-label={request.title} data-testid="paper">
        {look.title && <h3>{request.title}</h3>}
        {request.draw({ legend, ratio: ratios[look.shape] })}
      </figure>
    </div>
  );
}
