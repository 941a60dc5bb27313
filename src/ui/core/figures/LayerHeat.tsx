import { Fragment, type CSSProperties, type ReactNode } from 'react';
import type { Inside } from '../../../analysis/analysis.meta';
import { Figure, type FigureTable } from '../../kit/charts/Figure';
import { identity } from '../../kit/charts/MethodKey';
import { PrintedHeat, type PrintedCell } from '../../kit/charts/PrintedHeat';
import { middle } from '../analyses/insideFindings';
import heat from '../../kit/charts/board.module.css';
import css from './landscape.module.css';
import { insideWords } from '../words/inside';

/** Beginning of a layer's name, up to the number of its block. */
const inBlock = /^.*?\.(\d+)\./;
/** Rest of a layer's name, without a word that some families say twice. */
const partOf = (layer: string): string => layer.replace(inBlock, '').replace(/\b(\w+)\.(?=\1\.)/, '');

const blockOf = (layer: string): number | null => {
  const block = inBlock.exec(layer)?.[1];
  return block === undefined ? null : Number(block);
};

/** A layer's name without what all layers share: "block 3 intermediate.dense". */
export function shortLayer(layer: string): string {
  const block = blockOf(layer);
  return block === null ? layer : `${insideWords.blocks} ${block + 1} ${partOf(layer)}`;
}

/** Every layer that a run changed. */
export const layersOf = ({ updates }: Inside): string[] => [...new Set(updates.flatMap((list) => list.map(({ layer }) => layer)))];

/** Row of a heat map: a run, or a pair of runs. */
export interface HeatRow {
  label: string;
  /** Gives the row's name its colour. */
  method?: string;
}

interface Props {
  title: string;
  caption: ReactNode;
  summary: string;
  tools?: ReactNode;
  layers: string[];
  rows: HeatRow[];
  /** Of a row's layer: its words, and 0 to 100 for its shade, below zero for the other colour of a change; null where there is nothing. */
  cell: (row: number, layer: string) => { text: string; shade: number } | null;
  what: string;
  table: FigureTable;
  of: string;
}

interface PartProps extends Pick<Props, 'title' | 'caption' | 'summary' | 'tools' | 'layers' | 'rows' | 'what' | 'table' | 'of'> {
  /** NaN where there is nothing. */
  value: (row: number, layer: string) => number;
  shown: (value: number) => { text: string; shade: number };
}

const onPaper = (of: ReturnType<Props['cell']>): PrintedCell | null => of && { text: of.text, shade: Math.abs(of.shade), change: of.shade < 0 ? 'less' : undefined };

/** A number in its shade; `here` where the cursor is. */
function Cell({ of, here }: { of: ReturnType<Props['cell']>; here: boolean }) {
  if (of === null) return <td className={css.none} />;
  return (
    <td className={[of.shade < 0 && heat.less, here && heat.at].filter(Boolean).join(' ') || undefined} style={{ '--v': Math.abs(of.shade).toFixed(1) } as CSSProperties}>
      {of.text}
    </td>
  );
}

