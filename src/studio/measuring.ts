import type { SavedFile } from '../adapters/files';
import { keptTrain } from '../train/config';
import { Job } from '../train/job';
import type { Evaluation, RunSpec, ZeroShotSpec } from '../train/protocol';
import type { MeasureWorker } from './protocol';
import { zeroShot } from '../train/zeroShot';
import { RunTrainer } from './runTrainer';
import type { Devices } from './devices';
import type { Library } from './library';

/** Measures accuracy without training. */
export class Measuring implements MeasureWorker {
  readonly job = new Job('Zero-shot accuracy is being measured already; wait until it has ended, or cancel it.');

  constructor(
    private readonly devices: Devices,
    private readonly library: Library,
  ) {}

  async zeroShot(spec: ZeroShotSpec, onProgress: (done: number, total: number) => void): Promise<Evaluation[]> {
    this.devices.needIdle('A run is going on; measure when it has ended, or stop it first.');
    return this.job.run(async (signal) => {
      const [model, set, device] = await Promise.all([this.library.model(spec.model), this.library.data(spec.data), this.devices.needDevice()]);
      await set.settled();
      return zeroShot(device, model, await set.with(spec.edits), keptTrain(spec.train), { signal, progress: onProgress });
    });
  }

  async evaluateRun(spec: RunSpec, files: SavedFile[], step: number, onProgress: (done: number, total: number) => void): Promise<Evaluation> {
    this.devices.needIdle('A run is going on; evaluate when it has ended, or stop it first.');
    return this.job.run(async (signal) => {
      const [reading, device] = await Promise.all([this.library.reading(spec), this.devices.needDevice()]);
      const trainer = new RunTrainer(device, spec, reading);
      await trainer.load(files, { signal });
      return trainer.evaluation({ step, signal, progress: onProgress });
    });
  }

  cancelZeroShot(): void {
    this.job.cancel();
  }
}
