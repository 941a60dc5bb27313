import * as z from 'zod/mini';
import { decodeImage, readBitmap } from '../data/decode';
import { readPreprocess, withSize, type PreprocessConfig } from '../data/preprocess';
import type { RgbImage } from '../data/source';
import type { Device } from '../engine/device';
import { cut, listFirst, quote } from '../errors/text';
import { openCheckpoint, parseJson } from '../io/checkpoint';
import type { FileTree } from '../io/fileTree';
import { checkWeights } from '../models/load';
import { ModelError, type Model } from '../models/model';
import { v4Source } from '../models/names';
import { traceModel } from '../models/trace';
import { defined } from '../numbers/defined';
import { softmax } from '../numbers/softmax';
import { pixelsOf } from '../player/classifier';
import { adapterHere, cardHere, processorHere } from '../player/device';
import { Form } from '../player/form';
import { atOwnSize } from '../player/sized';
import { openAdapter, type Base } from './adapter';
import { PlayerError } from './errors';
import { modelOf } from './families';
import { folderAt } from './files';
import { blendedHead, formKey, type Adapter, type Blend } from './blend';
import { ready } from './ready';
import { Weights } from './weights';

/** PEFT's name of the base in `adapter_names`. */
export const BASE_NAME = '__base__';

const MAX_CONFIG = 4 * 1024 * 1024;

/** A picture: pixels, what a browser decodes, what it has decoded, or pixel values (3, H, W) as `AutoImageProcessor` makes them. */
export type Picture = RgbImage | Blob | ImageBitmap | Float32Array;

export interface PlayerOptions {
  /** The folder of a model of images: its files, its address, or its id on the hub. */
  model: string | FileTree;
  /** The graphics card, or the processor where there is none (`auto`, when left out); `webgpu`, `wasm`, or a device that is there already. */
  device?: Device | 'auto' | 'webgpu' | 'wasm';
  /** Pictures that one pass answers; 1 when left out. */
  batch?: number;
  /** Bytes of each file so far, and in all, 0 where the server does not say. */
  progress?: (file: string, loaded: number, total: number) => void;
}

/** A class with its probability, by transformers.js' names. */
export interface Classification {
  label: string;
  score: number;
}

/** What `load_adapter` found. */
export interface AdapterFacts {
  labels: readonly string[];
  /** Bytes on the device, without the copy of the base's weights that all adapters share. */
  bytes: number;
  /** Sentences for people. */
  warnings: readonly string[];
}

/** Opens a model once, for any number of adapters beside it. Throws EngineError, ModelError, FormatError or DataError. */
export async function openPlayer({ model: from, device = 'auto', batch = 1, progress }: PlayerOptions): Promise<Player> {
  if (!(Number.isInteger(batch) && batch >= 1 && batch <= 1024)) throw new PlayerError(`batch is ${cut(String(batch))}; it must be a whole number from 1 to 1024.`);
  const tree = await folderAt(from, ['config.json', 'model.safetensors'], ['preprocessor_config.json'], progress);
  const input = await readBase(tree);
  if (typeof device === 'object') return Player.open(device, input, batch);
  if (device === 'webgpu') return Player.open(await adapterHere(), input, batch);
  const card = device === 'auto' ? await cardHere() : null;
  // A card whose driver does not take it is as good as none.
  const onCard = card && (await Player.open(card, input, batch).catch(() => null));
  return onCard ?? Player.open(await processorHere(), input, batch);
}

interface Input extends Base {
  preprocess: PreprocessConfig;
}

async function readBase(tree: FileTree): Promise<Input> {
  if (!tree.paths().includes('config.json')) throw new ModelError(`${quote(tree.name)} has no config.json; choose the folder of a Hugging Face model (config.json and model.safetensors).`);
  const size = await tree.size('config.json');
  if (size > MAX_CONFIG) throw new ModelError(`config.json has ${size} bytes; at most ${MAX_CONFIG} are read.`);
  const config = parseJson(await tree.read('config.json'), 'config.json', z.record(z.string(), z.unknown()));
  const { net: model, preprocess } = atOwnSize(await modelOf(config), await readPreprocess(tree));
  return { model, preprocess, source: v4Source(await openCheckpoint(tree), model.names) };
}

/**
 * A base, and adapters beside it that are switched, blended and mixed in a batch. Calls wait for each other, in their order. What it
 * computes is the base's forward pass with W = W0 + sum of w delta, so an adapter costs its memory and nothing per picture.
 */
