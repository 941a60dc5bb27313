import type { RateSearch, RateTrial, RunSpec } from '../../../train/protocol';
import { totalSteps } from '../../../train/config';
import { LOOKS_A_STEP } from '../../../train/pace.meta';
import { atRate, hasRate, heldOf, rateCost, rateKey } from '../../../train/rates.meta';
import { dataById, useCatalog } from '../data/catalog';
import { stampNow } from './dataStamp';
import { useRuns, type Run } from './runs';

/** Learning rates that were found or are to be found. What was found lies with the runs that train at it. */

/** Runs that found or sought the rate of these settings, on the data as it is now. */
function alike(spec: RunSpec, runs: readonly Run[], wanted: (run: Run) => boolean): Run[] {
  const some = runs.filter((run) => wanted(run) && !run.theirs && !run.deleted && run.spec.model === spec.model && run.spec.data === spec.data && run.spec.method.method === spec.method.method);
  if (some.length === 0) return some;
  const [key, stamp] = [rateKey(spec), stampNow(spec.data)];
  return some.filter((run) => (stamp === '' || !run.dataStamp || run.dataStamp === stamp) && rateKey(run.spec) === key);
}

/** The search whose rate runs of these settings train at; undefined before there is one. */
export const searchFor = (spec: RunSpec, runs: readonly Run[] = useRuns.getState().runs): RateSearch | undefined => alike(spec, runs, (run) => run.rates !== undefined).at(-1)?.rates;

/** Trials of a search of these settings that was broken off; of several searches, the one that came furthest. */
export const looksFor = (spec: RunSpec, runs: readonly Run[] = useRuns.getState().runs): RateTrial[] =>
  alike(spec, runs, (run) => run.looks !== undefined).reduce<RateTrial[]>((most, { looks = [] }) => (looks.length > most.length ? looks : most), []);

/** The search that has found the rate of this spec. */
export function searchOf(spec: RunSpec): RateSearch | undefined {
  const found = spec.rate === 'find' ? undefined : searchFor(spec);
  return found?.lr === spec.train.lr ? found : undefined;
}

/** A spec at the rate that was found for it, or one whose rate is to be found. Where there is none to find it stays as it is. */
export function withRate(spec: RunSpec): RunSpec {
  if (!hasRate(spec.method.method, spec.train)) return spec;
  const found = searchFor(spec);
  return found ? atRate(spec, found) : { ...spec, rate: 'find' };
}

/** About how many steps' time a search takes for a run of so many steps: its steps, and measuring. */
export function searchSteps(spec: RunSpec, steps: number): number {
  const { trials, steps: trained } = rateCost(steps);
  return trained + (trials * heldIn(spec)) / (LOOKS_A_STEP * spec.train.batch * spec.train.accumulate);
}

/** Number of pictures that a search holds back; as many as it may if the data is not open. */
export function heldIn({ data, train }: RunSpec): number {
  const info = dataById(useCatalog.getState(), data);
  const count = Math.min(train.train_limit || Infinity, info?.train ?? Number.MAX_SAFE_INTEGER);
  const { steps } = totalSteps(train, count);
  return info && info.val > 0 ? heldOf({ ...train, val_fraction: 1 }, info.val, steps) : heldOf(train, count, steps);
}
