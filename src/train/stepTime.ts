import type { Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import { Machine } from '../engine/machine';
import type { Program } from '../engine/record';
import { noStep } from '../engine/step';
import { hostBatch, writeBatch } from './batch';
import type { PlannedRun } from './plan';
import type { Programs } from './programs';
import type { TrainConfig } from './protocol';

/** Milliseconds that a timing may take: what takes longer is told by the share of it that ran. */
const MOST_MS = 4000;
/** Bytes that it may hold for a whole batch, and for a single picture of it. */
const MOST_BYTES = { batch: 256 * 2 ** 20, one: 2 ** 30 };
/** Share of the speed of one large product that the products of a step reach, attention and norms between them. */
const EFFICIENCY = 0.5;

/** The programs of a step of pictures that were not seen before, in order. */
const stepOf = ({ once, trunk, train, update }: Programs, batches: number): Program[] => [...(once ? [once] : []), ...Array.from({ length: batches }, () => [...(trunk ? [trunk.program] : []), train]).flat(), ...(update ? [update] : [])];

/** Multiplications and additions of some of a program's entries; what says nothing of itself has few. */
const workOf = ({ entries }: Program, end = entries.length): number => entries.slice(0, end).reduce((sum, { work = 0 }) => sum + work + 1, 0);
const workOfAll = (programs: readonly Program[]): number => programs.reduce((sum, program) => sum + workOf(program), 0);

/** Batches, or parts of them, that a step computes one after the other. */
const batchesOf = ({ plan }: PlannedRun, accumulate: number): number => accumulate * (plan.micro_batches?.count ?? 1);

/**
 * Seconds that a step of a run takes on a device, before any of its weights is there: zeros take as long. A batch that would hold too much memory is
 * timed by fewer of its pictures, which `planned` plans so many of; where not even one fits, by the device's speed in a product. Throws where the device is lost, and when aborted.
 */
export async function stepSeconds(device: Device, run: PlannedRun, { batch, accumulate }: Pick<TrainConfig, 'batch' | 'accumulate'>, planned: (batch: number) => PlannedRun, signal: AbortSignal, most = MOST_MS): Promise<number | null> {
  if (run.plan.total_bytes <= MOST_BYTES.batch) return timed(device, run.programs, batchesOf(run, accumulate), signal, most);
  for (let some = batch >> 1; some >= 1; some >>= 1) {
    const fewer = planned(some);
    if (fewer.plan.total_bytes > (some === 1 ? MOST_BYTES.one : MOST_BYTES.batch)) continue;
    const seconds = await timed(device, fewer.programs, batchesOf(fewer, 1), signal, most);
    return seconds && (seconds * batch * accumulate) / some;
  }
  signal.throwIfAborted();
  const { measureProduct } = await import('../check/speed');
  return workOfAll(stepOf(run.programs, batchesOf(run, accumulate))) / (EFFICIENCY * 1e9 * (await measureProduct(device)));
}

/**
 * Seconds of a step of these programs. The first one, in which a driver compiles what it has put off, is not on the clock, unless it is all there is
 * time for: then the share of its work that was done says how long the whole takes. Null where nothing was.
 */
async function timed(device: Device, programs: Programs, batches: number, signal: AbortSignal, most: number): Promise<number | null> {
  const { rec, inputs } = programs;
  const late = AbortSignal.timeout(most);
  const until = AbortSignal.any([signal, late]);
  const machine = await Machine.build(device, rec);
  const all = stepOf(programs, batches);
  let done = 0;
  let from = performance.now();
  let best = Infinity;
  try {
    // Tokens that are there, of a class that is.
    const batch = hostBatch(inputs);
    for (const values of Object.values(batch)) values.fill(1);
    writeBatch(machine, inputs, batch);
    // Of two behind the first the shorter: something else may have had the device, or a core.
    for (let i = 0; i < 3; i++) {
      from = performance.now();
      done = 0;
      let micro = 0;
      for (const program of all) {
        const before = done;
        machine.setStep({ ...noStep, micro: program === programs.train ? micro++ : 0 });
        await machine.run(program, until, undefined, (end) => (done = before + workOf(program, end)));
      }
      await machine.idle();
      if (i > 0) best = Math.min(best, performance.now() - from);
    }
    return best / 1000;
  } catch (error) {
    if (!late.aborted || signal.aborted || !(error instanceof EngineError) || error.kind !== 'aborted') throw error;
    // What was sent runs to its end.
    await machine.idle();
    const share = done / workOfAll(all);
    return best < Infinity ? best / 1000 : share > 0 ? (performance.now() - from) / share / 1000 : null;
  } finally {
    await machine.idle().catch(() => {});
    machine.destroy();
  }
}
