import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { loadWeights } from '../models/load';
import { DataError } from '../data/source';
import { said } from '../said/said';
import { evaluate } from './evaluate';
import { ImageFeed } from './images';
import { openTrained, type TrainedInput } from './openTrained';
import { programOptions } from './plan';
import { recordEvaluation } from './programs';
import type { Evaluation } from './protocol';
import { keptTrain } from './config';
import { nameOf } from '../data/split';
import { runSplits } from './split';

export interface EvaluateRunOptions {
  /** Step of the weights in the files. */
  step: number;
  signal?: AbortSignal;
  progress?: (done: number, total: number) => void;
}

/** Measures a run's saved weights on its test images, as its end would have done: for one that was stopped. Throws DataError. */
export async function evaluateRun(device: Device, input: TrainedInput, { step, signal, progress }: EvaluateRunOptions): Promise<Evaluation> {
  const { spec, model, data } = input;
  if (!data) throw new DataError(said`The data of ${spec.name} are not open any more; choose them again.`);
  const train = keptTrain(spec.train);
  const { adapted, values } = await openTrained(device, input, { vision: true, signal });
  const { test } = runSplits(data, train);
  const programs = recordEvaluation(adapted, { ...programOptions(train, device.report), batch: Math.min(train.batch, test.count) });
  const machine = await Machine.build(device, programs.rec);
  try {
    await loadWeights(machine, programs.rec, adapted.trace, model.source, values);
    const feed = new ImageFeed(test, model.preprocess, adapted.model.image_size, null);
    return await evaluate(machine, programs, feed, test.count, data.classes.length, { step, split: 'test' }, { signal, progress, name: (i) => nameOf(test, i) });
  } finally {
    machine.destroy();
  }
}
