import { usualStep } from '../../../numbers/stats';
import { curveOf } from './metrics';
import type { Run } from './runs';

const known = new Map<string, { n: number; ms: number }>();

/** Milliseconds of a usual step of a run, the first aside; NaN where no other is known. */
function usualOf({ id }: Run): number {
  const curve = curveOf(id);
  const before = known.get(id);
  if (before?.n === curve.n) return before.ms;
  const ms = usualStep(curve.column('ms'));
  known.set(id, { n: curve.n, ms });
  return ms;
}

/**
 * Seconds by which a run is compared with others: as many of its usual step as it has steps, which neither compiling nor a pause of the
 * machine changes. Null of a single step; of runs that have kept no steps the whole of their training.
 */
export function typicalSeconds(run: Run): number | null {
  const ms = usualOf(run);
  if (Number.isFinite(ms)) return (ms * run.lastStep) / 1000;
  return curveOf(run.id).n === 0 && run.seconds > 0 ? run.seconds : null;
}
