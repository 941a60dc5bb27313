import { differenceCells, differenceHeads, differencesNote, isTold, isToldOfModels, type Difference, type DifferenceCells } from '../../records/pairs.meta';
import { MethodKey } from '../kit/charts/MethodKey';
import { byMedium } from '../../language/medium';
import { accuracyOf, rankedParts, type RankedPart } from '../core/runs/rankedParts';
import { groupRuns, nameOf } from '../core/runs/runGroups';
import { useCompared } from '../core/runs/compared';
import { factNamed } from '../core/runs/facts';
import css from './differences.module.css';
import { compareWords } from '../core/words/compare';

/** Differences from the best, with their intervals: paired as far as the runs allow. */
export function Differences() {
  const { runs, groups, by } = useCompared();
  const parts = rankedParts(by === 'run' ? groupRuns(runs, 'seed') : groups);
  const words = compareWords.differences;
  if (parts.length === 0) return <p className={css.note}>{words.none}</p>;
  return (
    <div className={css.parts}>
      {parts.map((part) => (
        <DifferenceTable key={part.ranked[0]?.group.key} {...part} />
      ))}
      <p className={css.note}>{words.how} {differencesNote}</p>
    </div>
  );
}

/** Columns of the table; whether a difference can be told from nothing stands beside the name. */
const columns = (['points', 'interval', 'p', 'how', 'covers'] as const).map((name) => ({ name, head: differenceHeads[name], numeric: name !== 'how' && name !== 'covers' }));

/** Remark beside a name: that it is best, or cannot be told from the best. */
function markOf(difference: Difference | null): string {
  const words = compareWords.differences;
  if (!difference) return words.best;
  return isTold(difference) === false ? words.alike : isToldOfModels(difference) ? words.models : difference.p === null ? words.open : '';
}

function DifferenceTable({ ranked, apart }: RankedPart) {
  const words = compareWords.differences;
  const items = byMedium({ pictures: 'pictures', texts: 'texts' }) as 'pictures' | 'texts';
  return (
    <div className={css.scroll} role="region" aria-label={words.title} tabIndex={0}>
      <table className={css.table} data-testid="differences">
        <thead>
          <tr>
            <th scope="col">{apart ? words.recorded : words.setting}</th>
            <th scope="col" className={css.num}>{factNamed('accuracy')!.title}</th>
            {columns.map(({ name, head, numeric }) => (
              <th key={name} scope="col" className={numeric ? css.num : undefined}>{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ranked.map(({ group, mean, difference }) => {
            const cells: DifferenceCells | null = difference && differenceCells(difference, items);
            return (
              <tr key={group.key} className={!difference || isTold(difference) === false ? css.near : undefined}>
                <th scope="row">
                  {group.method ? <MethodKey method={group.method}>{nameOf(group)}</MethodKey> : nameOf(group)}
                  {markOf(difference) && <small className={css.mark}>{markOf(difference)}</small>}
                </th>
                <td className={css.num} data-label={factNamed('accuracy')!.title}>{accuracyOf(group, mean)}</td>
                {columns.map(({ name, head, numeric }) => (
                  <td key={name} data-label={head} className={numeric ? css.num : undefined}>{cells?.[name]}</td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