/** For a slide, which is read from afar: a row for each run or pair, a column for each part of a block, and of its blocks the median. */
export function PartHeat({ title, caption, summary, tools, layers, rows, value, shown, what, table, of }: PartProps) {
  const parts = [...new Set(layers.map(partOf))];
  const lines = rows.map(({ label, method }, row) => ({ label, method, cells: parts.map((part) => {
    const found = layers.filter((layer) => partOf(layer) === part).map((layer) => value(row, layer)).filter(Number.isFinite);
    return { part, of: found.length > 0 ? shown(middle(found)) : null };
  }) }));
  const stops = lines.flatMap(({ label, cells }, row) => cells.flatMap(({ part, of }, i) => (of ? [{ row, i, text: insideWords.layerCell(label, part, what, of.text) }] : [])));
  return (
    <Figure title={title} caption={caption} summary={summary} tools={tools} of={of} stops={stops.map(({ text }) => text)} table={table} print={{ legend: false, draw: ({ ratio }) => <PrintedHeat ratio={ratio} columns={parts} rows={lines.map((line) => ({ ...line, cells: line.cells.map(({ of }) => onPaper(of)) }))} /> }}>
      {(cursor) => (
        <table className={`${heat.heat} ${css.layers} ${css.parts}`}>
          <thead>
            <tr>
              <td className={css.none} />
              {parts.map((part) => (
                <th key={part} scope="col">
                  {part.split('.').map((word, i) => (
                    <Fragment key={i}>
                      {i > 0 && <>.<wbr /></>}
                      {word}
                    </Fragment>
                  ))}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ label, method, cells }, row) => (
              <tr key={label}>
                <th scope="row" className={method && identity(method)}>
                  <b>{label}</b>
                </th>
                {cells.map(({ of }, i) => (
                  <Cell key={i} of={of} here={stops[cursor]?.row === row && stops[cursor].i === i} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Figure>
  );
}

/** A block as people count it; none for layers that are in no block. */
const columnName = (block: number | null): string => (block === null ? '–' : String(block + 1));

/** Numbers of every layer as a heat map: blocks side by side, the parts of a block below each other, and in each part a row for each run. */
export function LayerHeat({ title, caption, summary, tools, layers, rows, cell, what, table, of }: Props) {
  const blocks = [...new Set(layers.flatMap((layer) => blockOf(layer) ?? []))].sort((a, b) => a - b);
  const parts = [...new Set(layers.map(partOf))];
  const alone = layers.some((layer) => blockOf(layer) === null);
  const columns: (number | null)[] = [...blocks, ...(alone ? [null] : [])];
  const layerAt = (part: string, block: number | null) => layers.find((layer) => partOf(layer) === part && blockOf(layer) === block);
  const cells = parts.flatMap((part) =>
    rows
      .map(({ label, method }, row) => ({ part, row, label, method, first: false, cells: columns.map((block) => layerAt(part, block)).map((layer) => ({ layer, of: layer === undefined ? null : cell(row, layer) })) }))
      .filter((line) => line.cells.some(({ of }) => of !== null))
      .map((line, i) => ({ ...line, first: i === 0 })),
  );
  // In rem: as wide as its longest name in bold, where a telephone has the room.
  const names = Math.min(16, Math.max(9, 0.75 + 0.58 * Math.max(0, ...rows.map(({ label }) => label.length))));
  const stops = cells.flatMap(({ row, label, cells: line }) => line.flatMap(({ layer, of }) => (of && layer ? [{ row, layer, text: insideWords.layerCell(label, shortLayer(layer), what, of.text) }] : [])));
  return (
    <Figure title={title} caption={caption} summary={summary} tools={tools} of={of} stops={stops.map(({ text }) => text)} table={table} print={{ legend: false, draw: ({ ratio }) => <PrintedHeat ratio={ratio} across={insideWords.blocks} columns={columns.map(columnName)} rows={cells.map((line) => ({ label: line.label, method: line.method, part: line.first ? line.part : undefined, cells: line.cells.map(({ of }) => onPaper(of)) }))} /> }}>
      {(cursor) => (
        <div className={heat.scroll}>
          <table className={`${heat.heat} ${css.layers}`} style={{ minWidth: `calc(var(--names) + ${2.9 * columns.length}rem)`, '--names': `min(${names}rem, 34vw)` } as CSSProperties}>
            <thead>
              <tr>
                <th>{insideWords.blocks}</th>
                {columns.map((block) => (
                  <th key={block} scope="col">
                    {columnName(block)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {cells.flatMap(({ part, row, label, method, first, cells: line }) => [
                ...(first
                  ? [
                      <tr key={part} className={css.part}>
                        <th scope="rowgroup" colSpan={columns.length + 1}>
                          {part}
                        </th>
                      </tr>,
                    ]
                  : []),
                <tr key={`${part} ${row}`}>
                  <th scope="row" className={method && identity(method)}>
                    <b>{label}</b>
                  </th>
                  {line.map(({ layer, of }, i) => (
                    <Cell key={i} of={of} here={stops[cursor]?.row === row && stops[cursor].layer === layer} />
                  ))}
                </tr>,
              ])}
            </tbody>
          </table>
        </div>
      )}
    </Figure>
  );
}
