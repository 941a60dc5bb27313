import { CLOSE, methodFields } from '../adapters/fields';
import { fingerprint, learningRates, withRule } from '../train/config';
import type { RunSpec } from '../train/protocol';
import { hasRate } from '../train/rates.meta';

/** Conditions for a comparison to speak of methods alone: equal budgets and settings. For the page, the report and the command line. */

/** Runs of one setting, as far as their budget goes. */
export interface Budgeted {
  method: string;
  /** Adapter parameters, the head not counted. */
  parameters: number;
}

/** Groups by how they stand to one budget. */
export interface Budgets<G> {
  /** Within a tenth of one another. */
  equal: G[];
  /** Full fine-tuning, the linear probe: their count is what it is, and everybody knows it. */
  fixed: G[];
  /** Adapters that miss the budget at any setting of theirs here. */
  off: G[];
}

/** True of full fine-tuning, the linear probe: no budget changes their size. */
export const isFixed = ({ method }: Budgeted): boolean => !methodFields[method]?.budget;
const methodsOf = (groups: readonly Budgeted[]): Set<string> => new Set(groups.map(({ method }) => method));

/**
 * Groups by the budget that most of their methods share. Null where at least two methods share none, or where one that does
 * is there at other budgets too: such a comparison is not about equal budgets.
 */
export function budgetsOf<G extends Budgeted>(groups: readonly G[]): Budgets<G> | null {
  const adapters = groups.filter((group) => !isFixed(group));
  // Stryker disable next-line ArrayDeclaration: one that has no method shares its budget with none
  let equal: G[] = [];
  for (const { parameters } of adapters) {
    const near = adapters.filter((one) => Math.abs(one.parameters - parameters) <= CLOSE * parameters);
    if (methodsOf(near).size > methodsOf(equal).size) equal = near;
  }
  const off = adapters.filter((group) => !equal.includes(group));
  const shared = methodsOf(equal);
  return shared.size < 2 || off.some(({ method }) => shared.has(method)) ? null : { equal, fixed: groups.filter(isFixed), off };
}

/** Runs of equal keys differ in their seed alone, and in how often they were looked at. */
export const settingKey = ({ edits, ...spec }: RunSpec): string => JSON.stringify([fingerprint({ ...spec, train: { ...withRule(spec.train), seed: 0 } }), edits ?? null]);

/** True where counts differ by more than a tenth. */
export const isSpread = (counts: readonly number[]): boolean => Math.max(...counts) > (1 + CLOSE) * Math.min(...counts);

/** Values beside a list of names: said once where they are all the same. */
export const onceIfEqual = (values: readonly string[]): string[] => (new Set(values).size === 1 ? values.slice(0, 1) : [...values]);

/** Numbers by their size, anything else as it came. */
const inOrder = (values: unknown[]): unknown[] => (values.every((value): value is number => typeof value === 'number') ? values.toSorted((a, b) => a - b) : values);

/** Settings that decide nothing about a result, or only what chance does. */
const harmless = new Set(['seed', 'eval_every', 'checkpoint_every', 'snapshots']);

/** The training settings of a run as they were: a rate that was left to the method is the method's. */
export const settingsOf = ({ method, train }: Pick<RunSpec, 'method' | 'train'>): Record<string, unknown> => ({ ...withRule(train), lr: learningRates(method, train).lr });

/** True where each run that has a rate of its own had it found for it. */
const allFound = (specs: readonly RunSpec[]): boolean => specs.every(({ rate, method, train }) => rate === 'found' || !hasRate(method.method, train));

/** Learning rates that were found, in order, where those of all runs were; empty where any was given. */
export const foundRates = (specs: readonly RunSpec[]): number[] =>
  allFound(specs) ? [...new Set(specs.filter(({ rate }) => rate === 'found').map((spec) => learningRates(spec.method, spec.train).lr))].sort((a, b) => a - b) : [];

/**
 * Settings of training that are not the same in all runs, with their values; of a learning rate that was left to the method, what
 * that is. Rates that were found for every method alike differ by what the methods are, and are no inequality.
 */
export function unequalSettings(specs: readonly RunSpec[]): [name: string, values: unknown[]][] {
  const settings = specs.map(settingsOf);
  const found = allFound(specs);
  const names = new Set(settings.flatMap((train) => Object.keys(train)).filter((name) => !harmless.has(name) && !(found && name === 'lr')));
  return [...names].flatMap((name): [string, unknown[]][] => {
    const values = new Map(settings.map((train) => [JSON.stringify(train[name] ?? null), train[name]]));
    return values.size > 1 ? [[name, inOrder([...values.values()])]] : [];
  });
}
