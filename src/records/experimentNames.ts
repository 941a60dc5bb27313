import { mainText } from '../adapters/fields';
import { methodLook } from '../figures/methods';
import { formatSetting, partsOf } from '../language/format';
import { defined } from '../numbers/defined';
import type { Experiment } from './study';

/**
 * Names of the experiments of a class on its board and in every page, as the page describes a run: "LoRA, r 8, seed 0". Where
 * other settings tell some apart, their names in the study follow.
 */
export function experimentNames(experiments: readonly Pick<Experiment, 'spec'>[]): string[] {
  const names = experiments.map(({ spec: { method, train } }) => partsOf([methodLook(method.method).title, mainText(method, formatSetting), `seed ${train.seed}`]));
  return names.map((name, i) => (names.indexOf(name) === names.lastIndexOf(name) ? name : partsOf([name, defined(experiments[i]).spec.name])));
}
