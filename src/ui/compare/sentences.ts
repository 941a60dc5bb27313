import { formatCount, formatHalfWidth, formatPercent } from '../../language/format';
import { sharedBy } from '../store/besides';
import type { Compared } from '../store/compared';
import { factNamed } from '../store/facts';
import { intervalOf } from '../../figures/interval';
import { caveatsOf, counts, groupRuns, meanFact, nameOf, offBudgets, spokenOf, verdict } from '../store/runGroups';
import { testEvaluation } from '../store/runs';
import { t } from '../strings';

/** Groups whose means stand under the headline; the table has all. */
const most = 4;

/** What a comparison allows to be said, for its headline and for a presentation of it. */
export interface Sentences {
  /** The headline, and what stands under it. */
  said: string[];
  /** The means behind it, with counts and intervals; empty where the sentences have them. */
  numbers: string;
}

/** Sentences about the groups that are compared; single runs say little, so what they are runs of is spoken of instead. */
export function sentencesOf({ runs, all: compared, by: chosen, groups: drawn }: Compared): Sentences {
  const words = t.comparing;
  const [by, groups] = chosen === 'run' ? (['seed', groupRuns(runs, 'seed')] as const) : [chosen, drawn];
  const spoken = spokenOf(groups);
  const ranked = spoken.flatMap((group) => {
    const mean = meanFact(group, factNamed('accuracy')!);
    return mean ? [{ group, mean }] : [];
  }).sort((a, b) => b.mean.mean - a.mean.mean);
  if (ranked.length === 0) return { said: compared.length === 0 ? [words.none, words.empty] : compared.some(counts) ? [words.filtered] : [words.none, words.waiting], numbers: '' };
  const pictures = new Set(ranked.flatMap(({ group }) => group.counted.map((run) => testEvaluation(run)!.count)));
  const onPictures = pictures.size === 1 ? formatCount([...pictures][0]) : '';
  if (ranked.length === 1) {
    const [{ group, mean }] = ranked;
    if (mean.interval !== null) return { said: [words.oneMean(nameOf(group), formatPercent(mean.mean), formatHalfWidth(mean.interval), mean.n), ...sharedBy(group.counted)], numbers: '' };
    const test = testEvaluation(group.counted[0])!;
    const [low, high] = intervalOf(test).map(formatPercent);
    return { said: [words.one(nameOf(group), formatPercent(mean.mean), formatCount(test.count)), words.wilson(low, high), ...sharedBy(group.counted)], numbers: '' };
  }
  // What the sentences leave out is not among their numbers either.
  const off = offBudgets(spoken);
  const stated = ranked.filter(({ group }) => !off.has(group.key));
  const rows = stated.slice(0, ranked.length === most + 1 ? most + 1 : most).map(({ group, mean }) => words.row(nameOf(group), formatPercent(mean.mean), mean.interval ? formatHalfWidth(mean.interval) : '', mean.n).replaceAll(' ', '\u00a0'));
  const all = groups.filter(({ counted }) => counted.length > 0).length;
  if (all > rows.length) rows.push(words.more(all - rows.length));
  return { said: [...verdict(groups, by), ...caveatsOf(groups)], numbers: words.numbers(rows.join(' · '), onPictures) };
}
