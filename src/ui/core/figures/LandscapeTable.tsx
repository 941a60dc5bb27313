import { coordinate } from '../../../analysis/plane.meta';
import { formatOf, layoutOf, type Quantity } from '../../kit/charts/plane';
import type { Landscape } from '../../../analysis/analysis.meta';
import { startsOf } from '../analyses/landscapeFindings';
import { formatAlike, formatFixed, formatLoss } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import css from './landscape.module.css';
import { landscapeWords } from '../words/landscape';
import { chartWords } from '../../kit/words/chart';

/** A length with two decimals; what is rounded to nothing has no sign. */
const lengthOf = (length: number): string => formatFixed(Number(length.toFixed(2)) + 0, 2);

/** The map's numbers: the grid as a table, y from the top, and the paths below it. */
export function LandscapeTable({ made, at, quantity, names }: { made: Landscape; at: number; quantity: Quantity; names: string[] }) {
  const { grid, x: xs, y: ys } = made.spec;
  const set = defined(made.sets[at]);
  const format = formatOf(quantity);
  const off = formatAlike(made.paths.flatMap(({ points }) => points.map(({ residual }) => residual)));
  const starts = startsOf(made);
  const layout = layoutOf(made);
  const indices = Array.from({ length: grid }, (_, i) => i);
  return (
    <>
      <p className={css.caption}>{landscapeWords.tableKey(defined(names[0]), defined(names[2]), defined(names[1]), made.plane ? formatLoss(made.plane.unit_x) : '', made.plane ? formatLoss(made.plane.unit_y) : '')}</p>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={chartWords.tableOf(landscapeWords.quantities[quantity])}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">y \ x</th>
              {indices.map((i) => (
                <th key={i} scope="col">
                  {formatFixed(coordinate(xs, grid, i), 2)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {indices.toReversed().map((j) => (
              <tr key={j}>
                <th scope="row">{formatFixed(coordinate(ys, grid, j), 2)}</th>
                {indices.map((i) => (
                  <td key={i}>{Number.isFinite(set.accuracy[j * grid + i]) ? format(defined(set[quantity][j * grid + i])) : ''}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {made.paths.length > 0 && <p className={css.caption}>{landscapeWords.pathKey(defined(names[0]), defined(names[2]))}</p>}
      {made.paths.length > 0 && (
        <div className={css.scroll} tabIndex={0} role="region" aria-label={landscapeWords.pathTable}>
          <table className={css.table}>
            <thead>
              <tr>
                {[landscapeWords.columns.run, landscapeWords.columns.step, landscapeWords.columns.along, landscapeWords.columns.beside, landscapeWords.columns.off, landscapeWords.quantities[quantity]].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {made.paths.flatMap(({ run, points }) =>
                points.map((point) => (
                  <tr key={`${run} ${point.step}`}>
                    <th scope="row">{names[run]}</th>
                    <td>{point.step}</td>
                    {layout.at(point.x, point.y).map((length, axis) => (
                      <td key={axis}>{lengthOf(length)}</td>
                    ))}
                    <td>{off(point.residual)}</td>
                    <td>{format(defined(point.measured[at])[quantity])}</td>
                  </tr>
                )),
              )}
            </tbody>
          </table>
        </div>
      )}
      {starts && <p className={css.caption}>{starts}</p>}
    </>
  );
}
