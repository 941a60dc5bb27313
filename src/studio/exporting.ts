import type { SavedFile } from '../adapters/files';
import type { Device } from '../engine/device';
import type { ExportInput, ExportOptions } from '../train/exportRun';
import { Job } from '../train/job';
import type { ExportEvent, ExportSpec, Exported, HubTarget, PushSpec, Pushed, RunRecord, RunSpec } from '../train/protocol';
import type { ExportWorker } from './protocol';
import { seldomSent } from './seldom';
import type { Devices } from './devices';
import type { Library } from './library';

/** Makes files of trained adapters, and puts them into repositories of the hub. */
export class Exporting implements ExportWorker {
  readonly job = new Job('Another export is going on; wait until it has ended.');

  constructor(
    private readonly devices: Devices,
    private readonly library: Library,
    private readonly places: Pick<ExportOptions, 'wasm' | 'page'>,
  ) {}

  async exportRun(spec: RunSpec, files: SavedFile[], how: ExportSpec, onEvent: (event: ExportEvent) => void): Promise<Exported> {
    return this.export(spec, files, how, onEvent, async (device, input, options) => (await import('../train/exportRun')).exportRun(device, input, options));
  }

  async pushRun(spec: RunSpec, files: SavedFile[], how: PushSpec, run: RunRecord | null, to: HubTarget, onEvent: (event: ExportEvent) => void): Promise<Pushed> {
    return this.export(spec, files, how, onEvent, async (device, input, options) => (await import('../records/pushRun')).pushRun(device, input, run, to, options));
  }

  /** Does the work of an export, whose code is a fifth of the worker and fetched for it: few visits need it. */
  private async export<T, How extends ExportSpec>(spec: RunSpec, files: SavedFile[], how: How, onEvent: (event: ExportEvent) => void, work: (device: Device, input: ExportInput & { how: How }, options: ExportOptions) => Promise<T>): Promise<T> {
    this.devices.needIdle('A run is going on; export when it has ended, or stop it first.');
    return this.job.run(async (signal) => {
      onEvent({ stage: 'open', bytes: 0 });
      const [reading, device] = await Promise.all([this.library.tried(spec), this.devices.needDevice()]);
      return work(device, { spec, files, ...reading, how }, { ...this.places, onEvent: seldomSent(onEvent), signal });
    });
  }

  cancelExport(): void {
    this.job.cancel();
  }
}
