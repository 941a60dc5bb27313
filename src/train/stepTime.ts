import type { Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import { Machine } from '../engine/machine';
import { noStep } from '../engine/step';
import { hostBatch, writeBatch } from './batch';
import type { PlannedRun } from './plan';
import type { TrainConfig } from './protocol';

/** Milliseconds that a timing may take, and bytes that it may hold for it: what is larger is known after its first run. */
const [MOST_MS, MOST_BYTES] = [4000, 256 * 2 ** 20];

/**
 * Seconds that a step of a planned run takes on a device, before any of its weights is there: zeros take as long. The first step, in which
 * a driver compiles what it has put off, is not on the clock. Null where that is too much to find out. Throws where the device is lost, and when aborted.
 */
export async function stepSeconds(device: Device, { plan, programs }: PlannedRun, { accumulate }: Pick<TrainConfig, 'accumulate'>, signal: AbortSignal): Promise<number | null> {
  if (plan.total_bytes > MOST_BYTES) return null;
  const { rec, once, train, update, inputs } = programs;
  const late = AbortSignal.timeout(MOST_MS);
  const until = AbortSignal.any([signal, late]);
  const machine = await Machine.build(device, rec);
  try {
    // Tokens that are there, of a class that is.
    const batch = hostBatch(inputs);
    for (const values of Object.values(batch)) values.fill(1);
    writeBatch(machine, inputs, batch);
    const step = async (): Promise<void> => {
      machine.setStep(noStep);
      if (once) await machine.run(once, until);
      for (let micro = 0; micro < accumulate * (plan.micro_batches?.count ?? 1); micro++) {
        machine.setStep({ ...noStep, micro });
        await machine.run(train, until);
      }
      await machine.run(update!, until);
      await machine.idle();
    };
    await step();
    // Of two the shorter: something else may have had the device, or a core.
    let best = Infinity;
    for (let i = 0; i < 2; i++) {
      const from = performance.now();
      await step();
      best = Math.min(best, performance.now() - from);
    }
    return best / 1000;
  } catch (error) {
    if (late.aborted && !signal.aborted && error instanceof EngineError && error.kind === 'aborted') return null;
    throw error;
  } finally {
    await machine.idle().catch(() => {});
    machine.destroy();
  }
}
