import { CLOSE } from '../../adapters/fields';
import { budgetsOf, isSpread, onceIfEqual, unequalSettings } from '../../train/fair.meta';
import type { RunSpec } from '../../train/protocol';
import { formatCount, formatWithin, listOf } from '../format';
import { t } from '../strings';
import { factNamed } from './facts';

/** A group of runs, as far as it may be compared. */
export interface Entry {
  name: string;
  method: string;
  /** Adapter parameters. */
  parameters: number;
  specs: readonly RunSpec[];
}

export interface Fairness<G> {
  /** Those that findings speak of, and those that are left out: they have `factor` times the budget that the others share. */
  ranked: G[];
  off: { group: G; factor: number }[];
  /** What else is not equal, as sentences. */
  caveats: string[];
}

/** A setting within a sentence, where a count has its separators: 1,000. */
const spoken = (value: unknown): string => (Number.isInteger(value) ? formatCount(value as number) : formatWithin(value));

/**
 * What of these groups may be compared, and what stands against it: a finding is never said without its caveats. `aim` is the
 * budget that is chosen, in adapter parameters: factors are of that where all that are equal meet it, else of their mean.
 */
export function fairnessOf<G>(groups: readonly G[], entry: (group: G) => Entry, aim = 0): Fairness<G> {
  const entries = groups.map((group) => ({ group, ...entry(group) }));
  const budgets = budgetsOf(entries);
  const off = budgets?.off ?? [];
  const ranked = entries.filter((one) => !off.includes(one));
  const counts = ranked.map(({ parameters }) => parameters);
  const caveats: string[] = [];
  const range = (of: readonly number[]) => {
    const [from, to] = [Math.min(...of), Math.max(...of)].map(formatCount);
    return from === to ? from : t.fair.range(from, to);
  };
  if (budgets) {
    const equal = range(budgets.equal.map(({ parameters }) => parameters));
    if (budgets.fixed.length > 0 && isSpread(counts)) caveats.push(t.fair.fixed(budgets.fixed.map(({ name, parameters }) => `${name} ${formatCount(parameters)}`), equal));
    if (off.length > 0) caveats.push(t.fair.off(off.map(({ name }) => name), onceIfEqual(off.map(({ parameters }) => formatCount(parameters))), equal, off.length));
  } else if (isSpread(counts)) caveats.push(t.fair.spread(formatCount(Math.min(...counts)), formatCount(Math.max(...counts))));
  const unequal = unequalSettings(ranked.flatMap(({ specs }) => specs));
  if (unequal.length > 0) caveats.push(t.fair.unequal(unequal.map(([name, values]) => `${factNamed(name)?.title ?? name} ${listOf(values.map(spoken))}`).join('; ')));
  const equal = budgets?.equal.map(({ parameters }) => parameters) ?? [];
  const budget = equal.every((one) => Math.abs(one - aim) <= CLOSE * aim) ? aim : equal.reduce((sum, one) => sum + one, 0) / equal.length;
  return { ranked: ranked.map(({ group }) => group), off: off.map(({ group, parameters }) => ({ group, factor: parameters / budget })), caveats };
}
