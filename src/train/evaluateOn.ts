import type { Device } from '../engine/device';
import type { Split } from '../data/source';
import { evaluate } from './evaluate';
import { measuredFeed, rowsMeasured } from './feeds';
import { recordMeasuring } from './programs';
import type { Evaluation, TrainConfig } from './protocol';
import type { FeedOf } from './readings';
import { nameOf } from '../data/split';
import { stampOf } from '../data/stamp';
import { withPrograms, type OpenedAdapter } from './withPrograms';

export interface EvaluateOptions {
  /** Step that the weights are of. */
  step: number;
  /** As of `Reading`. */
  feedOf?: FeedOf;
  signal?: AbortSignal;
  progress?: (done: number, total: number) => void;
}

/** Measures a model with an adapter on test images, which it tells apart into so many classes. */
export function evaluateOn(device: Device, opened: OpenedAdapter, test: Split, classes: number, train: TrainConfig, { step, signal, progress, feedOf }: EvaluateOptions): Promise<Evaluation> {
  const { model, adapted } = opened;
  const feed = measuredFeed(test, model, adapted.model.image_size, feedOf);
  return withPrograms(device, opened, train, test.count, recordMeasuring(rowsMeasured(test, feed)), (machine, programs) =>
    evaluate(machine, programs, feed, test.count, classes, { step, split: 'test' }, { signal, progress, name: (i) => nameOf(test, i), answers: stampOf(test) }),
  );
}
