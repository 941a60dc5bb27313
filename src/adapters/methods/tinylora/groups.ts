import type { MethodConfig } from '../../field';
import { num } from '../../method';

/** The nearest whole number, of two that are as near the even one, as Python rounds. */
function rounded(x: number): number {
  const down = Math.floor(x);
  return x - down === 0.5 ? down + (down % 2) : Math.round(x);
}

/** Vectors that so many layers have. Source: peft/tuners/tinylora/model.py, _create_and_replace. */
export const groupCount = (c: MethodConfig, layers: number): number => Math.max(1, rounded(layers * (1 - num(c, 'weight_tying'))));

/** The one that a layer has, by its place among all: as many layers have each, and the last has those that are left over. */
export function groupOf(c: MethodConfig, place: number, layers: number): number {
  const count = groupCount(c, layers);
  return Math.min(Math.floor(place / Math.max(1, Math.floor(layers / count))), count - 1);
}
