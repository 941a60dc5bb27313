import type { BudgetRow } from '../../../train/protocol';
import { at, logScale, type Scale } from '../../../figures/scale';

/** Log axis over everything that any of the methods can reach, with room for the cut; ticks at powers of ten. */
export function budgetScale(rows: readonly BudgetRow[], budget: number): Scale {
  const counts = [budget, ...rows.flatMap((row) => row.range)].filter((count) => count > 0);
  const min = Math.max(1, Math.min(...counts) / 1.25);
  const max = Math.max(...counts) * 1.25;
  const scale: Scale = { min, max, log: true, ticks: [] };
  // Less than two powers of ten, as of bytes, are told apart by rounder numbers between them.
  if (max / min < 100) scale.ticks = logScale(min, max).ticks.filter((tick) => at(scale, tick) > 0.02 && at(scale, tick) < 0.98);
  else for (let tick = 1; tick <= max; tick *= 10) if (at(scale, tick) > 0.02 && at(scale, tick) < 0.98) scale.ticks.push(tick);
  return scale;
}

/** Budget after a key press; null for a key that does not move it. Arrows move by a twentieth, Page keys by a factor of two. */
export function moveBudget(key: string, budget: number, scale: Scale): number | null {
  const factors: Record<string, number> = { ArrowRight: 1.05, ArrowUp: 1.05, ArrowLeft: 1 / 1.05, ArrowDown: 1 / 1.05, PageUp: 2, PageDown: 0.5 };
  const clamp = (value: number) => Math.round(Math.min(scale.max, Math.max(scale.min, value)));
  if (key === 'Home') return clamp(scale.min);
  if (key === 'End') return clamp(scale.max);
  const factor = factors[key];
  if (factor === undefined) return null;
  const next = clamp(budget * factor);
  return next === budget ? clamp(budget + (factor > 1 ? 1 : -1)) : next;
}
