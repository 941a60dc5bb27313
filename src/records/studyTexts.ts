import { Batches } from '../data/batches';
import { DataError, type Split } from '../data/source';
import { writeSafetensors, type TensorData } from '../io/safetensors';
import type { SavedFile } from '../adapters/files';
import { defined } from '../numbers/defined';
import { readoutOf, type TextModel } from '../models/text';
import { objectiveOf } from '../tasks';
import type { HostBatch } from '../tasks/task';
import { totalSteps } from '../train/config';
import type { ExtraRows, Feed } from '../train/images';
import { maxPixels } from '../train/pythonBundle';
import type { TrainConfig } from '../train/protocol';
import type { RunSplits } from '../train/split';

/** Choices of a text, by the places of all of them, in order. */
interface ChoicesFile extends Pick<NonNullable<NonNullable<ExtraRows['choices']>[number]>, 'letters' | 'right' | 'whole'> {
  places: number[];
}

/** The texts of all experiments as tokens, with labels, each once: as the model of run.py takes them, which needs no tokenizer then. */
export class Texts {
  private readonly known = new Map<string, number>();
  private readonly rows: { ids: Uint32Array; types: Uint32Array | null; labels: ArrayLike<number> }[] = [];
  private readonly byTokens: boolean;
  private readonly one: HostBatch;
  private tokens = 0;

  constructor(
    private readonly model: TextModel,
    private readonly feedOf: (split: Split) => Feed,
    /** Token that rows are filled up with. */
    private readonly pad: number,
  ) {
    this.byTokens = readoutOf(model.language).byTokens;
    const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
    this.one = Object.fromEntries(Object.entries(objectiveOf(model).batch(model, 1)).map(([name, { shape, dtype }]) => [name, dtype === 'u32' ? new Uint32Array(size(shape)) : new Float32Array(size(shape))]));
  }

  /** How run.py reads logits: what is learned of the texts, how many places behind a token the one stands that it says, and what rows are filled up with. */
  get facts(): { learns: string; shift: number; pad: number } {
    const { vocabulary, generates } = readoutOf(this.model.language);
    return { learns: vocabulary ? 'vocabulary' : this.byTokens ? 'words' : this.one.labels instanceof Float32Array ? 'numbers' : 'classes', shift: generates ? 1 : 0, pad: this.pad };
  }

  /** split.json of an experiment: its texts by their places in the list of all, and the order in which they are trained on. Throws DataError. */
  async split({ train, follow, followIs, test }: RunSplits, config: TrainConfig, run: string): Promise<{ places: object; batches: number[][] }> {
    const learned = this.feedOf(train);
    const taught = await this.places(learned, train.count, run);
    const order = new Batches({ count: train.count, batch: config.batch, seed: config.seed, last: 'wrap' });
    const batches: number[][] = [];
    const drawn = new Map(taught.map((place, i) => [place, i]));
    /** Its place among what is trained on, which grows where each epoch draws other rows of a text. */
    const at = async (i: number, epoch: number): Promise<number> => {
      if (!learned.drawn) return i;
      const place = await this.placeOf(learned, i, epoch, run);
      if (!drawn.has(place)) drawn.set(place, taught.push(place) - 1);
      return drawn.get(place)!;
    };
    for (let n = 0; n < totalSteps(config, train.count).steps * config.accumulate; n++) {
      const { indices, epoch } = order.at(n);
      const batch: number[] = [];
      for (const i of indices) batch.push(await at(i, epoch));
      batches.push(batch);
    }
    const measured = { ...(followIs === 'val' && { val: follow }), test };
    const places: Record<string, unknown> = { train: taught, val: null };
    const choices: Record<string, (ChoicesFile | null)[]> = {};
    for (const [part, split] of Object.entries(measured)) {
      const feed = this.feedOf(split);
      const found = await this.places(feed, split.count, run);
      places[part] = found;
      if (feed.others?.choices) choices[part] = await this.choices(found, feed.others, feed.others.choices, run);
    }
    return { places: { ...places, ...(Object.keys(choices).length > 0 && { choices }) }, batches };
  }

  /** texts.safetensors: tokens one text behind the other, how many each has, and labels, one or as many. */
  files(): SavedFile[] {
    const { rows, tokens } = this;
    const flat = <T extends Int32Array | Float32Array>(into: T, of: (row: (typeof rows)[number]) => ArrayLike<number>): T => {
      rows.reduce((at, row) => (into.set(Array.from(of(row), (value) => (into instanceof Int32Array ? value | 0 : value)), at), at + of(row).length), 0);
      return into;
    };
    const labels = rows.reduce((sum, row) => sum + row.labels.length, 0);
    const ints = (data: Int32Array): TensorData => ({ dtype: 'I32', shape: [data.length], data });
    const tensors: Record<string, TensorData> = {
      ids: ints(flat(new Int32Array(tokens), ({ ids }) => ids)),
      lengths: ints(Int32Array.from(rows, ({ ids }) => ids.length)),
      labels: this.one.labels instanceof Float32Array ? { dtype: 'F32', shape: [labels], data: flat(new Float32Array(labels), (row) => row.labels) } : ints(flat(new Int32Array(labels), (row) => row.labels)),
      ...(this.model.language.type_vocab_size > 1 && { types: ints(flat(new Int32Array(tokens), ({ types }) => types!)) }),
    };
    return [{ path: 'texts.safetensors', bytes: writeSafetensors(tensors) }];
  }

  private async places(feed: Feed, count: number, run: string): Promise<number[]> {
    const places: number[] = [];
    for (let i = 0; i < count; i++) places.push(await this.placeOf(feed, i, 0, run));
    return places;
  }

  private async choices(right: readonly number[], others: ExtraRows, all: NonNullable<ExtraRows['choices']>, run: string): Promise<(ChoicesFile | null)[]> {
    const wrong = await this.places(others.feed, others.count, run);
    return all.map((one, i) => one && { ...one, places: wrong.splice(0, one.letters.length - 1).toSpliced(one.right, 0, defined(right[i])) });
  }

  private async placeOf(feed: Feed, i: number, epoch: number, run: string): Promise<number> {
    const { input_ids, attention_mask, token_type_ids, labels } = this.one;
    await feed.fill([i], epoch, this.one);
    const length = (attention_mask as Uint32Array).reduce((sum, shown) => sum + shown, 0);
    const row = { ids: input_ids!.slice(0, length) as Uint32Array, types: (token_type_ids?.slice(0, length) as Uint32Array | undefined) ?? null, labels: labels!.slice(0, this.byTokens ? length : undefined) };
    const key = [row.ids, row.types ?? '', row.labels].map((part) => part.toString()).join('|');
    const found = this.known.get(key);
    if (found !== undefined) return found;
    this.tokens += length;
    if (12 * this.tokens > maxPixels) throw new DataError(`The texts of ${run} have more than ${Math.floor(maxPixels / 12 / 1e6)} million tokens; train on fewer of them.`);
    this.known.set(key, this.rows.length);
    return this.rows.push(row) - 1;
  }
}
