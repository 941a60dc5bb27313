import { csv } from '../../../io/csv.meta';
import { learningRates } from '../../../train/config';
import { hasRate } from '../../../train/rates.meta';
import { modelById, useCatalog } from '../data/catalog';
import { correctedFor, differenceCells, verdictNames } from '../../../records/pairs.meta';
import { formatCount, formatNumber, formatWithin } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import type { Scale } from '../../../figures/scale';
import type { Series } from '../../kit/charts/series';
import type { PrintFacts, PrintTable } from '../../kit/print/request';
import { plotWords } from '../../kit/words/plot';
import { factNamed } from '../runs/facts';
import { accuracyOf, rankedParts, type RankedPart } from '../runs/rankedParts';
import { groupRuns, hasHead, isPooled, itemsNow, meanFact, nameOf, ofPictures, wholeNameOf, type Group, type Ranked } from '../runs/runGroups';
import type { Run } from '../runs/runs';
import { useSettings, type Grouping } from '../settings/settings';
import { curveWords } from '../words/curves';
import { printWords as words } from '../words/print';
import { beyondWords, isCut } from './curves';
import { pictureOf } from './pictureOf';

/** What is said of a comparison's figures in a paper: a caption, and a table of the settings with what can be told of them. */

/** Sentences that apply, one after another. */
export const sentences = (some: readonly (string | false)[]): string => some.filter(Boolean).join(' ');

/** Runs of groups: data, model and steps, then which seeds, at which learning rates and on pictures of which size. */
function subjectOf(groups: readonly Group[]): string {
  const runs = groups.flatMap(({ counted }) => counted);
  return sentences([pictureOf(runs), conditionsOf(runs)]);
}

/** Most trainable parameters of what is compared, where there is one. */
function boundOf(groups: readonly Group[]): string {
  const { atMost } = useSettings.getState();
  return atMost > 0 && groups.some(({ bounded }) => bounded) ? words.atMost(formatCount(atMost)) : '';
}

/** "Seeds 0–2, a learning rate found for each setting, 64 px." */
function conditionsOf(runs: readonly Run[]): string {
  const inOrder = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b);
  const specs = runs.map(({ spec }) => spec);
  const rated = specs.filter(({ method, train }) => hasRate(method.method, train));
  const rates = inOrder(rated.map(({ method, train }) => learningRates(method, train).lr));
  const found = rated.filter(({ rate }) => rate === 'found').length;
  const catalog = useCatalog.getState();
  const sizes = inOrder(specs.flatMap(({ model, train }) => train.image_size || (modelById(catalog, model)?.image_size ?? 0))).filter((size) => size > 0);
  return specs.length === 0 ? '' : words.conditions(inOrder(specs.map(({ train }) => train.seed)), rates.map(formatWithin), found === 0 ? 'given' : found === rated.length ? 'found' : 'both', sizes);
}

/** Facts on a figure of groups; `drawn` are sentences on what it draws. */
export const printFacts = (title: string, groups: readonly Group[], drawn: readonly (string | false)[]): PrintFacts => ({
  caption: sentences([`${title}.`, subjectOf(groups), boundOf(groups), ...drawn]),
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
  const markOf = (rank: Ranked | undefined) => (rank?.verdict === 'best' || rank?.verdict === 'alike' ? rank.verdict : undefined);
  const told = new Set(rows.map(({ mean }) => mean.n)).size > 1;
  const shown = <T>(cells: readonly T[]): T[] => cells.filter((_, i) => told || i !== 2);
  const marked = rows.map(({ cells, rank }) => ({ cells: shown(cells), mark: markOf(rank) } as const));
  const alike = [...ranks.values()].flatMap(({ difference, verdict }) => (difference && verdict === 'alike' ? [difference] : []));
  return {
    head: shown([words.head.method, words.head.parameters, words.head.seeds, words.head.accuracy]),
    rows: marked,
    caption: sentences([
      words.tableTitle(subjectOf(groups)),
      boundOf(groups),
      words.counted(hasHead(groups)),
      rows.some(({ mean }) => mean.interval !== null) && words.plusMinus,
      rows.some(({ group }) => ofPictures(group) !== null) && words.ranges,
      parts.length > 0 && words.best(parts.length > 1),
      alike.length > 0 && words.alike([...new Set(alike.map((difference) => differenceCells(difference, itemsNow()).how))]),
      [...ranks.values()].some(({ verdict }) => verdict === 'models' || verdict === 'open') && words.untested,
      parts.length > 0 && rows.some(({ rank, mean }) => !rank && mean.n >= Math.min(...parts.flatMap(({ ranked }) => ranked.map((one) => defined(one).mean.n)))) && words.off,
    ]),
  };
}

/** Differences of settings from the best of them, for a paper: null where there is none. */
export function differenceTable({ ranked }: RankedPart): PrintTable | null {
  const differences = ranked.flatMap(({ difference }) => difference ?? []);
  if (differences.length === 0) return null;
  const best = defined(ranked[0]);
  return {
    head: [words.head.method, words.head.difference, words.head.interval, words.head.p],
    rows: ranked.map(({ group, difference, verdict }) => {
      const cells = difference && differenceCells(difference, itemsNow());
      return { cells: [nameOf(group), cells?.points ?? '–', cells?.interval ?? '–', cells?.p ?? '–'], mark: verdict === 'best' || verdict === 'alike' ? verdict : undefined };
    }),
    caption: sentences([
      words.differences(nameOf(best.group), subjectOf(ranked.map(({ group }) => group))),
      boundOf(ranked.map(({ group }) => group)),
      words.paired([...new Set(differences.map((difference) => differenceCells(difference, itemsNow()).covers).filter((covers) => covers !== '–'))]),
      correctedFor(differences, ranked.length),
      words.level(ranked.some(({ verdict }) => verdict === 'alike')),
    ]),
  };
}

/** The same as numbers, in points. */
export function differenceCsv({ ranked }: RankedPart): string {
  const points = (share: number | undefined) => (share === undefined ? null : 100 * share);
  return csv(
    ['setting', 'seeds', 'difference_points', 'ci95_low', 'ci95_high', 'p_holm', 'pairs', 'verdict', 'made_of'],
    ranked.map(({ group, mean, difference, verdict }) => [wholeNameOf(group), difference?.seeds ?? mean.n, points(difference?.difference), points(difference?.interval?.[0]), points(difference?.interval?.[1]), difference?.p, difference?.pairs, verdictNames[verdict], difference && differenceCells(difference, itemsNow()).how]),
  );
}
