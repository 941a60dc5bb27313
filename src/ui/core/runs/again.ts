import { trainsOf } from '../../../adapters/fields';
import { orderMethods } from '../../../figures/methods';
import type { BudgetRow, RunSpec } from '../../../train/protocol';
import { useCatalog } from '../data/catalog';
import { stampNow } from './dataStamp';
import { specFor } from '../data/open';
import { isEnded, isLive, type Run } from './runs';
import { useSettings, type Settings } from '../settings/settings';
import { keyOf, runKey } from './specs';
import { tabId } from '../storage/tabs';

/**
 * Specs of the chosen training, one for each method, in the order in which they are trained: a head alone first, which takes least and is
 * what the others are seen against. They have neither ids nor names yet.
 */
export function chosenSpecs(settings: Settings = useSettings.getState(), rows: BudgetRow[] = useCatalog.getState().rows): RunSpec[] {
  const later = (method: string): number => Number(trainsOf(method) !== 'head');
  return orderMethods(settings.methods).sort((a, b) => later(a) - later(b)).flatMap((method) => specFor(method, '', '', settings, rows) ?? []);
}

/** True for a run that is there, on data that are as they were. */
const fits = ({ spec, dataStamp, deleted }: Run): boolean => !deleted && (!dataStamp || [dataStamp, ''].includes(stampNow(spec.data)));

/** Keys of the specs trained by those of these runs that are there. */
const keysOf = (runs: readonly Run[], of: (run: Run) => boolean): Set<string> => new Set(runs.filter((run) => fits(run) && of(run)).map(({ spec }) => keyOf(spec)));

/** True where something of this was never trained to an end, whatever came of it: to train it is the next thing then. */
export function isNew(specs: readonly RunSpec[], runs: readonly Run[]): boolean {
  const ended = keysOf(runs, isEnded);
  return specs.some((spec) => !ended.has(runKey(spec)));
}

/** Those of these that no run of this tab waits for or goes on with already. */
export function notComing(specs: readonly RunSpec[], runs: readonly Run[]): RunSpec[] {
  const coming = keysOf(runs, (run) => run.owner === tabId && (run.state === 'waiting' || isLive(run)));
  return specs.filter((spec) => !coming.has(runKey(spec)));
}

/** Key of everything that is chosen, to tell whether it has changed. */
export const keyOfAll = (specs: readonly RunSpec[]): string => JSON.stringify(specs.map(runKey));

/**
 * The next seed that none of these was trained with, where each was trained with its own already: the same once more would
 * say nothing new. Null where there is something to train as it is.
 */
export function nextSeed(specs: readonly RunSpec[], runs: readonly Run[]): number | null {
  const done = keysOf(runs, ({ state }) => state === 'done');
  if (specs.length === 0 || !specs.every((spec) => done.has(runKey(spec)))) return null;
  const taken = keysOf(runs, ({ state }) => state !== 'failed');
  let seed = Math.max(...specs.map(({ train }) => train.seed)) + 1;
  while (specs.some((spec) => taken.has(runKey(withSeed(spec, seed))))) seed++;
  return seed;
}

/** A spec with another seed. */
export const withSeed = (spec: RunSpec, seed: number): RunSpec => ({ ...spec, train: { ...spec.train, seed } });
