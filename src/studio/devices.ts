import { DataError } from '../data/source';
import { isDevice, type Device } from '../engine/device';
import type { Trial } from '../engine/report';
import { chooseDevice, type Places } from '../train/chooseDevice';
import { Job } from '../train/job';
import type { Programs } from '../train/programs';
import type { DeviceChoice, DeviceReport, SelfTest, Tuning } from '../train/protocol';
import type { DeviceWorker } from './protocol';

/** The device that computes, and who has it: opens it, tests it, and knows whether a run goes on. A lost one is opened anew for the next call, so nothing needs a reload. */
export class Devices implements DeviceWorker {
  private opened: Promise<Device | DeviceReport> | null = null;
  private choice: DeviceChoice = 'auto';
  /** Result of a trial of an earlier visit. */
  private trial: Trial | undefined;
  private tuning: Tuning | null = null;
  running = false;
  /** Compiling ahead of runs, and timing a step of each. */
  preparing = new AbortController();
  /** The last such timing, which gives back what it takes on the device when it has ended. */
  timing: Promise<unknown> = Promise.resolve();
  /** Seconds of steps on this device. */
  stepTimes = new WeakMap<Programs, number | null>();
  readonly testing = new Job('The device is being tested already; wait until that has ended.');

  constructor(
    private readonly gpu: GPU | undefined,
    private readonly secure: boolean,
    private readonly elsewhere: Pick<Places, 'processor' | 'faster'>,
  ) {}

  async device(): Promise<DeviceReport> {
    const device = await this.openDevice();
    return isDevice(device) ? { ...device.report, ...(this.trial && { trial: this.trial }) } : device;
  }

  async useDevice(choice: DeviceChoice, tried?: Trial): Promise<void> {
    this.trial = tried;
    if (choice === this.choice) return;
    if (this.opened) this.needIdle('A run is going on; choose another device when it has ended.');
    this.choice = choice;
    this.preparing.abort();
    this.stepTimes = new WeakMap();
    const before = this.opened;
    this.opened = null;
    await this.timing;
    const device = await before;
    if (device && isDevice(device)) device.destroy();
  }

  async selfTest(onProgress: (done: number, total: number) => void): Promise<SelfTest> {
    this.needIdle('A run is going on; test the device when it has ended.');
    this.preparing.abort();
    return this.testing.run(async () => {
      await this.timing;
      const device = await this.needDevice();
      const result = await (await import('../check')).selfTest(device, onProgress);
      this.tuning = result.tuning ?? null;
      return result;
    });
  }

  async adoptTuning(tuning: Tuning): Promise<void> {
    this.tuning = tuning;
    const device = await this.opened;
    if (device && isDevice(device)) await this.applyTuning(device);
  }

  /** Names from storage are harmless: a form that an entry does not have is ignored. */
  private async applyTuning(device: Device): Promise<void> {
    if (this.tuning) device.choices = (await import('../check/tune')).choicesOf(this.tuning);
  }

  /** Throws DataError, with what to do, while a run goes on. */
  needIdle(todo: string): void {
    if (this.running) throw new DataError(todo);
  }

  /** The device; throws DataError with what it reports when there is none. */
  async needDevice(): Promise<Device> {
    const device = await this.openDevice();
    if (!isDevice(device)) throw new DataError(device.message);
    return device;
  }

  async openDevice(): Promise<Device | DeviceReport> {
    const known = await this.opened;
    if (known && isDevice(known) && (await known.usable())) return known;
    this.opened = chooseDevice(this.choice, { gpu: this.gpu, secure: this.secure, tried: this.trial, ...this.elsewhere }).then(async ({ device, other, trial }) => {
      if (!isDevice(device)) return device;
      if (other) device.report.other = other;
      this.trial = trial ?? this.trial;
      await this.applyTuning(device);
      return device;
    });
    return this.opened;
  }
}
