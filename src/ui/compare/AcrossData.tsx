import { formatFixed, formatPercent, withSpread } from '../../language/format';
import { MethodKey } from '../kit/charts/MethodKey';
import { acrossData, type AcrossRow } from '../core/runs/acrossData';
import { useFiltered } from '../core/runs/table';
import { useRunsHere } from '../core/runs/view';
import { counts } from '../core/runs/runGroups';
import { factNamed } from '../core/runs/facts';
import { compareWords } from '../core/words/compare';
import css from './differences.module.css';

const words = compareWords.across;

/** Settings that were trained on several data sets, with their accuracy on each, their mean and their mean rank. */
export function AcrossData() {
  const { runs } = useFiltered(useRunsHere());
  const found = acrossData(runs.filter(counts));
  if (!found) return <p className={css.note}>{words.none}</p>;
  const heads = [...found.data.map(({ title }) => title), words.mean, words.rank];
  return (
    <div className={css.parts}>
      <div className={css.scroll} role="region" aria-label={compareWords.sections.across.title} tabIndex={0}>
        <table className={css.table} data-testid="across-data">
          <thead>
            <tr>
              <th scope="col">{compareWords.differences.setting}</th>
              {heads.map((head) => (
                <th key={head} scope="col" className={css.num}>{head}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.rows.map((row) => (
              <tr key={row.key}>
                <th scope="row"><MethodKey method={row.method}>{row.name}</MethodKey></th>
                {cellsOf(row).map((cell, i) => (
                  <td key={i} data-label={heads[i]} className={css.num}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={css.note}>{words.how(factNamed('accuracy')!.title, found.rows.filter(({ rank }) => rank !== null).length)}</p>
    </div>
  );
}

const cellsOf = ({ accuracy, mean, rank }: AcrossRow): string[] => [...accuracy.map((one) => (one ? withSpread(one.mean, one.interval, formatPercent) : '–')), mean === null ? '–' : formatPercent(mean), rank === null ? '–' : formatFixed(rank, 1)];
