import type { SavedFile } from '../adapters/files';
import { limited } from '../data/limit';
import { filesTree } from '../io/fileTree';
import { keptTrain } from '../train/config';
import { Job } from '../train/job';
import { openBase } from '../train/openBase';
import { openTrained } from '../train/openTrained';
import { picturesAmong, poolOf } from '../train/pool';
import type { ChosenFile, LabelOrder, Picture, RunSpec } from '../train/protocol';
import { teach } from '../train/teach';
import type { Devices } from './devices';
import type { Library } from './library';
import type { LabelWorker } from './protocol';
import { seldom } from './seldom';

/** Longer edge in pixels of a picture that is looked at to be labelled. */
const EDGE = 448;
/** Labelled pictures that unlabelled ones are compared with, at most: each class in proportion. */
const COMPARED = 1000;

/** Unlabelled pictures beside data sets, and the order in which they teach most. */
export class Labelling implements LabelWorker {
  readonly job = new Job('Pictures are being put in order already; wait until that has ended, or cancel it.');

  constructor(
    private readonly devices: Devices,
    private readonly library: Library,
  ) {}

  async pool(data: string): Promise<string[]> {
    const { pool } = await this.library.data(data);
    return Array.from({ length: pool.count }, (_, i) => pool.name(i));
  }

  async addToPool(data: string, files: ChosenFile[], onBytes: (done: number, total: number) => void): ReturnType<LabelWorker['addToPool']> {
    const set = await this.library.data(data);
    const { files: pictures, notes } = picturesAmong(files);
    // What cannot be listed is said before anything is kept of it.
    await poolOf([{ name: data, tree: filesTree(data, pictures) }]);
    const { part, unkept } = await this.library.imports.addToPool(data, pictures, seldom(onBytes));
    await this.library.findPool(data, set);
    return { names: await this.pool(data), part, notes, unkept };
  }

  async removeFromPool(data: string, part: string): Promise<string[]> {
    await this.library.imports.removeFromPool(data, part);
    await this.library.findPool(data, await this.library.data(data));
    return this.pool(data);
  }

  async poolPicture(data: string, name: string): Promise<Picture | null> {
    return (await this.library.data(data)).poolPicture(name, EDGE);
  }

  async labelOrder(spec: RunSpec, trained: SavedFile[] | null, most: number, onProgress: (done: number, total: number) => void): Promise<LabelOrder> {
    this.devices.needIdle('A run is going on; pictures are put in order when it has ended.');
    // What is asked for now is of more labels than what was asked for before.
    await this.giveWay();
    return this.job.run(async (signal) => {
      const [{ model, data }, device] = await Promise.all([this.library.reading(spec), this.devices.needDevice()]);
      const { pool } = await this.library.data(spec.data);
      const { relabelled = [], disabled = [] } = spec.edits ?? {};
      const known = new Set([...relabelled.map(([name]) => name), ...disabled]);
      const left = Array.from({ length: pool.count }, (_, i) => i).filter((i) => !known.has(pool.name(i)));
      const { adapted, values } = trained ? await openTrained(device, { spec, files: trained, model, data }, { vision: true, signal }) : (await openBase(device, model, data, spec, signal)).loaded;
      const images = { count: left.length, name: (k: number) => pool.name(left[k] ?? 0), image: (k: number) => pool.image(left[k] ?? 0) };
      const { frozen_dtype } = keptTrain(spec.train);
      return teach(device, { model, adapted, values }, images, limited(data.train, COMPARED, 'stratified'), { trained: trained !== null, most, frozen_dtype, signal, progress: seldom(onProgress) });
    });
  }

  cancelLabelOrder(): void {
    this.job.cancel();
  }

  /** Ends what goes on. */
  async giveWay(): Promise<void> {
    this.job.cancel();
    await this.job.ended;
  }
}
