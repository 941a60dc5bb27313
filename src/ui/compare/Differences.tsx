import { differenceCells, differenceHeads, differencesNote, isTold, isToldOfModels, type Difference, type DifferenceCells } from '../../records/pairs.meta';
import type { Mean } from '../../numbers/stats';
import { MethodKey } from '../kit/charts/MethodKey';
import { formatPercent, withSpread } from '../../language/format';
import { byMedium } from '../../language/medium';
import { bySource, groupRuns, nameOf, ofPictures, rankedGroups, type Group, type Ranked } from '../core/runs/runGroups';
import { useCompared } from '../core/runs/compared';
import { factNamed } from '../core/runs/facts';
import css from './differences.module.css';
import { chartWords } from '../kit/words/chart';
import { compareWords } from '../core/words/compare';

/** Settings of one source and data set, each with its difference from the best. */
interface Part {
  ranked: Ranked[];
  apart: boolean;
}

const dataOf = ({ counted }: Group) => counted[0]?.spec.data;

/** Differences that the headline speaks of: the same groups, on the same data. */
function partsOf(groups: readonly Group[]): Part[] {
  return bySource(groups).flatMap(({ groups: some, apart }) => [...new Set(some.map(dataOf))].map((data) => ({ ranked: rankedGroups(some.filter((group) => dataOf(group) === data)), apart }))).filter(({ ranked }) => ranked.length > 1);
}

/** Differences from the best, with their intervals: paired as far as the runs allow. */
export function Differences() {
  const { runs, groups, by } = useCompared();
  const parts = partsOf(by === 'run' ? groupRuns(runs, 'seed') : groups);
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

/** The mean with its interval over seeds, or the value of a single run with that over its pictures. */
function accuracyOf(group: Group, mean: Mean): string {
  const ends = ofPictures(group);
  return ends ? chartWords.ranged(...([mean.mean, ...ends].map(formatPercent) as [string, string, string])) : withSpread(mean.mean, mean.interval, formatPercent);
}

function DifferenceTable({ ranked, apart }: Part) {
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
