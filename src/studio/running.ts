import type { SavedFile } from '../adapters/files';
import { DataError } from '../data/source';
import { EngineError } from '../engine/errors';
import type { Plans } from '../train/plan';
import type { RateTrial, RunEvent, RunSpec } from '../train/protocol';
import type { RunWorker } from './protocol';
import { runError } from '../train/runError';
import { RunTrainer } from './runTrainer';
import type { Devices } from './devices';
import type { Library } from './library';

/** The weights that a run begins with. Throws DataError where they are gone. */
function startOf(files: SavedFile[] | null): SavedFile[] {
  if (!files) throw new DataError('The run whose weights this one begins with is not here any more; train anew, from the pretrained model.');
  return files;
}

/** Trains, one run at a time. */
export class Running implements RunWorker {
  private trainer: RunTrainer | null = null;
  /** A stop that comes while a run is being opened must not be lost. */
  private cancelled = false;
  /** Ends the search for a rate that goes on with the best so far. */
  private enough = new AbortController();

  constructor(
    private readonly devices: Devices,
    private readonly library: Library,
    private readonly plans: Plans,
    /** Ends, or waits for, all else that computes: a run has the GPU's memory to itself, and says exactly what it takes. */
    private readonly giveWay: () => Promise<void>,
  ) {}

  /** `looks` are those of a search for the run's rate that was broken off. */
  async run(spec: RunSpec, resume: Uint8Array | null, onEvent: (event: RunEvent) => void, looks: readonly RateTrial[] = [], start: SavedFile[] | null = null): Promise<void> {
    const failed = (error: unknown) => onEvent({ type: 'failed', run: spec.id, error: runError(error, resume ? 'The checkpoint is kept.' : 'Nothing was lost.') });
    if (this.devices.running) return failed(new DataError('Another run is going on; stop it first, or queue this one.'));
    this.devices.running = true;
    this.cancelled = false;
    this.devices.preparing.abort();
    try {
      await this.devices.timing;
      await this.giveWay();
      onEvent({ type: 'phase', run: spec.id, phase: 'fetch', done: 0, total: 2, unit: 'files' });
      const reading = await this.library.reading(spec);
      onEvent({ type: 'phase', run: spec.id, phase: 'verify', done: 1, total: 2, unit: 'files' });
      const trainer = (this.trainer = new RunTrainer(await this.devices.needDevice(), spec, reading, this.plans));
      if (spec.init_from !== undefined) await trainer.load(startOf(start));
      if (this.cancelled) trainer.stop();
      if (spec.rate === 'find') await this.findRate(trainer, spec.id, looks, onEvent);
      await trainer.run(onEvent, { resume_from_checkpoint: resume });
    } catch (error) {
      failed(error);
    } finally {
      this.trainer = null;
      this.devices.running = false;
    }
  }

  /** Finds a run's rate, and says so. */
  private async findRate(trainer: RunTrainer, run: string, looks: readonly RateTrial[], onEvent: (event: RunEvent) => void): Promise<void> {
    this.enough = new AbortController();
    const search = await trainer.find_learning_rate({
      signal: this.enough.signal,
      looks,
      progress: ({ done, total }) => onEvent({ type: 'phase', run, phase: 'search', done, total, unit: 'steps' }),
      state: onEvent,
      tried: (trial) => onEvent({ type: 'trial', run, trial }),
    });
    // Who stops the run wants no rate, and may go on with the search later.
    if (this.cancelled) throw new EngineError('aborted', 'Stopped.');
    onEvent({ type: 'rate', run, search });
  }

  pause(): void {
    this.trainer?.pause();
  }

  resume(): void {
    this.trainer?.resume();
  }

  step(): void {
    this.trainer?.step();
  }

  time(): void {
    this.trainer?.time();
  }

  stop(): void {
    this.cancelled = true;
    this.trainer?.stop();
  }

  /** Ends a search for a rate that goes on: the run trains at the best so far. */
  takeRate(): void {
    this.enough.abort();
  }
}
