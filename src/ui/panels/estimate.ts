import type { Run } from '../store/runs';
import type { RunSpec } from '../../train/protocol';

/**
 * Seconds that runs will take, from what runs of the same model and size took on this device; null when one of them
 * has nothing to go by.
 */
export function estimateSeconds(specs: readonly RunSpec[], steps: (spec: RunSpec) => number, done: readonly Run[], device: string): number | null {
  let sum = 0;
  for (const spec of specs) {
    const like = done.findLast(
      (run) =>
        run.summary !== null && run.lastStep > 0 && run.summary.device.description === device && run.spec.model === spec.model && run.spec.method.method === spec.method.method &&
        run.spec.train.batch === spec.train.batch && run.spec.train.accumulate === spec.train.accumulate && run.spec.train.image_size === spec.train.image_size,
    );
    if (!like) return null;
    sum += (like.seconds / like.lastStep) * steps(spec);
  }
  return sum;
}
