import type { Arrays, FileBase } from '../adapters/method';
import type { Dataset } from '../data/source';
import type { Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import { totalSteps } from './config';
import { trainBatches } from './feeds';
import type { LoadedModel } from './openModel';
import type { Plans } from './plan';
import type { RateSearch, RateTrial, RunError, RunEvent, RunSpec, RunSummary } from './protocol';
import { findRate, type RateProgress, type RateResult } from './findRate';
import { ownRate, trialTrain } from './rates.meta';
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
  /** Trials of a search with the same settings that was stopped: they are not trained again. */
  tried?: readonly RateTrial[];
}

export interface RateFollower {
  /** A trial begins: whoever pauses or stops the search does it by this. */
  opened?(session: Session): void;
  progress?(progress: RateProgress): void;
  state?(event: Extract<RunEvent, { type: 'state' }>): void;
  /** A rate was looked at. */
  tried?(trial: RateTrial, progress: RateProgress): void;
}

/**
 * Finds the learning rate of a run by trials of the same model, method, data and schedule, on training images alone
 * (`findRate.ts`). A trial that goes on does so from its checkpoint. One that is stopped ends the search with the best so far.
 * Throws DataError when too few images can be held back, RateError when every rate diverges, RunFailure where a trial fails
 * otherwise, and EngineError of kind `aborted` when it was stopped before every rate was looked at.
 */
export async function searchRate({ spec, model, data, tried, ...with_ }: RateInput, follower: RateFollower = {}): Promise<RateSearch> {
  const { train } = spec;
  const { share, ...splits } = trialSplits(data, train);
  const { steps: total } = totalSteps(train, runSplits(data, train).train.count);
  // Browsers move large blobs out of memory by themselves; a checkpoint of full fine-tuning is three times the model.
  const checkpoints = new Map<number, { step: number; bytes: Blob }>();

  const look = async (lr: number, steps: number, at: RateProgress): Promise<RateResult | null> => {
    const before = tried?.find((trial) => trial.lr === lr && trial.steps === steps);
    if (before?.losses) return { ...before, losses: before.losses };
    const config = trialTrain(train, { lr, steps: total, share });
    const from = checkpoints.get(lr);
    let ended: { stopped: boolean; summary: RunSummary } | null = null;
    let failure: RunError | null = null;
    const hear = (event: RunEvent): void => {
      switch (event.type) {
        case 'phase':
          if (event.phase === 'train') follower.progress?.({ ...at, done: at.done + event.done - (from?.step ?? 0) });
          break;
        case 'state':
          follower.state?.(event);
          break;
        case 'checkpoint':
          checkpoints.set(lr, { step: event.step, bytes: new Blob([event.bytes as BlobPart]) });
          break;
        case 'finished':
          ended = { stopped: event.reason === 'stopped', summary: event.summary };
          break;
        case 'failed':
          failure = event.error;
      }
    };
    const resume = from && new Uint8Array(await from.bytes.arrayBuffer());
    const session = new Session({ ...with_, spec: { ...spec, train: config }, model, batches: trainBatches(splits.train, model, config, with_.feedOf), splits, classes: data.classes, resume, trial: { looks: [steps] } }, hear);
    follower.opened?.(session);
    await session.run();
    return resultOf(ended, failure);
  };

  const search = await findRate({ own: ownRate(spec.method.method), total, held: splits.follow.count, ...(data.classes.length > 1 && { chance: Math.log(data.classes.length) }) }, async (lr, steps, at) => {
    const result = await look(lr, steps, at);
    if (result) follower.tried?.({ lr, steps, rung: at.rung, ...result }, { ...at, done: at.done + at.steps });
    return result;
  });
  if (!search) throw new EngineError('aborted', 'Stopped.');
  return search;
}

/** Result of a trial; null if it was stopped. */
function resultOf(ended: { stopped: boolean; summary: RunSummary } | null, failure: RunError | null): RateResult | null {
  if (failure?.kind === 'diverged') return { loss: NaN, accuracy: 0, losses: new Float32Array() };
  if (failure?.kind === 'cancelled') return null;
  if (failure) throw new RunFailure(failure);
  if (!ended || ended.stopped) return null;
  const { loss, accuracy, losses } = ended.summary.final!;
  return { loss, accuracy, losses: losses! };
}
