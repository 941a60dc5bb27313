import { differenceCells, isTold } from '../../../records/pairs.meta';
import { formatCount, formatNumber } from '../../../language/format';
import { byMedium } from '../../../language/medium';
import { defined } from '../../../numbers/defined';
import type { Scale } from '../../../figures/scale';
import type { Series } from '../../kit/charts/series';
import type { PrintFacts, PrintTable } from '../../kit/print/request';
import { plotWords } from '../../kit/words/plot';
import { factNamed } from '../runs/facts';
import { accuracyOf, rankedParts } from '../runs/rankedParts';
import { groupRuns, hasHead, isPooled, meanFact, nameOf, ofPictures, type Group, type Ranked } from '../runs/runGroups';
import type { Run } from '../runs/runs';
import type { Grouping } from '../settings/settings';
import { curveWords } from '../words/curves';
import { printWords as words } from '../words/print';
import { beyondWords, isCut } from './curves';
import { pictureOf } from './pictureOf';

/** What is said of a comparison's figures in a paper: a caption, and a table of the settings with what can be told of them. */

/** Sentences that apply, one after another. */
export const sentences = (some: readonly (string | false)[]): string => some.filter(Boolean).join(' ');

/** Facts on a figure of groups; `drawn` are sentences on what it draws. */
export const printFacts = (title: string, groups: readonly Group[], drawn: readonly (string | false)[]): PrintFacts => ({
  caption: sentences([`${title}.`, pictureOf(groups.flatMap(({ counted }) => counted)), ...drawn]),
  table: tableOf(groups),
});

interface Curves {
  sy: Scale;
  shares: boolean;
  group: Grouping;
  smoothed: boolean;
}

/** Facts on lines of runs, step by step. */
export function curveFacts(title: string, runs: readonly Run[], series: readonly Series[], { sy, shares, group, smoothed }: Curves): PrintFacts {
  const groups = groupRuns(runs, group);
  return printFacts(title, groups, [
    series.some(({ band }) => band) ? words.bands : series.some((one) => one.runs !== undefined) && words.lines,
    smoothed && curveWords.smoothLoss,
    isCut(series, sy, shares) && curveWords.cut,
    !shares && beyondWords(series, sy),
    series.some(({ pale }) => pale) && curveWords.pale,
    groups.some(isPooled) && plotWords.pooled,
  ]);
}

/** A row for each setting with a result, in the order of the page; null where none has one. */
export function tableOf(groups: readonly Group[]): PrintTable | null {
  const [accuracy, trainable] = [factNamed('accuracy')!, factNamed('trainable')!];
  const parts = rankedParts(groups);
  const ranks = new Map(parts.flatMap(({ ranked }) => ranked.map((one) => [one.group.key, one] as const)));
  const rows = groups.flatMap((group) => {
    const mean = meanFact(group, accuracy);
    const size = meanFact(group, trainable);
    const rank = ranks.get(group.key);
    return mean ? [{ group, rank, mean, cells: [nameOf(group), size ? formatCount(size.mean) : '–', formatNumber(mean.n), accuracyOf(group, mean)] }] : [];
  });
  if (rows.length === 0) return null;
  const markOf = (rank: Ranked | undefined) => (!rank ? undefined : !rank.difference ? 'best' : isTold(rank.difference) === false ? 'alike' : undefined);
  const marked = rows.map(({ cells, rank }) => ({ cells, mark: markOf(rank) } as const));
  const alike = [...ranks.values()].flatMap(({ difference }) => (difference && isTold(difference) === false ? [difference] : []));
  const items = byMedium({ pictures: 'pictures', texts: 'texts' }) as 'pictures' | 'texts';
  return {
    head: [words.head.method, words.head.parameters, words.head.seeds, words.head.accuracy],
    rows: marked,
    caption: sentences([
      words.tableTitle(pictureOf(groups.flatMap(({ counted }) => counted))),
      words.counted(hasHead(groups)),
      rows.some(({ mean }) => mean.interval !== null) && words.plusMinus,
      rows.some(({ group }) => ofPictures(group) !== null) && words.ranges,
      parts.length > 0 && words.best(parts.length > 1),
      alike.length > 0 && words.alike([...new Set(alike.map((difference) => differenceCells(difference, items).how))]),
      [...ranks.values()].some(({ difference }) => difference !== null && isTold(difference) === null) && words.untested,
      parts.length > 0 && rows.some(({ rank, mean }) => !rank && mean.n >= Math.min(...parts.flatMap(({ ranked }) => ranked.map((one) => defined(one).mean.n)))) && words.off,
    ]),
  };
}
