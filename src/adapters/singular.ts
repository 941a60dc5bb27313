import type { MethodConfig } from './field';
import { ConfigError } from './fields';
import { num, type Layer } from './method';

/** `Method.check` of methods that start from the r largest singular values. */
export function withinRank(c: MethodConfig, { name, in: n, out: m }: Layer): void {
  if (num(c, 'r') > Math.min(n, m)) throw new ConfigError(`r is ${num(c, 'r')}; ${name} has ${Math.min(n, m)} singular values.`);
}

/** `Method.range` of the same. */
export const rankRange = (layers: Layer[]): [number, number] => [1, Math.min(...layers.map((l) => Math.min(l.in, l.out)))];
