import { lookIntoStep } from '../train/stepLook';
import type { StepAsked, StepLook } from '../train/stepLook.meta';
import { Job } from '../train/job';
import type { RunSpec } from '../train/protocol';
import type { TryoutHost } from '../train/tryout';
import type { Devices } from './devices';
import type { StepWorker } from './protocol';
import type { Trying } from './trying';

/** Looks into single training steps. */
export class Stepping implements StepWorker {
  readonly job = new Job('A step is being looked into already; wait until that has ended.');

  constructor(
    private readonly devices: Devices,
    private readonly host: TryoutHost,
    private readonly trying: Trying,
  ) {}

  async lookIntoStep(spec: RunSpec, asked: StepAsked): Promise<StepLook> {
    this.devices.needIdle('A run is going on; look into a step when it has ended, or stop it first.');
    // The newest question counts: whoever moves on asks again.
    this.job.cancel();
    await this.job.ended;
    return this.job.run(async (signal) => {
      const [reading, device] = await Promise.all([this.host.reading(spec), this.host.device()]);
      await this.trying.free();
      return lookIntoStep(device, reading, spec, asked, signal);
    });
  }
}
