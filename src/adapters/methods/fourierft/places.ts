import { Mersenne } from '../../../io/mersenne';
import { permutationStart } from '../../../io/torchRandom';
import type { MethodConfig } from '../../field';
import { ConfigError } from '../../fields';
import { num, type Layer } from '../../method';

/** Rows and columns of the entries that are trained, as PEFT draws them for every layer anew from one seed. Source: peft/tuners/fourierft/layer.py. */
export function placesOf(c: MethodConfig, { in: n, out: m }: Layer, count: number): { rows: Float32Array; columns: Float32Array } {
  const places = permutationStart(new Mersenne(num(c, 'random_loc_seed')), m * n, count);
  return { rows: Float32Array.from(places, (at) => Math.floor(at / n)), columns: Float32Array.from(places, (at) => at % n) };
}

/** Throws ConfigError where a layer has fewer places than are wanted. */
export function checkCount(count: number, { name, in: n, out: m }: Layer): void {
  if (count > m * n) throw new ConfigError(`n_frequency is ${count}, and ${name} has ${m * n} places (${m} x ${n}); choose at most so many.`);
}

/** Settings worth trying: at most as many as the smallest layer has places. */
export const frequencyRange = (layers: readonly Layer[]): [number, number] => [1, Math.min(...layers.map((layer) => layer.in * layer.out))];
