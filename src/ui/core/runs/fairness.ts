import { trainsOf } from '../../../adapters/fields';
import { methodLook } from '../../../figures/methods';
import { budgetsOf, foundRates, isFixed, isSpread, onceIfEqual, unequalSettings } from '../../../records/fair.meta';
import type { RunSpec } from '../../../train/protocol';
import { formatCount, formatWithin, listOf } from '../../../language/format';
import { factNamed } from './facts';
import { fairWords } from '../words/fair';

/** A group of runs, as far as it may be compared. */
export interface Entry {
  name: string;
  method: string;
  /** Adapter parameters. */
  parameters: number;
  /** Adapter parameters that it was to have; undefined if its runs do not say, or disagree. */
  budget?: number;
  specs: readonly RunSpec[];
}

export interface Fairness<G> {
  /** Those that findings speak of, and those that are left out: they have `factor` times the budget that they were to have, null where that is not known. */
  ranked: G[];
  off: { group: G; factor: number | null }[];
  /** Other inequalities, as sentences; for settings also those of the groups left out, since they stand beside the others. */
  caveats: string[];
}

/** A value within a sentence: "all" for a limit of 0, "2,000" for one of so many, and no line ends after the hyphen of 1e-5. */
function valueWords(name: string, value: unknown): string {
  const fact = factNamed(name);
  return fact && typeof value === 'number' ? fact.format(value).replaceAll('-', '-\u2060') : formatWithin(value);
}

/**
 * Groups among these that may be compared, and the caveats to that: a finding is never said without them. Those that are `bounded` by a
 * most of parameters share no other budget.
 */
export function fairnessOf<G>(groups: readonly G[], entry: (group: G) => Entry, bounded = false): Fairness<G> {
  const entries = groups.map((group) => ({ group, ...entry(group) }));
  const budgets = bounded ? null : budgetsOf(entries);
  const off = budgets?.off ?? [];
  const ranked = entries.filter((one) => !off.includes(one));
  const counts = ranked.map(({ parameters }) => parameters);
  const caveats: string[] = [];
  const range = (of: readonly number[]) => {
    const [from, to] = [formatCount(Math.min(...of)), formatCount(Math.max(...of))];
    return from === to ? from : fairWords.range(from, to);
  };
  // It is the method whose size is fixed, whatever else its runs are told by; what trains no adapter has no adapter's size.
  const fixed = [...new Set(ranked.filter(isFixed).map(({ method, parameters }) => fairWords.ownSize[trainsOf(method)](methodLook(method).title, formatCount(parameters))))];
  const sized = ranked.filter((one) => !isFixed(one)).map(({ parameters }) => parameters);
  const share = budgets !== null || !isSpread(sized);
  const equal = share && sized.length > 0 ? range(sized) : '';
  if (fixed.length > 0 && isSpread(counts)) caveats.push(fairWords.fixed(fixed, equal, sized.length));
  if (!share) caveats.push(fairWords.spread(formatCount(Math.min(...sized)), formatCount(Math.max(...sized))));
  if (off.length > 0) caveats.push(fairWords.off(off.map(({ name }) => name), onceIfEqual(off.map(({ parameters }) => formatCount(parameters))), equal, off.length));
  const specs = entries.flatMap((one) => one.specs);
  const unequal = unequalSettings(specs);
  const rates = foundRates(specs);
  if (rates.length > 1) caveats.push(fairWords.found(formatWithin(rates[0]), formatWithin(rates.at(-1))));
  if (unequal.length > 0) caveats.push(fairWords.unequal(unequal.map(([name, values]) => `${factNamed(name)?.title ?? name} ${listOf(values.map((value) => valueWords(name, value)))}`).join('; ')));
  return { ranked: ranked.map(({ group }) => group), off: off.map(({ group, parameters, budget }) => ({ group, factor: budget ? parameters / budget : null })), caveats };
}
