import { Fragment, type CSSProperties } from 'react';
import { defined } from '../../../numbers/defined';
import { identity } from './MethodKey';
import { fitText, textWidth } from './textWidth';
import { useSize } from './useSize';
import css from './board.module.css';

/** A cell of a heat map on paper. */
export interface PrintedCell {
  text: string;
  /** 0 to 100. */
  shade: number;
  /** Its colour where it is a change. */
  change?: 'less' | 'more';
}

export interface PrintedRow {
  label: string;
  /** Gives the row's name its colour. */
  method?: string;
  /** Heading above the row. */
  part?: string;
  /** In the order of the columns; null where there is nothing. */
  cells: (PrintedCell | null)[];
}

interface Props {
  columns: string[];
  rows: PrintedRow[];
  /** Height as a share of the width, where the rows need no more. */
  ratio: number;
  /** What columns and rows are. */
  across?: string;
  down?: string;
  /** Ends of the scale in words, where these are not the lowest and the highest cell. */
  ends?: [low: string, high: string];
}

/** Height of a line, of a row at least, and of one whose name may be left out, in em. */
const line = 1.4;
const rowHeight = 1.35;
const bare = 0.3;
/** More rows than this need not all be named. */
const mostNamed = 30;
const steps = 24;

/** A heat map on paper: numbers in its cells where they have room, else a scale below. */
export function PrintedHeat({ columns, rows, ratio, across, down, ends }: Props) {
  const [frame, { width, em, family }] = useSize<HTMLDivElement>();
  const height = ratio * width;
  const [plain, bold] = [`400 ${em}px ${family}`, `600 ${em}px ${family}`];
  const widest = (texts: readonly string[], font: string) => Math.max(0, ...texts.map((text) => textWidth(text, font)));
  const names = rows.map(({ label, method }) => fitText(label, method ? bold : plain, 0.36 * width));
  const left = (down ? line * em : 0) + widest(names, bold) + 0.6 * em;
  const cell = (width - left - 1) / columns.length;
  const upright = widest(columns, plain) > cell - 0.4 * em;
  const heads = columns.map((name) => fitText(name, plain, upright ? 0.36 * height : cell));
  const top = (across ? line * em : 0) + (upright ? widest(heads, plain) + 0.4 * em : line * em);
  const parts = rows.filter(({ part }) => part !== undefined).length * line * em;
  const cells = rows.flatMap((row) => row.cells.filter((one) => one !== null));
  const wide = widest(cells.map(({ text }) => text), plain) > cell - 0.3 * em;
  const rowOf = (bottom: number) => Math.max((rows.length > mostNamed ? bare : rowHeight) * em, (height - top - parts - bottom) / rows.length);
  const below = 2 * line * em;
  const scaled = wide || rowOf(0) < 1.1 * em;
  const row = rowOf(scaled ? below : 0);
  // Of names that would lie over one another every second, third … stands there.
  const [everyColumn, everyRow] = [upright ? Math.ceil((1.1 * em) / cell) : 1, Math.ceil((1.1 * em) / row)];
  const starts = rows.map((_, i) => top + i * row + rows.slice(0, i + 1).filter(({ part }) => part !== undefined).length * line * em);
  const end = top + parts + rows.length * row;
  const middle = 0.35 * em;
  const shades = [...cells].sort((a, b) => signed(a) - signed(b));
  const [low, high] = [shades[0], shades.at(-1)];
  return (
    <div ref={frame} className={css.printed}>
      <svg width={width} height={end + (scaled ? below : 0)} aria-hidden="true">
        {across && (
          <text x={left + (columns.length * cell) / 2} y={0.9 * em} textAnchor="middle">
            {across}
          </text>
        )}
        {down && (
          <text textAnchor="middle" transform={`translate(${0.9 * em} ${(top + end) / 2}) rotate(-90)`}>
            {down}
          </text>
        )}
        {heads.map((name, i) =>
          i % everyColumn > 0 ? null : upright ? (
            <text key={i} transform={`translate(${left + (i + 0.5) * cell + middle} ${top - 0.3 * em}) rotate(-90)`}>
              {name}
            </text>
          ) : (
            <text key={i} x={left + (i + 0.5) * cell} y={top - 0.4 * em} textAnchor="middle">
              {name}
            </text>
          ),
        )}
        {rows.map(({ method, part, cells }, i) => (
          <Fragment key={i}>
            {part !== undefined && (
              <text x={left} y={defined(starts[i]) - 0.4 * em}>
                {part}
              </text>
            )}
            {i % everyRow === 0 && (
              <text className={method && `${css.whose} ${identity(method)}`} x={left - 0.5 * em} y={defined(starts[i]) + row / 2 + middle} textAnchor="end">
                {names[i]}
              </text>
            )}
            {cells.map(
              (one, k) =>
                one && (
                  <Tile key={k} of={one} x={left + k * cell} y={defined(starts[i])} width={cell - 0.75} height={row - 0.75}>
                    {!scaled && (
                      <text x={left + (k + 0.5) * cell} y={defined(starts[i]) + row / 2 + middle} textAnchor="middle">
                        {one.text}
                      </text>
                    )}
                  </Tile>
                ),
            )}
          </Fragment>
        ))}
        {scaled && low && high && (
          <>
            {Array.from({ length: steps }, (_, i) => {
              const value = signed(low) + ((signed(high) - signed(low)) * (i + 0.5)) / steps;
              const change = low.change ?? high.change ? (value < 0 ? 'less' : 'more') : undefined;
              return <Tile key={i} of={{ text: '', shade: Math.abs(value), change }} x={left + (i * (width - left - 1)) / steps} y={end + 0.5 * em} width={(width - left - 1) / steps} height={0.7 * em} />;
            })}
            <text x={left} y={end + 2.3 * em}>
              {ends?.[0] ?? low.text}
            </text>
            <text x={width - 1} y={end + 2.3 * em} textAnchor="end">
              {ends?.[1] ?? high.text}
            </text>
          </>
        )}
      </svg>
      {scaled && <span hidden data-unnumbered />}
    </div>
  );
}

/** The shade of a cell, below zero for a change to less. */
const signed = ({ shade, change }: PrintedCell): number => (change === 'less' ? -shade : shade);

function Tile({ of: { shade, change }, children, ...place }: { of: PrintedCell; x: number; y: number; width: number; height: number; children?: React.ReactNode }) {
  return (
    <g className={[css.tile, change && css[change]].filter(Boolean).join(' ')} style={{ '--v': shade.toFixed(1) } as CSSProperties}>
      <rect {...place} />
      {children}
    </g>
  );
}