export class Player {
  private readonly adapters = new Map<string, Adapter>();
  /** By labels, head and input size. */
  private readonly forms: Map<string, Form>;
  private readonly weights: Weights;
  private active: Blend = new Map();
  /** The blend that the weights are of now; null where that is not known. */
  private written: Blend | null = new Map();
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly device: Device,
    private readonly base: Input,
    private readonly form: Form,
    /** The base's head, by name; null where its checkpoint has none. */
    private readonly head: ReadonlyMap<string, Float32Array> | null,
  ) {
    this.forms = new Map([[formKey(form.model), form]]);
    this.weights = new Weights(device, form, base.source);
  }

  static async open(device: Device, base: Input, batch: number): Promise<Player> {
    const { model, source } = base;
    const trace = traceModel(model);
    const { newHead } = checkWeights(trace, source);
    await ready(device);
    const form = await Form.build(device, model, { batch });
    try {
      const head = newHead ? null : new Map(await Promise.all([...trace.head].map(async (name) => [name, await source.readF32Checked(name)] as const)));
      const none = [...trace.head].map((name) => [name, new Float32Array(defined(trace.weights.get(name)).reduce((n, d) => n * d, 1))] as const);
      await form.load(source, Object.fromEntries(head ?? none));
      return new Player(device, base, form, head);
    } catch (error) {
      form.destroy();
      throw error;
    }
  }

  /** Classes that pictures are answered by now. */
  get labels(): readonly string[] {
    return this.answering(this.active).labels;
  }

  /** Names of the adapters that are loaded, in that order. */
  get adapter_names(): readonly string[] {
    return [...this.adapters.keys()];
  }

  /** Weight of each adapter in what is active; empty for the base. */
  get active_adapters(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.active);
  }

  /** Bytes on the device of the copy of base weights that adapters begin from; 0 before the first. */
  get copied_bytes(): number {
    return this.weights.copiedBytes;
  }

  /**
   * Puts an adapter beside the others, from the files of its folder, its address, or its id on the hub. What is active stays. Throws
   * PlayerError of one that changes more than weights, FormatError, ConfigError or ModelError.
   */
  load_adapter(from: string | FileTree, { adapter_name = 'default' }: { adapter_name?: string } = {}): Promise<AdapterFacts> {
    return this.turn(async () => {
      if (adapter_name === BASE_NAME || adapter_name === '') throw new PlayerError(`An adapter cannot be called ${quote(adapter_name)}; choose another adapter_name.`);
      if (this.adapters.has(adapter_name)) throw new PlayerError(`There is an adapter ${quote(adapter_name)} already; choose another adapter_name, or delete that one.`);
      const tree = await folderAt(from, ['adapter_config.json', 'adapter_model.safetensors'], ['config.json', 'fullrank.json']);
      const { model, deltas, head, warnings } = await openAdapter(this.device, tree, this.base);
      if (!head && !this.head && this.form.model.head !== null) throw new PlayerError(`Neither the model nor the adapter ${quote(adapter_name)} has a head, so there are no classes to tell apart.`);
      const key = formKey(model);
      const known = this.forms.get(key);
      const form = known ?? (await Form.build(this.device, model, { batch: this.form.batch, lender: this.form }));
      this.forms.set(key, form);
      const update = deltas.size ? await this.weights.add(deltas) : null;
      this.adapters.set(adapter_name, { form, update, head });
      return { labels: model.labels, bytes: update ? this.weights.bytesOf(update) : 0, warnings };
    });
  }

  /**
   * Makes an adapter active, a blend of several, W = W0 + sum of w delta with each one's weight w, or the base (null). Between 0 and
   * 1 a weight goes from the base to the adapter, as WiSE-FT does; others are taken as they are. Throws PlayerError of a name that is
   * not there, and of adapters that differ in their classes.
   */
  set_adapter(which: string | Readonly<Record<string, number>> | null): Promise<void> {
    return this.turn(async () => {
      const blend = this.blendOf(which);
      await this.write(blend);
      this.active = blend;
    });
  }

  /** Takes an adapter off the device. The base is active then, if the adapter was or had a part in what was. Throws PlayerError. */
  delete_adapter(adapter_name: string): Promise<void> {
    return this.turn(async () => {
      const { update, form } = this.adapter(adapter_name);
      if (this.active.has(adapter_name)) this.active = new Map();
      if (this.written?.has(adapter_name) !== false) await this.clear();
      if (update) this.weights.remove(update);
      this.adapters.delete(adapter_name);
      if (form === this.form || [...this.adapters.values()].some((other) => other.form === form)) return;
      this.forms.delete(formKey(form.model));
      form.destroy();
    });
  }

  /**
   * The likeliest classes of each picture with their probabilities, `top_k` at most, by what is active, or, by `adapter_names`, by an
   * adapter of its own each ('__base__' for the base). Throws PlayerError or DataError.
   */
  async classify(images: readonly Picture[], { adapter_names, top_k = 5 }: { adapter_names?: readonly string[]; top_k?: number } = {}): Promise<Classification[][]> {
    const rows = await this.rows(images, adapter_names);
    return rows.map(({ logits, labels }) => {
      const all = [...softmax(logits)].map((score, i) => ({ label: defined(labels[i]), score }));
      return all.sort((a, b) => b.score - a.score).slice(0, top_k);
    });
  }

  /** Logits of each picture, in the order of its adapter's labels. Throws as `classify`. */
  async logits(images: readonly Picture[], { adapter_names }: { adapter_names?: readonly string[] } = {}): Promise<Float32Array[]> {
    return (await this.rows(images, adapter_names)).map(({ logits }) => logits);
  }

  /** Gives back all that is on the device, which stays. */
  destroy(): Promise<void> {
    return this.turn(async () => {
      this.weights.destroy();
      for (const form of [...this.forms.values()].reverse()) form.destroy();
    });
  }

  private turn<T>(body: () => Promise<T>): Promise<T> {
    const done = this.last.then(body);
    this.last = done.catch(() => {});
    return done;
  }

  private rows(images: readonly Picture[], names?: readonly string[]): Promise<{ logits: Float32Array; labels: readonly string[] }[]> {
    return this.turn(async () => {
      if (names && names.length !== images.length) throw new PlayerError(`adapter_names has ${names.length} names for ${images.length} pictures; each picture needs one.`);
      const blends = images.map((_, i) => (names ? this.blendOf(names[i] === BASE_NAME ? null : defined(names[i])) : this.active));
      const groups = new Map<string, number[]>();
      for (const [i, blend] of blends.entries()) groups.set(keyOf(blend), [...(groups.get(keyOf(blend)) ?? []), i]);
      const rows: { logits: Float32Array; labels: readonly string[] }[] = [];
      for (const group of groups.values()) {
        const form = await this.write(defined(blends[defined(group[0])]));
        const { image_size, labels } = form.model;
        for (let at = 0; at < group.length; at += form.batch) {
          const some = group.slice(at, at + form.batch);
          const pixels = await Promise.all(some.map((i) => pixelValues(defined(images[i]), form.model, withSize(this.base.preprocess, image_size))));
          (await form.logits(pixels)).forEach((logits, k) => (rows[defined(some[k])] = { logits, labels }));
        }
      }
      return rows;
    });
  }

  private adapter(name: string): Adapter {
    const found = this.adapters.get(name);
    if (!found) throw new PlayerError(`There is no adapter ${quote(name)}; there ${this.adapters.size ? `are ${listFirst([...this.adapters.keys()].map((one) => cut(one)), 10)}` : 'is none'}.`);
    return found;
  }

  /** What is asked for, in the order in which adapters were loaded. Throws PlayerError. */
  private blendOf(which: string | Readonly<Record<string, number>> | null): Blend {
    const given = Object.entries(typeof which === 'string' ? { [which]: 1 } : (which ?? {}));
    for (const [name, weight] of given) {
      this.adapter(name);
      if (!Number.isFinite(weight)) throw new PlayerError(`The weight of ${quote(name)} is ${cut(String(weight))}; it must be a number.`);
    }
    const blend = new Map([...this.adapters.keys()].flatMap((name) => given.filter(([one]) => one === name)));
    this.answering(blend);
    return blend;
  }

  /** The model that answers by a blend. Throws PlayerError where its parts have none in common. */
  private answering(blend: Blend): Model {
    const [first, ...rest] = [...blend.keys()];
    const form = first === undefined ? this.form : this.adapter(first).form;
    const other = rest.find((name) => this.adapter(name).form !== form);
    if (first !== undefined && other !== undefined) throw new PlayerError(`${quote(first)} and ${quote(other)} cannot be blended: they tell apart other classes, or pictures of another size.`);
    return form.model;
  }

  /** Writes the weights of a blend, where they are others now; the form that answers by it. */
  private async write(blend: Blend): Promise<Form> {
    const form = defined(this.forms.get(formKey(this.answering(blend))));
    const parts = [...blend].map(([name, w]) => [this.adapter(name), w] as const);
    const head = blendedHead(form === this.form ? this.head : null, parts);
    if (!head && form.model.head !== null) throw new PlayerError('This model has no head of its own; load an adapter that brings one, and set it.');
    if (this.written && keyOf(this.written) === keyOf(blend)) return form;
    this.written = null;
    await this.weights.write(parts.flatMap(([{ update }, w]) => (update ? [[update, w] as const] : [])));
    for (const [name, values] of head ?? []) form.machine.write(form.weight(name), values);
    this.written = blend;
    return form;
  }

  /** Writes the base's weights, also where it has no head to answer by. */
  private async clear(): Promise<void> {
    this.written = null;
    await this.weights.write([]);
  }
}

const keyOf = (blend: Blend): string => JSON.stringify([...blend]);

/** Pixel values of a picture. Throws DataError, or PlayerError of values of another size. */
async function pixelValues(image: Picture, { channels, image_size }: Model, config: PreprocessConfig): Promise<Float32Array> {
  if (image instanceof Float32Array) {
    const size = channels * image_size * image_size;
    if (image.length !== size) throw new PlayerError(`A picture has ${image.length} pixel values; this model takes ${channels} x ${image_size} x ${image_size}.`);
    return image;
  }
  if ('data' in image) return pixelsOf(image, config);
  return pixelsOf(await (image instanceof Blob ? decodeImage(new Uint8Array(await image.arrayBuffer()), 'The picture') : readBitmap(image, 'The picture')), config);
}
