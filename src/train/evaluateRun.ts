import type { Device } from '../engine/device';
import { DataError, type Split } from '../data/source';
import { said } from '../said/said';
import { evaluate } from './evaluate';
import { measuredFeed } from './feeds';
import { openTrained, type TrainedInput } from './openTrained';
import { recordEvaluation } from './programs';
import type { Evaluation, TrainConfig } from './protocol';
import type { FeedOf } from './readings';
import { keptTrain } from './config';
import { nameOf } from '../data/split';
import { runSplits } from './split';
import { withPrograms, type OpenedAdapter } from './withPrograms';

export interface EvaluateRunOptions {
  /** Step of the weights in the files. */
  step: number;
  /** As of `Reading`. */
  feedOf?: FeedOf;
  signal?: AbortSignal;
  progress?: (done: number, total: number) => void;
}

/** Measures a run's saved weights on its test images, as its end would have done: for one that was stopped. Throws DataError. */
export async function evaluateRun(device: Device, input: TrainedInput & Pick<EvaluateRunOptions, 'feedOf'>, options: EvaluateRunOptions): Promise<Evaluation> {
  const { spec, model, data } = input;
  if (!data) throw new DataError(said`The data of ${spec.name} are not open any more; choose them again.`);
  const train = keptTrain(spec.train);
  const { adapted, values } = await openTrained(device, input, { vision: true, signal: options.signal });
  return evaluateOn(device, { model, adapted, values }, runSplits(data, train).test, data.classes.length, train, { ...options, feedOf: input.feedOf });
}

/** Measures a model with an adapter on test images, which it tells apart into so many classes. */
export function evaluateOn(device: Device, opened: OpenedAdapter, test: Split, classes: number, train: TrainConfig, { step, signal, progress, feedOf }: EvaluateRunOptions): Promise<Evaluation> {
  const { model, adapted } = opened;
  const feed = measuredFeed(test, model, adapted.model.image_size, feedOf);
  return withPrograms(device, opened, train, test.count, recordEvaluation, (machine, programs) =>
    evaluate(machine, programs, feed, test.count, classes, { step, split: 'test' }, { signal, progress, name: (i) => nameOf(test, i) }),
  );
}
