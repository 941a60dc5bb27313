import { amountScale, shareScale, timeScale, wideLogScale, type Scale } from '../../../figures/scale';
import { capital } from '../../../language/format';
import { facts, type Fact } from '../runs/facts';
import { nobody, type Group } from '../runs/runGroups';
import { fewestTested } from '../runs/runs';
import { factNames } from '../words/table';
import { boardWords } from '../words/board';

/** Quantities as axes: which can be chosen, what they are called in a title, and from where to where they go. */

const settings = ['lr', 'r', 'shots', 'batch', 'steps', 'seed'];

/** A run on all pictures has no number of shots, and no place on an axis of them. */
const numbered = (fact: Fact): Fact => (fact.name === 'shots' ? Object.create(fact, { of: { value: (run: Parameters<Fact['of']>[0]) => run.spec.train.shots || null } }) as Fact : fact);

export const metrics: readonly Fact[] = facts.filter((fact) => fact.kind === 'number' && (fact.good || fact.name === 'steps_done' || settings.includes(fact.name))).map(numbered);

/** True if these groups have a place on the fact's axis: the mean of several seeds, or of several rates, is no setting of any run. */
export const isOffered = (fact: Fact, groups: readonly Group[]): boolean => !settings.includes(fact.name) || groups.every(({ counted }) => new Set(counted.map((run) => fact.of(run, nobody))).size < 2);

/** Without its unit. */
const plainTitle = ({ name, title }: Fact): string => factNames[name] ?? title;

/** Of two quantities; a symbol stays as it is written. */
export function titleOfTwo(x: Fact, y: Fact): string {
  const upper = plainTitle(y);
  return boardWords.anyTitle(upper.length > 1 ? capital(upper) : upper, plainTitle(x));
}

/** True if groups can be better than others in both; otherwise none is beaten, and there is no front. */
export const hasFront = (x: Fact, y: Fact): boolean => x.good !== undefined && y.good !== undefined;

/** The axis of a quantity; one that spans decades has `log` ticks where it lies across. */
export function axisOf(fact: Fact, groups: readonly Group[], log: boolean): (low: number, high: number) => Scale {
  if (fact.share) return (low, high) => shareScale(low, high, fewestTested(groups.flatMap(({ counted }) => counted)));
  if (fact.name === 'seconds') return timeScale;
  return (low, high) => (log && low > 0 ? wideLogScale(low, high) : amountScale(low, high, fact.whole === true));
}
