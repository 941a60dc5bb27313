import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import type { LoadedAdapter, SavedFile } from '../adapters/files';
import type { Arrays } from '../adapters/method';
import { decodeImage } from '../data/decode';
import { foreignNote, isImagePath, leftOut, noPictures } from '../data/imageFiles';
import { hasClasses } from '../data/kinds';
import { limited } from '../data/limit';
import { listImages, type ImageList } from '../data/images';
import type { Decode } from '../data/listed';
import { fit, readPreprocess, withSize } from '../data/preprocess';
import type { TextReading } from '../data/reading.meta';
import { DataError, type Dataset, type RgbImage, type Split, type TextRow } from '../data/source';
import { nameOf, textsOf } from '../data/split';
import type { Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import { messageOf } from '../errors/errors';
import { filesTree, memoryTree } from '../io/fileTree';
import { textModel } from '../models/text';
import { defined } from '../numbers/defined';
import { noThreshold, thresholdOf, type Threshold } from '../player/facts.meta';
import { keptTrain } from './config';
import { heldBack } from './heldBack';
import { Job } from './job';
import { smallPicture, wholePicture } from './openSet';
import type { LoadedModel } from './openModel';
import { openTrained } from './openTrained';
import { predictions, type Predictor } from './predict';
import { textPredictions } from './predictTexts';
import type { Frame, FrozenDtype, Picture, Prediction, RunSpec, TryEvent, TryImages, TryLook, TryResult, TrySource, TrySpec } from './protocol';
import type { FeedOf, Reading } from './readings';
import { TextFeed } from './textFeed';
import { textReading } from './textSet';
import { Resident, type AddOptions, type Look } from './resident';
import { openBase } from './openBase';
import { updateOf, weightsAt } from './updates';

/** Likeliest classes that are kept of each image. */
export const TOP_K = 5;
/** Adapters that stay on the GPU at most, beside those asked for. */
const KEPT = 8;
const PICTURES = 200;
/** Letters of a text by which it goes. */
const LETTERS = 200;
/** Pixels of a frame from outside at most. */
const MOST_PIXELS = 4096 * 4096;
/** Milliseconds between two messages on classified images. */
const EVENT_MS = 400;

/** Device, models and data that the studio lends. */
export interface TryoutHost {
  device(): Promise<Device>;
  /** Null when it is not open any more. */
  data(id: string, edits?: unknown, reading?: TextReading): Promise<Dataset | null>;
  /** Data and model of a run. */
  reading(spec: RunSpec): Promise<Reading<LoadedModel>>;
  /** The same of a run whose adapter is there, and whose data need not be any more; a model of texts takes as long ones as it reads. */
  tried(spec: RunSpec): Promise<Omit<Reading<LoadedModel>, 'data'> & { data: Dataset | null }>;
}

type Loaded = Pick<LoadedAdapter, 'adapted' | 'values' | 'hasHead'>;
type How = Pick<AddOptions, 'labels' | 'preprocess'>;

/** A look that was asked for while pictures are being classified. */
interface Waiting {
  model: string;
  /** Never rejects: whoever asked hears of its failure. */
  serve: (signal: AbortSignal, beside: readonly string[]) => Promise<void>;
}

/** Adapters tried side by side on images: the images that are open, and the model that lies on the GPU for it. */
export class Tryout {
  private images: ImageList | null = null;
  private resident: { model: LoadedModel; on: Resident } | null = null;
  /** Settings that the adapters on the GPU were made with besides their files, by key: the storage of weights, and texts, since a CLIP without a head of its own follows the data. */
  private readonly made = new Map<string, string>();
  /** Thresholds that were found, by run. */
  private readonly sure = new Map<string, Threshold>();
  /** What one run changed, to be put between it and the pretrained model. */
  private update: ({ of: string; model: LoadedModel; update: Arrays } & { loaded: Loaded; how: How }) | null = null;
  /** Looks that wait for the next batch of what is being classified; null while nothing is. */
  private waiting: Waiting[] | null = null;
  private readonly work = new Job('Pictures are being classified already; wait until that has ended, or cancel it.');

  constructor(
    private readonly host: TryoutHost,
    private readonly decode: Decode = decodeImage,
  ) {}

  /** Opens chosen files, or a data set's test images, in place of the images before. On failure those stay. Throws DataError. */
  async open(from: TrySource): Promise<TryImages> {
    if ('texts' in from) return this.take('', typedTexts(from.texts));
    if ('files' in from) {
      const tree = filesTree(from.name, from.files);
      const paths = tree.paths();
      if (from.medium === 'texts') return this.take(from.name, namedTexts(await (await import('../data/texts')).openUnlabelled(tree)));
      const others = noPictures(paths);
      if (others.length > 0 && others.length === paths.length) throw new DataError(`${defined(others[0])} is not a picture; choose JPEG, PNG, WebP, GIF, BMP or AVIF files, or a zip of them.`);
      const images = await listImages(tree, this.decode);
      this.images = images;
      // Files that lie in no folder have no name in common.
      const title = paths.length > 1 && paths.includes(from.name) ? '' : from.name;
      return { title, names: namesOf(images), truths: null, notes: [...foreignNote(paths), ...(paths.some(isImagePath) ? leftOut(others) : [])] };
    }
    const data = await this.host.data(from.data, from.edits, from.text && textReading(from.text));
    if (!data) throw new DataError(`The data set ${from.data} is not open any more; choose it again.`);
    const test = limited(data.test, from.limit || Infinity, 'stratified');
    const truths = truthsOf(data, test);
    const drawn = test.count < data.test.count && { of: data.test.count };
    if (test.text) return { ...this.take(data.title, namedTexts(test)), truths, ...drawn };
    const images: ImageList = { count: test.count, name: (i) => nameOf(test, i), image: (i) => test.image(i) };
    this.images = images;
    return { title: data.title, names: namesOf(images), truths, notes: [], ...drawn };
  }

  /** Takes texts in place of what was open before. */
  private take(title: string, texts: Split): TryImages {
    const { count } = texts;
    this.images = { count, name: (i) => texts.name!(i), image: (i) => texts.image(i), texts };
    return { title, names: namesOf(this.images), truths: null, notes: [], texts: Array.from({ length: count }, (_, i) => pairOf(texts.text!(i))) };
  }

  /** Images by their place, small; null for ones that cannot be read or are not there. */
  async pictures(indices: number[]): Promise<(Picture | null)[]> {
    const { images } = this;
    const out: (Picture | null)[] = [];
    for (const i of indices.slice(0, PICTURES)) out.push(images && i >= 0 && i < images.count ? await pictureOf(images, i) : null);
    return out;
  }

  /** Puts the adapters on the GPU that are not there yet, and classifies the open images with each. One call at a time. */
  async run(adapters: TrySpec[], files: (key: string) => Promise<SavedFile[]>, onEvent: (event: TryEvent) => void): Promise<TryResult> {
    return this.work.run(async (signal) => {
      const { images } = this;
      if (!images) throw new DataError('The pictures are not open any more; choose them again.');
      if (adapters.length === 0) throw new DataError('Tick at least one adapter.');
      this.waiting = [];
      try {
        return await this.classify(adapters, images, files, onEvent, signal);
      } finally {
        const left = this.waiting;
        this.waiting = null;
        for (const { serve } of left) await serve(signal, []);
      }
    });
  }

  /**
   * Classifies one picture, by its place among the open ones or as it is, with each adapter in a pass of its own; with
   * `rollout` also where each looks. One call at a time; beside `run` it comes between two batches. Throws DataError.
   */
  async look(adapters: TrySpec[], files: (key: string) => Promise<SavedFile[]>, picture: number | Frame, rollout: boolean, onEvent: (event: TryEvent) => void): Promise<TryLook> {
    if (adapters.length === 0) throw new DataError('Tick at least one adapter.');
    const { model } = defined(adapters[0]);
    const look = async (signal: AbortSignal, beside: readonly string[] = []): Promise<TryLook> => {
      const image = await this.pick(picture);
      const on = await this.residentWith((await this.host.tried(defined(adapters[0]))).model, adapters, files, onEvent, signal, { look: rollout ? 'rollout' : 'plain', beside });
      const lookers = adapters.map(({ id }) => on.looker(id));
      const list: ImageList = { count: 1, name: () => (typeof picture === 'number' ? this.images!.name(picture) : ''), image: () => image };
      const seen: TryLook['seen'] = [];
      for await (const batch of predictions(lookers, list, { topK: TOP_K, signal })) {
        batch.forEach(([last], i) => {
          const { preprocess, image_size } = defined(lookers[i]);
          seen.push({ key: defined(adapters[i]).id, picture: wholePicture(fit(image, withSize(preprocess, image_size))), prediction: defined(last) });
        });
      }
      return { memory: on.memory(), seen };
    };
    const { waiting } = this;
    if (!waiting) return this.work.run((signal) => look(signal));
    return new Promise((done, fail) => waiting.push({ model, serve: (signal, beside) => look(signal, beside).then(done, fail) }));
  }

  /** Serves the looks that wait and need no other model, beside adapters that stay. True when there were some. */
  private async lookBetween(model: string, beside: readonly string[], signal: AbortSignal): Promise<boolean> {
    const now = this.waiting!.filter((one) => one.model === model);
    this.waiting = this.waiting!.filter((one) => one.model !== model);
    for (const { serve } of now) await serve(signal, beside);
    return now.length > 0;
  }

  /** The picture at a place, or a frame from outside. */
  private async pick(picture: number | Frame): Promise<RgbImage> {
    if (typeof picture === 'number') {
      if (!this.images || !(picture >= 0 && picture < this.images.count)) throw new DataError('The pictures are not open any more; choose them again.');
      return this.images.image(picture);
    }
    const { width, height, rgba } = picture;
    if (!(width >= 1 && height >= 1 && width * height <= MOST_PIXELS) || rgba.length !== 4 * width * height) throw new DataError(`A picture of ${width} x ${height} pixels cannot be looked at.`);
    const data = new Uint8Array(3 * width * height);
    for (let p = 0; p < width * height; p++) for (let c = 0; c < 3; c++) data[3 * p + c] = defined(rgba[4 * p + c]);
    return { width, height, data };
  }

  cancel(): void {
    this.work.cancel();
  }

  /** Takes one adapter off the GPU. */
  async forget(key: string): Promise<void> {
    await this.work.ended;
    this.resident?.on.remove(key);
  }

  /** Gives all memory back, after what is going on. */
  async free(): Promise<void> {
    await this.work.ended;
    this.resident?.on.free();
    this.resident = null;
    this.update = null;
  }

  private async classify(adapters: TrySpec[], images: ImageList, files: (key: string) => Promise<SavedFile[]>, onEvent: (event: TryEvent) => void, signal: AbortSignal): Promise<TryResult> {
    const { model, feedOf } = await this.host.tried(defined(adapters[0]));
    const on = await this.residentWith(model, adapters, files, onEvent, signal);
    const keys = adapters.map(({ id }) => id);
    const predictors = keys.map((key) => on.predictor(key));
    const columns = keys.map((key, i) => ({ key, rows: [] as Prediction[], labels: defined(predictors[i]).labels }));
    let cancelled = false;
    let last = { at: performance.now(), rows: 0 };
    onEvent({ stage: 'images', name: '', done: 0, total: images.count });
    try {
      for await (const batch of this.all(predictors, images, feedOf, signal)) {
        batch.forEach((rows, i) => defined(columns[i]).rows.push(...rows));
        const done = defined(columns[0]).rows.length;
        // A message for each batch of ten thousand images would keep the page busy.
        if (performance.now() - last.at >= EVENT_MS) {
          onEvent({ stage: 'images', name: '', done, total: images.count, rows: columns.map(({ key, rows }) => ({ key, rows: rows.slice(last.rows) })) });
          last = { at: performance.now(), rows: done };
        }
        // A look puts what it needs in the place of what was there.
        if ((await this.lookBetween(defined(adapters[0]).model, keys, signal)) && !on.lost) keys.forEach((key, i) => (predictors[i] = on.predictor(key)));
      }
    } catch (error) {
      if (!(error instanceof EngineError && error.kind === 'aborted')) throw error;
      cancelled = true;
    }
    const feed = images.texts && feedOf?.(images.texts);
    const thresholds = cancelled || images.texts ? [] : await this.thresholds(adapters, predictors, signal);
    if (!(feed instanceof TextFeed)) return { memory: on.memory(), predictions: columns, cancelled, thresholds };
    const { cut, most } = feed.lengths(textModel(model.net).language.tokens);
    return { memory: on.memory(), predictions: columns, cancelled, thresholds, cut: { texts: cut, most }, unknown: feed.unknown() };
  }

  /** The threshold of each adapter that is asked for it, set as that of an exported page: on pictures that its run was followed on. Found once for the files of a run. */
  private async thresholds(adapters: readonly TrySpec[], predictors: readonly Predictor[], signal: AbortSignal): Promise<TryResult['thresholds']> {
    const found: TryResult['thresholds'] = [];
    for (const [i, spec] of adapters.entries()) {
      const data = spec.sure && !this.sure.has(spec.id) ? (await this.host.tried(spec)).data : null;
      if (data) {
        const { pictures, split } = heldBack(data, spec);
        const answers: { probability: number; right: boolean }[] = [];
        const list: ImageList = { count: pictures.count, name: String, image: (k) => pictures.image(k) };
        try {
          for await (const [rows] of predictions([defined(predictors[i])], list, { topK: 1, signal })) for (const { name, top: [first] } of defined(rows)) if (first) answers.push({ probability: first.probability, right: first.label === data.classes[defined(pictures.labels[Number(name)])] });
        } catch (error) {
          if (!(error instanceof EngineError && error.kind === 'aborted')) throw error;
          return found;
        }
        this.sure.set(spec.id, answers.length > 0 ? thresholdOf(answers, split) : noThreshold);
      }
      const threshold = spec.sure && this.sure.get(spec.id);
      if (threshold) found.push({ key: spec.id, threshold });
    }
    return found;
  }

  /** Predictions for all images, or texts, a batch at a time. Throws DataError where a model takes the other kind. */
  private all(predictors: Predictor[], images: ImageList, feedOf: FeedOf | undefined, signal: AbortSignal): ReturnType<typeof predictions> {
    const { texts } = images;
    if (!texts && feedOf) throw new DataError('This model reads texts; type some, or choose a table of them.');
    if (!texts) return predictions(predictors, images, { topK: TOP_K, every: true, signal });
    if (!feedOf) throw new DataError('This model looks at pictures; choose some.');
    return textPredictions(predictors, texts, feedOf(texts), { topK: TOP_K, every: true, signal });
  }

  /** The model on the GPU with these adapters on it, and those `beside`; everything is opened anew on another device or for another model. */
  private async residentWith(model: LoadedModel, adapters: TrySpec[], files: (key: string) => Promise<SavedFile[]>, onEvent: (event: TryEvent) => void, signal: AbortSignal, { look, beside = [] }: { look?: Look; beside?: readonly string[] } = {}): Promise<Resident> {
    const device = await this.host.device();
    // What looks go on beside stays.
    const storages = adapters.map(storageOf);
    const other = beside.length === 0 && this.resident !== null && !storages.includes(this.resident.on.frozen_dtype);
    if (this.resident && (this.resident.model !== model || this.resident.on.lost || other)) {
      this.resident.on.free();
      this.resident = null;
    }
    for (const [i, adapter] of adapters.entries()) {
      if (signal.aborted) throw new DataError('Cancelled before the first picture.');
      const { id } = adapter;
      const frozen_dtype = defined(storages[i]);
      const texts = model.tokenizer ? [adapter.data, adapter.edits, adapter.train.templates] : [];
      const made = JSON.stringify([frozen_dtype, adapter.at, ...texts]);
      if (this.resident?.on.has(id) && this.made.get(id) === made && (!look || this.resident.on.looks(id, look))) continue;
      onEvent({ stage: 'adapter', name: adapter.name, done: i, total: adapters.length });
      try {
        const { loaded, ...how } = adapter.at === undefined ? await this.load(device, model, adapter, await files(id), signal) : await this.loadAt(device, model, adapter, adapter.at, () => files(id), signal);
        if (!this.resident) {
          const on = await Resident.open(device, model, loaded.adapted.model, { frozen_dtype, progress: (done, total) => onEvent({ stage: 'model', name: model.id, done, total }) });
          this.resident = { model, on };
        }
        await this.resident.on.add(id, loaded, { ...how, frozen_dtype, ...(look ? { look } : {}) });
        this.made.set(id, made);
      } catch (error) {
        throw error instanceof EngineError ? error : new DataError(`${adapter.name}: ${messageOf(error)}`);
      }
    }
    const { on } = this.resident!;
    const spare = on.keys().filter((key) => !beside.includes(key) && !adapters.some(({ id }) => id === key));
    for (const key of spare.slice(0, Math.max(0, spare.length - KEPT))) on.remove(key);
    return on;
  }

  private async load(device: Device, model: LoadedModel, spec: RunSpec, files: SavedFile[], signal: AbortSignal): Promise<{ loaded: Loaded } & How> {
    const { data } = await this.host.tried(spec);
    if (files.length === 0) return openBase(device, model, data, spec, signal);
    const tree = memoryTree(spec.name, new Map(files.map(({ path, bytes }) => [path, bytes])));
    const loaded = await openTrained(device, { spec, files, model, data }, { vision: true, signal });
    return { loaded, preprocess: (await readPreprocess(tree)) ?? model.preprocess };
  }

  /** The same between the pretrained model and the trained one: as a model whose weights lie there. Its update is kept until that of another is asked for. */
  private async loadAt(device: Device, model: LoadedModel, spec: TrySpec, at: number, files: () => Promise<SavedFile[]>, signal: AbortSignal): ReturnType<Tryout['load']> {
    const of = JSON.stringify([spec.id, spec.data, spec.edits, spec.train.templates]);
    if (this.update?.of !== of || this.update.model !== model) {
      this.update = null;
      const { loaded, ...how } = await this.load(device, model, spec, await files(), signal);
      this.update = { of, model, loaded, how, update: await updateOf(device, model, loaded, signal) };
    }
    const { loaded, how, update } = this.update;
    return { ...how, loaded: { adapted: new Adapted(loaded.adapted.model, FROZEN), values: await weightsAt(model, loaded, update, at), hasHead: loaded.hasHead } };
  }
}

/** Storage of weights on the GPU, as in training, since there may be no memory for more. Weights between two models are not packed into few bits, in which a small step would be lost. */
function storageOf({ train, at }: TrySpec): FrozenDtype {
  const { frozen_dtype } = keptTrain(train);
  return at === undefined || frozen_dtype === 'f32' ? frozen_dtype : 'f16';
}

/** Labels of images or texts, in words; null where words have a class each. */
function truthsOf(data: Dataset, split: Split): string[] | null {
  if (hasClasses(data)) return Array.from(split.labels, (label) => defined(data.classes[label]));
  const numbers = Array.from({ length: split.count }, (_, i) => split.text!(i).number);
  return numbers.every((number) => number !== undefined) ? numbers.map(String) : null;
}

const pairOf = ({ first, second }: TextRow): { first: string; second: string | null } => ({ first, second });

/** A split whose texts go by their own words. */
const namedTexts = (split: Split): Split => ({ ...split, name: (i) => Object.values(pairOf(split.text!(i))).filter(Boolean).join(' | ').slice(0, LETTERS) });

/** Texts, or pairs of texts, as they were typed. Throws DataError where there is none. */
function typedTexts(typed: readonly TextRow[]): Split {
  const rows = typed.filter(({ first }) => first.trim() !== '');
  if (rows.length === 0) throw new DataError('Type a sentence first.');
  return namedTexts(textsOf(rows));
}

const namesOf = (images: ImageList): string[] => Array.from({ length: images.count }, (_, i) => images.name(i));

async function pictureOf(images: ImageList, i: number): Promise<Picture | null> {
  try {
    return { label: -1, ...smallPicture(await images.image(i)) };
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}
