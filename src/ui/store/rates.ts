import type { RateSearch, RunSpec } from '../../train/protocol';
import { LOOKS_A_STEP } from '../../train/pace.meta';
import { atRate, hasRate, heldOf, rateCost, rateKey } from '../../train/rates.meta';
import { dataById, useCatalog } from './catalog';
import { stampNow } from './dataStamp';
import { useRuns, type Run } from './runs';

/** Learning rates that short runs have found or are to find. What was found lies with the runs that train at it. */

/** The search whose rate runs of these settings train at, on the data as it is now; undefined before there is one. */
export function searchFor(spec: RunSpec, runs: readonly Run[] = useRuns.getState().runs): RateSearch | undefined {
  const found = runs.filter((run) => run.rates && !run.theirs && !run.deleted && run.spec.model === spec.model && run.spec.data === spec.data && run.spec.method.method === spec.method.method);
  if (found.length === 0) return undefined;
  const [key, stamp] = [rateKey(spec), stampNow(spec.data)];
  return found.findLast((run) => (stamp === '' || !run.dataStamp || run.dataStamp === stamp) && rateKey(run.spec) === key)?.rates;
}

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

/** How many pictures a search holds back; as many as it may where the data is not open. */
export function heldIn({ data, train }: RunSpec): number {
  const info = dataById(useCatalog.getState(), data);
  if (info && info.val > 0) return heldOf({ val_fraction: 1 }, info.val);
  return heldOf(train, Math.min(train.train_limit || Infinity, info?.train ?? Number.MAX_SAFE_INTEGER));
}
