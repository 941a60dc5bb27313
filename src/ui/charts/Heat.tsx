import type { CSSProperties } from 'react';
import { formatCount } from '../format';
import { t } from '../strings';
import css from './Heat.module.css';

/** Largest number of classes that is drawn cell by cell. */
export const mostClasses = 60;

/** A confusion matrix as a real table: rows are true classes, columns what the model said, cells are pictures. */
export function Heat({ label, classes, counts }: { label: string; classes: string[]; counts: number[][] }) {
  const dense = classes.length > 20;
  const longest = Math.max(...classes.map((name) => name.length));
  const name = Math.min(12, 0.5 + 0.42 * longest);
  const style = { '--namew': `${name}rem`, '--least': `${classes.length * (dense ? 1.25 : 1.45) + name}rem` } as CSSProperties;
  return (
    <div className={css.scroll} role="region" aria-label={label} tabIndex={0}>
      <table className={`${css.heat} ${dense ? css.dense : ''}`} style={style}>
        <colgroup>
          <col className={css.name} />
          {classes.map((name) => (
            <col key={name} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th scope="col">
              <span className="sr">{t.results.trueClass}</span>
            </th>
            {classes.map((name) => (
              <th key={name} scope="col">
                <span>{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((name, row) => {
            const sum = counts[row].reduce((all, count) => all + count, 0);
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                {classes.map((said, column) => (
                  <td
                    key={said}
                    className={row === column ? css.right : undefined}
                    style={{ '--v': sum > 0 ? ((100 * counts[row][column]) / sum).toFixed(1) : 0 } as CSSProperties}
                    title={t.results.cell(name, said, counts[row][column])}
                  >
                    {counts[row][column] > 0 ? formatCount(counts[row][column]) : <span className="sr">0</span>}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
