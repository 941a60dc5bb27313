import type { Arrays, FileBase } from '../adapters/method';
import type { Dataset } from '../data/source';
import type { Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import { said } from '../said/said';
import { totalSteps } from './config';
import { trainBatches } from './feeds';
import type { LoadedModel } from './openModel';
import type { Plans } from './plan';
import type { RateSearch, RateTrial, RunError, RunEvent, RunSpec, RunSummary } from './protocol';
import { findRate, ownRate, trialTrain, type RateProgress, type RateResult } from './rates.meta';
import { RunFailure } from './runError';
import { Session, type SessionInput } from './session';
import { runSplits, trialSplits } from './split';

export interface RateInput {
  /** The run whose rate is sought, with complete settings. */
  spec: RunSpec;
  model: LoadedModel;
  data: Dataset;
  device: Device;
  /** As of `SessionInput`. */
  start?: Arrays;
  bases?: Record<string, FileBase>;
  plans?: Plans;
  feedOf?: SessionInput['feedOf'];
}

/** Who follows a search. */
export interface RateFollower {
  /** A trial begins: whoever pauses or stops the search does it by this. */
  opened?(session: Session): void;
  progress?(progress: RateProgress): void;
  state?(event: Extract<RunEvent, { type: 'state' }>): void;
  /** A trial has ended. */
  tried?(trial: RateTrial, progress: RateProgress): void;
}

/**
 * Finds the learning rate of a run by short runs of the same model, method and data, on training images alone
 * (`rates.meta.ts`). Throws DataError when too few can be held back, RateError when every rate diverges, RunFailure where a
 * trial fails otherwise, and EngineError of kind `aborted` when it was stopped.
 */
export async function searchRate({ spec, model, data, ...with_ }: RateInput, follower: RateFollower = {}): Promise<RateSearch> {
  const { train } = spec;
  const { share, ...splits } = trialSplits(data, train);
  const total = totalSteps(train, runSplits(data, train).train.count).steps;
  return findRate({ own: ownRate(spec.method.method), total, held: splits.follow.count }, async (lr, steps, at) => {
    const config = trialTrain(train, { lr, steps, total, share });
    const batches = trainBatches(splits.train, model, config, with_.feedOf);
    let ended: { stopped: boolean; summary: RunSummary } | null = null;
    let failure: RunError | null = null;
    const session = new Session({ ...with_, spec: { ...spec, train: config }, model, batches, splits, classes: data.classes, trial: true }, (event) => {
      if (event.type === 'phase' && event.phase === 'train') follower.progress?.({ ...at, done: at.done + event.done });
      else if (event.type === 'state') follower.state?.(event);
      else if (event.type === 'finished') ended = { stopped: event.reason === 'stopped', summary: event.summary };
      else if (event.type === 'failed') failure = event.error;
    });
    follower.opened?.(session);
    await session.run();
    const result = resultOf(ended, failure);
    follower.tried?.({ lr, steps, rung: at.rung, ...result }, { ...at, done: at.done + steps });
    return result;
  });
}

function resultOf(ended: { stopped: boolean; summary: RunSummary } | null, failure: RunError | null): RateResult {
  if (failure?.kind === 'diverged') return { loss: NaN, accuracy: 0 };
  if (failure) throw new RunFailure(failure);
  if (!ended || ended.stopped) throw new EngineError('aborted', said`Stopped.`);
  const { loss, accuracy } = ended.summary.final!;
  return { loss, accuracy };
}
