import { mainText, methodFields } from '../../../adapters/fields';
import { hasRate } from '../../../train/rates.meta';
import type { MethodConfig, RunSpec } from '../../../train/protocol';
import { formatSetting } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import recorded from '../../recorded/found.json';
import { useRuns, type Run } from './runs';

/** A learning rate that was found before for a method on the same model and data, at the setting that is nearest. */
export interface FoundRate {
  lr: number;
  /** That setting: "r 4"; empty for a method without one. */
  setting: string;
  /** Found by a search of the person's own, not by the recorded runs. */
  own: boolean;
}

/** A rate, with the method's main setting that it was found for; 0 where it has none. */
type Known = readonly [setting: number, lr: number];

const tables: readonly { model: string; data: string; batch: number; rates: Readonly<Record<string, readonly Known[] | undefined>> }[] = recorded as never;

const settingOf = (config: MethodConfig): number => Number(config[methodFields[config.method]?.budget ?? ''] ?? 0);

/** Factor between two settings. */
const between = (a: number, b: number): number => Math.abs(Math.log(Math.max(a, 1) / Math.max(b, 1)));

/** The one of these whose setting is nearest; of equally near ones the last. */
function nearest(some: readonly Known[], setting: number): Known | undefined {
  return some.reduce<Known | undefined>((best, one) => (best && between(best[0], setting) < between(one[0], setting) ? best : one), undefined);
}

/** The rate of a spec as it was found before: by a search here, or else by the recorded runs; undefined where none was. A batch of another size takes another one. */
export function foundRate({ model, data, method, train }: RunSpec, runs: readonly Run[] = useRuns.getState().runs): FoundRate | undefined {
  if (!hasRate(method.method, train)) return undefined;
  const batch = train.batch * train.accumulate;
  const searches = runs.filter(({ rates, spec, theirs, deleted }) => rates && !rates.kept && !theirs && !deleted && spec.model === model && spec.data === data && spec.method.method === method.method && spec.train.batch * spec.train.accumulate === batch);
  const own = nearest(searches.map(({ spec, rates }) => [settingOf(spec.method), defined(rates ?? undefined).lr]), settingOf(method));
  const found = own ?? nearest(tables.find((table) => table.model === model && table.data === data && table.batch === batch)?.rates[method.method] ?? [], settingOf(method));
  if (!found) return undefined;
  const [setting, lr] = found;
  const name = methodFields[method.method]?.budget;
  return { lr, setting: name ? mainText({ method: method.method, [name]: setting }, formatSetting) : '', own: own !== undefined };
}

/** A spec at the rate that was found before; as it is where none was. */
export function atFound(spec: RunSpec): RunSpec {
  const found = foundRate(spec);
  return found ? { ...spec, rate: 'found', train: { ...spec.train, lr: found.lr } } : spec;
}
