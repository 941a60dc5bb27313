import type { MethodConfig } from '../../field';
import { num, type Layer } from '../../method';

/** Length of a layer's blocks: the largest divisor of both its sizes that is not above the setting. */
export function blockOf(c: MethodConfig, { in: n, out: m }: Pick<Layer, 'in' | 'out'>): number {
  let b = Math.min(num(c, 'block_size'), n, m);
  while (n % b !== 0 || m % b !== 0) b--;
  return b;
}
