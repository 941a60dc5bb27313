import { orderMethods } from '../../figures/methods';
import type { BudgetRow, RunSpec } from '../../train/protocol';
import { useCatalog } from './catalog';
import { stampNow } from './dataStamp';
import { specFor } from './open';
import type { Run } from './runs';
import { useSettings, type Settings } from './settings';
import { keyOf, runKey } from './specs';

/** What is chosen to be trained, one spec a method. Specs have neither ids nor names yet. */
export const chosenSpecs = (settings: Settings = useSettings.getState(), rows: BudgetRow[] = useCatalog.getState().rows): RunSpec[] => orderMethods(settings.methods).flatMap((method) => specFor(method, '', '', settings, rows) ?? []);

/**
 * The next seed that none of these was trained with, where each was trained with its own already: the same once more would
 * say nothing new. Null where there is something to train as it is.
 */
export function nextSeed(specs: readonly RunSpec[], runs: readonly Run[]): number | null {
  const fits = ({ spec, dataStamp, deleted }: Run) => !deleted && (!dataStamp || [dataStamp, ''].includes(stampNow(spec.data)));
  const keys = (of: (run: Run) => boolean) => new Set(runs.filter((run) => fits(run) && of(run)).map(({ spec }) => keyOf(spec)));
  const done = keys(({ state }) => state === 'done');
  if (specs.length === 0 || !specs.every((spec) => done.has(runKey(spec)))) return null;
  const taken = keys(({ state }) => state !== 'failed');
  let seed = Math.max(...specs.map(({ train }) => train.seed)) + 1;
  while (specs.some((spec) => taken.has(runKey(withSeed(spec, seed))))) seed++;
  return seed;
}

/** A spec with another seed. */
export const withSeed = (spec: RunSpec, seed: number): RunSpec => ({ ...spec, train: { ...spec.train, seed } });
