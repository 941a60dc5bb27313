import { useState, type CSSProperties, type KeyboardEvent } from 'react';
import { formatCount } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import css from './Heat.module.css';
import { resultsWords } from '../words/results';

/** Largest number of classes that is drawn cell by cell. */
export const mostClasses = 60;

interface Props {
  label: string;
  classes: string[];
  counts: number[][];
  /** The cell that is shown in detail. */
  chosen?: { truth: number; predicted: number } | null;
  /** Makes the cells that hold pictures buttons: one stop for Tab, arrow keys between them. */
  onChoose?: (truth: number, predicted: number) => void;
}

/** A confusion matrix as a real table: rows are true classes, columns what the model said, cells are pictures. */
export function Heat({ label, classes, counts, chosen, onChoose }: Props) {
  const [stop, setStop] = useState(() => firstCell(counts));
  const dense = classes.length > 20;
  const longest = Math.max(...classes.map((name) => name.length));
  const name = Math.min(12, 0.5 + 0.42 * longest);
  const style = { '--namew': `${name}rem`, '--least': `${classes.length * (dense ? 1.25 : 1.45) + name}rem` } as CSSProperties;
  return (
    <div className={css.scroll} role="region" aria-label={label} tabIndex={0}>
      <table onKeyDown={onChoose && moveByKey} className={`${css.heat} ${dense ? css.dense : ''}`} style={style}>
        <colgroup>
          <col className={css.name} />
          {classes.map((name) => (
            <col key={name} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th scope="col">
              <span className="sr">{resultsWords.trueClass}</span>
            </th>
            {classes.map((name) => (
              <th key={name} scope="col" title={name}>
                <span>{name}</span>
              </th>
            ))}
            {!dense && (
              <th scope="col">
                <span>{resultsWords.pictures}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {classes.map((name, row) => {
            const cells = defined(counts[row]);
            const sum = cells.reduce((all, count) => all + count, 0);
            return (
              <tr key={name}>
                <th scope="row" title={name}>
                  {name}
                </th>
                {classes.map((predicted, column) => {
                  const count = defined(cells[column]);
                  return (
                    <td
                      key={predicted}
                      className={row === column ? css.right : undefined}
                      style={{ '--v': sum > 0 ? ((100 * count) / sum).toFixed(1) : 0 } as CSSProperties}
                      title={resultsWords.cell(name, predicted, count)}
                    >
                      {count === 0 ? (
                        <span className="sr">0</span>
                      ) : onChoose ? (
                        <button
                          type="button"
                          data-number=""
                          data-row={row}
                          data-column={column}
                          tabIndex={stop.row === row && stop.column === column ? 0 : -1}
                          aria-pressed={chosen?.truth === row && chosen.predicted === column}
                          aria-label={resultsWords.cell(name, predicted, count)}
                          onFocus={() => setStop({ row, column })}
                          onClick={() => onChoose(row, column)}
                        >
                          {formatCount(count)}
                        </button>
                      ) : (
                        formatCount(count)
                      )}
                    </td>
                  );
                })}
                {!dense && <td className={css.sum}>{formatCount(sum)}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function firstCell(counts: number[][]): { row: number; column: number } {
  const row = counts.findIndex((cells) => cells.some((count) => count > 0));
  return { row, column: counts[row]?.findIndex((count) => count > 0) ?? -1 };
}

/** Arrow keys go to the next cell that holds pictures: along the row, or to the nearest one in the next such row. */
function moveByKey(event: KeyboardEvent<HTMLTableElement>): void {
  const at = (event.target as HTMLElement).dataset;
  const [dx, dy] = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as Record<string, [number, number]>)[event.key] ?? [0, 0];
  if (at.row === undefined || (dx === 0 && dy === 0)) return;
  event.preventDefault();
  const [row, column] = [Number(at.row), Number(at.column)];
  const ahead = [...event.currentTarget.querySelectorAll<HTMLElement>('button')]
    .map((button) => ({ button, down: (Number(button.dataset.row) - row) * (dy || 1), right: (Number(button.dataset.column) - column) * (dx || 1) }))
    .filter(({ down, right }) => (dy === 0 ? down === 0 && right > 0 : down > 0));
  ahead.sort((a, b) => a.down - b.down || Math.abs(a.right) - Math.abs(b.right));
  ahead[0]?.button.focus();
}
