import { isContinuations, isTextData } from '../data/kinds';
import { DataError } from '../data/source';
import type { DataInfo, Edits } from '../train/protocol';
import type { DataWorker } from './protocol';
import { textLengths } from '../train/textLengths';
import { textReading } from '../train/textSet';
import { seldom } from './seldom';
import type { Library } from './library';

/** Looks into data sets, and changes them. */
export class DataSets implements DataWorker {
  constructor(
    private readonly library: Library,
  ) {}

  async checkData(id: string, onProgress: (done: number, total: number) => void): ReturnType<DataWorker['checkData']> {
    const set = await this.library.data(id);
    const health = await set.check(seldom(onProgress));
    return { info: set.info(), health };
  }

  cancelCheck(id: string): void {
    void this.library.openSets.get(id)?.then((set) => set.cancel());
  }

  async editData(id: string, edits: Edits): Promise<DataInfo> {
    return (await this.library.data(id)).edit(edits);
  }

  async samples(id: string, count: number): ReturnType<DataWorker['samples']> {
    return (await this.library.data(id)).samples(count);
  }

  async classPictures(id: string, label: number): ReturnType<DataWorker['classPictures']> {
    return (await this.library.data(id)).ofClass(label);
  }

  async pictures(id: string, names: string[]): ReturnType<DataWorker['pictures']> {
    return (await this.library.data(id)).pictures(names);
  }

  async lengths({ model, data, text = {} }: Parameters<DataWorker['lengths']>[0]): ReturnType<DataWorker['lengths']> {
    const [known, set] = await Promise.all([this.library.knownModel(model), this.library.data(data)]);
    const found = await set.as(textReading(text));
    if (!isTextData(found) && !isContinuations(found)) throw new DataError(`${found.title} holds no texts.`);
    return textLengths(known, found, text);
  }
}
