import { EngineError } from '../engine/errors';
import { beyond, planMemory } from '../engine/plan';
import { defined } from '../numbers/defined';
import type { HostBatch } from '../tasks/task';
import type { BatchSource } from './feeds';
import type { Programs } from './programs';
import type { DeviceReport, TrainConfig } from './protocol';

/** Settings that decide how a batch is divided. */
export type Divided = Pick<TrainConfig, 'batch' | 'accumulate' | 'memory_limit'>;

/** The settings of a run whose batches are computed in so many equal parts. */
export const inParts = <T extends Divided>(config: T, parts: number): T => ({ ...config, batch: config.batch / parts, accumulate: config.accumulate * parts });

/** Numbers of equal parts that a batch can be divided into, from `least` on, the fewest first. */
export const partsOf = (batch: number, least = 1): number[] => Array.from({ length: batch }, (_, i) => i + 1).filter((parts) => parts >= least && batch % parts === 0);

/** True if a plan is within what the device allows and the settings ask for. */
function fits({ rec }: Programs, { memory_limit }: Divided, device?: Pick<DeviceReport, 'limits'>): boolean {
  const plan = planMemory(rec);
  return !beyond(plan, device?.limits) && (memory_limit === 0 || plan.total <= memory_limit * 2 ** 20);
}

/**
 * The programs of a run in as few equal parts of its batches as fit, from `least` on; where no number of them does, in `least`, which
 * fails where it is allocated. `record` records the programs of a run with these settings. Throws EngineError where the loss compares
 * the rows of a batch with one another, so that it cannot be divided, or where nothing can be recorded.
 */
export function fitted<T extends Divided>(config: T, device: Pick<DeviceReport, 'limits'> | undefined, record: (config: T) => Programs, least = 1): { programs: Programs; parts: number } {
  let first: { programs: Programs; parts: number } | null = null;
  let failure: unknown = null;
  let whole: Programs | null = null;
  for (const parts of partsOf(config.batch, least)) {
    try {
      const programs = record(inParts(config, parts));
      whole = programs.objective.whole ? programs : null;
      if ((parts === 1 || !whole) && fits(programs, config, device)) return { programs, parts };
      if (whole) break;
      first ??= { programs, parts };
      // Where no part fits, no smaller batch would: the advice is that of the smallest.
      first.programs.rec.advise = programs.rec.advise;
    } catch (error) {
      // A step may be so large that it cannot even be recorded.
      if (!(error instanceof EngineError)) throw error;
      failure ??= error;
    }
  }
  if (whole) throw new EngineError('out-of-memory', `A batch of ${config.batch} does not fit, and it cannot be divided: this loss compares its rows with one another. ${whole.rec.advise!(planMemory(whole.rec).bytes, false)}`);
  if (first) return first;
  throw failure;
}

/**
 * The batches of a source in equal parts, one after the other: number `at` is part `at % parts` of batch `at / parts`. `like` is a part
 * as the programs read it.
 */
export function batchesInParts(source: BatchSource, parts: number, like: HostBatch): BatchSource {
  if (parts === 1) return source;
  const whole: HostBatch = Object.fromEntries(Object.entries(like).map(([name, { length, constructor }]) => [name, new (constructor as new (n: number) => HostBatch[string])(length * parts)]));
  let held = '';
  const partOf = (all: ArrayLike<number>, at: number): number[] => {
    const rows = all.length / parts;
    return Array.from(all).slice((at % parts) * rows, ((at % parts) + 1) * rows);
  };
  return {
    ...source,
    labelsAt: (at) => partOf(source.labelsAt(Math.floor(at / parts)), at),
    ...(source.rowsAt && { rowsAt: (at: number) => partOf(source.rowsAt!(Math.floor(at / parts)), at) }),
    async fill(at, batch) {
      const [number, part] = [Math.floor(at / parts), at % parts];
      const wanted: HostBatch = Object.fromEntries(Object.keys(batch).map((name) => [name, defined(whole[name])]));
      const now = [number, ...Object.keys(batch)].join();
      if (held !== now) {
        held = '';
        await source.fill(number, wanted);
        held = now;
      }
      for (const [name, data] of Object.entries(batch)) data.set(defined(whole[name]).subarray(part * data.length, (part + 1) * data.length));
    },
  };
}
