import type { Adapted } from '../adapters/adapted';
import type { Arrays } from '../adapters/method';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import type { Recorder } from '../engine/record';
import { loadWeights } from '../models/load';
import type { LoadedModel } from './openModel';
import { programOptions } from './plan';
import type { ProgramOptions } from './programs';
import type { TrainConfig } from './protocol';

/** A model with an adapter on it, and the values that the checkpoint does not have. */
export interface OpenedAdapter {
  model: LoadedModel;
  adapted: Adapted;
  values: Arrays;
}

/** Makes what does not depend on the batch, for weights that stay as they are. */
export async function makeOnce(machine: Machine, { onceProgram }: Recorder): Promise<void> {
  if (onceProgram) await machine.run(onceProgram);
}

/** Builds what `record` records for at most `images` images a batch, with all weights in place, does the work, and lets everything go. */
export async function withPrograms<T, P extends { rec: Recorder }>(
  device: Device,
  { adapted, values, model }: OpenedAdapter,
  train: TrainConfig,
  images: number,
  record: (adapted: Adapted, options: ProgramOptions) => P,
  work: (machine: Machine, programs: P) => Promise<T>,
): Promise<T> {
  const programs = record(adapted, { ...programOptions(train, device.report), batch: Math.min(train.batch, images) });
  const machine = await Machine.build(device, programs.rec);
  try {
    await loadWeights(machine, programs.rec, adapted.trace, model.source, values);
    await makeOnce(machine, programs.rec);
    return await work(machine, programs);
  } finally {
    machine.destroy();
  }
}
