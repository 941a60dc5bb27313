import { applyEdits, noEdits, parseEdits, type Edited, type Edits } from '../data/edits';
import { acrossOf, checkHealth, unreadableNames, withoutNames, type Health, type Twins } from '../data/health';
import { hasClasses, isContinuations, isTextData, readingOf } from '../data/kinds';
import type { TextReading } from '../data/reading.meta';
import { resize } from '../data/resize';
import { DataError, type Dataset, type RgbImage, type Split, type Unlabelled } from '../data/source';
import { nameOf, perClass } from '../data/split';
import { defined } from '../numbers/defined';
import type { ClassPictures, DataInfo, Excerpt, Picture, Sample } from './protocol';

/** Images of each split that are decoded before a set is offered. */
const LOOKED = 4;
/** Longest edge of a picture for the page, in pixels. */
const EDGE = 96;
const PICTURES = 200;
/** Letters, and words, of a text for the page. */
const [LETTERS, WORDS] = [400, 80];

/** Reads the files of a data set: by what they say, or texts as they are asked for. */
export type Read = (reading?: TextReading) => Promise<Dataset>;

/** A set that the worker holds open: as it was found, without what cannot be read, and as edited. */
export class OpenSet {
  /** Names of images that a check could not read. */
  private unreadable: ReadonlySet<string> = new Set();
  /** Twins in different splits that a check found, of what and in which split. */
  private looked: { of: Dataset; split: string; twins: readonly Twins[] } | null = null;
  private edits: Edits = noEdits;
  /** Data that the edits apply to: texts may be read otherwise than they were found. */
  private now: Dataset;
  private warnings: string[] = [];
  private places: Map<string, [Split, number]> | null = null;
  private checking: { abort: AbortController; done: Promise<Health> } | null = null;
  private readonly readings = new Map<string, Promise<Dataset>>();

  private constructor(
    readonly id: string,
    private found: Dataset,
    private readonly read: Read,
    private readonly builtin: boolean,
  ) {
    this.now = found;
  }

  /** Looks at a few images; throws DataError when none of them can be read. */
  static async open(id: string, read: Read, builtin: boolean): Promise<OpenSet> {
    const found = await read();
    const set = new OpenSet(id, found, read, builtin);
    const { warnings, failures, looked } = await checkHealth(found, { limit: builtin || found.train.text ? 0 : LOOKED });
    if (looked > 0 && failures.length === looked) throw new DataError(`None of ${looked} images of ${found.title} that were looked at can be read: ${defined(failures[0]).reason}`);
    set.warnings = warnings;
    return set;
  }

  /** Unlabelled pictures beside the set; none before `takePool`. */
  get pool(): Unlabelled {
    return this.found.unlabelled ?? { count: 0, name: String, image: () => Promise.reject(new DataError('There is no such picture.')) };
  }

  /** Takes unlabelled pictures in place of those before. */
  takePool(unlabelled: Unlabelled): void {
    const found = { ...this.found, unlabelled };
    if (this.looked?.of === this.found) this.looked = { ...this.looked, of: found };
    if (this.now === this.found) this.now = found;
    [this.found, this.places] = [found, null];
  }

  /** One of these pictures for the page, at most `edge` pixels on its longer edge; null where it cannot be read, or is not there. */
  async poolPicture(name: string, edge: number): Promise<Picture | null> {
    const { pool } = this;
    for (let i = 0; i < pool.count; i++) if (pool.name(i) === name) return pictureOf({ ...pool, labels: new Uint16Array(pool.count) }, i, edge);
    return null;
  }

  /** The set as it was found, or its texts as they are to be read. Each reading is made once. Throws DataError. */
  as(reading: TextReading = {}): Promise<Dataset> {
    const usual = readingOf(this.found);
    if (!usual || includes(usual, reading)) return Promise.resolve(this.found);
    const key = JSON.stringify(reading);
    const made = this.readings.get(key) ?? this.read(reading);
    this.readings.set(key, made);
    // A second try may succeed.
    made.catch(() => this.readings.delete(key));
    return made;
  }

  /** The set with these edits, its texts read as a run says, or as the edits do. Throws DataError when nothing can be learned from it. */
  async with(edits: unknown, reading?: TextReading): Promise<Dataset> {
    const parsed = parseEdits(edits ?? noEdits);
    const of = await this.as(reading ?? parsed.read);
    const { dataset } = this.edited(parsed, of);
    const { looked } = this;
    return looked?.of === of && looked.split === JSON.stringify(parsed.split) ? { ...dataset, twins: looked.twins } : dataset;
  }

  /** Parted first, over all images, so that one that cannot be read moves no other. */
  private edited(edits: Edits, of: Dataset): Edited {
    const parted = applyEdits(of, { ...noEdits, split: edits.split });
    const { dataset, unused } = applyEdits(withoutNames(parted.dataset, this.unreadable), { ...edits, split: null });
    return { dataset, unused: [...parted.unused, ...unused] };
  }

  /** Takes edits for `info` and `samples`; on an error the ones before stay. */
  async edit(edits: unknown): Promise<DataInfo> {
    const parsed = parseEdits(edits);
    const now = await this.as(parsed.read);
    this.edited(parsed, now);
    if (now !== this.now) {
      this.cancel();
      [this.now, this.unreadable, this.places] = [now, new Set(), null];
    }
    this.edits = parsed;
    await this.count();
    return this.info();
  }

  info(): DataInfo {
    const { dataset: data, unused } = this.edited(this.edits, this.now);
    const n = hasClasses(this.now) ? data.classes.length : 0;
    const per = (split: Split) => (n > 0 ? perClass(split, n) : []);
    const reading = readingOf(this.now);
    return {
      id: this.id,
      title: data.title,
      classes: data.classes,
      all_classes: hasClasses(this.now) ? this.now.classes : [],
      train: data.train.count,
      val: data.val?.count ?? 0,
      test: data.test.count,
      seeded: data.seeded === true,
      train_per_class: per(data.train),
      ...(data.val && { val_per_class: per(data.val) }),
      test_per_class: per(data.test),
      licence: data.licence,
      source: data.source,
      builtin: this.builtin,
      ...(data.side && { side: data.side }),
      warnings: [...this.warnings, ...unused],
      ...(reading && { texts: { reading, labels: isTextData(this.now) ? this.now.labels : null, table: isTextData(this.now) || isContinuations(this.now) ? this.now.table : null } }),
    };
  }

  /** Looks at every image, anew at each call, which ends one that is going on. Throws the reason of `cancel`. */
  async check(progress: (done: number, total: number) => void): Promise<Health> {
    this.cancel();
    const abort = new AbortController();
    // In the parts as they are now: which copies are in training and test depends on them.
    const { now, edits } = this;
    const parted = applyEdits(now, { ...noEdits, split: edits.split }).dataset;
    const checking = { abort, done: checkHealth(parted, { signal: abort.signal, progress }) };
    this.checking = checking;
    try {
      const health = await checking.done;
      this.looked = { of: now, split: JSON.stringify(edits.split), twins: acrossOf(health).pairs };
      this.unreadable = unreadableNames(parted, health);
      await this.count();
      return health;
    } finally {
      if (this.checking === checking) this.checking = null;
    }
  }

  /** Finds what the health itself does not list: the sentences on counts, of what is used. */
  private async count(): Promise<void> {
    this.warnings = (await checkHealth(this.edited(this.edits, this.now).dataset, { limit: 0 })).warnings;
  }

  cancel(): void {
    this.checking?.abort.abort(new DataError('The check was cancelled.'));
  }

  /** Waits for a check that is going on, so that a run does not meet what it is about to leave out. */
  async settled(): Promise<void> {
    await this.checking?.done.catch(() => {});
  }

  /** The first readable training images of each class, with the labels as edited; disabled classes too. */
  async samples(count: number): Promise<Sample[]> {
    const { dataset } = this.edited({ ...this.edits, disabled_classes: [] }, this.now);
    const most = Math.max(0, Math.min(24, count));
    // What has no classes is not drawn by them.
    if (!hasClasses(dataset)) return Promise.all(Array.from({ length: Math.min(most, dataset.train.count) }, async (_, i) => (await sampleOf([dataset.train, i], dataset.classes))!));
    const left = dataset.classes.map(() => most);
    const out: Sample[] = [];
    for (let i = 0; i < dataset.train.count && left.some((n) => n > 0); i++) {
      const label = defined(dataset.train.labels[i]);
      if (!left[label]) continue;
      const picture = await sampleOf([dataset.train, i], dataset.classes);
      if (!picture) continue;
      left[label]--;
      out.push(picture);
    }
    return out;
  }

  /** Names of the images of a class with the labels as edited; those that are left out, or cannot be read, as well. */
  ofClass(label: number): ClassPictures {
    const { dataset } = applyEdits(this.now, { ...this.edits, disabled: [], disabled_classes: [] });
    const of = (split?: Split) => (split ? [...split.labels.keys()].filter((i) => split.labels[i] === label).map((i) => nameOf(split, i)) : []);
    const [train, val, test] = [of(dataset.train), of(dataset.val), of(dataset.test)];
    return { names: [...train, ...val, ...test], counts: { train: train.length, val: val.length, test: test.length } };
  }

  /** The first images of these names, in their order. */
  async pictures(names: string[]): Promise<(Sample | null)[]> {
    const { train, val, test, unlabelled } = this.now;
    const pool = unlabelled && { ...unlabelled, labels: new Uint16Array(unlabelled.count) };
    this.places ??= new Map([train, val, test, pool].flatMap((split) => (split ? Array.from({ length: split.count }, (_, i) => [nameOf(split, i), [split, i]] as [string, [Split, number]]) : [])));
    const out: (Sample | null)[] = [];
    for (const name of names.slice(0, PICTURES)) {
      const place = this.places.get(name);
      out.push(place ? await sampleOf(place, this.now.classes) : null);
    }
    return out;
  }
}

/** True where a reading says nothing that the other does not. */
const includes = (usual: object, asked: object): boolean =>
  Object.entries(asked).every(([name, value]) => {
    const own = (usual as Record<string, unknown>)[name];
    return value === undefined || value === own || (value === '' && own === undefined) || (typeof value === 'object' && typeof own === 'object' && own !== null && includes(own, value as object));
  });

/** A picture, or a text, for the page. */
const sampleOf = async ([split, i]: readonly [Split, number], classes: readonly string[]): Promise<Sample | null> => (split.text ? excerptOf(split, i, classes) : pictureOf(split, i));

/** A text for the page, as long as anybody reads there. */
function excerptOf(split: Split, i: number, classes: readonly string[]): Excerpt {
  const { first, second, number, words, tags } = split.text!(i);
  return {
    label: defined(split.labels[i]),
    first: first.slice(0, LETTERS),
    second: second?.slice(0, LETTERS) ?? null,
    ...(number !== undefined && { number }),
    ...(words && tags && { words: words.slice(0, WORDS).map((word, w) => ({ word, label: defined(classes[defined(tags[w])]) })) }),
  };
}

async function pictureOf(split: Split, i: number, edge = EDGE): Promise<Picture | null> {
  try {
    return { label: defined(split.labels[i]), ...smallPicture(await split.image(i), edge) };
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}

/** An image for the page, at most so many pixels on its longest edge; 96 when left out. */
export function smallPicture(image: RgbImage, edge = EDGE): Omit<Picture, 'label'> {
  const shrink = edge / Math.max(image.width, image.height);
  const small = shrink < 1 ? resize(image, Math.max(1, Math.round(image.width * shrink)), Math.max(1, Math.round(image.height * shrink)), 'bilinear') : image;
  return wholePicture(small);
}

/** An image for the page as it is. */
export function wholePicture({ width, height, data }: RgbImage): Omit<Picture, 'label'> {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let p = 0; p < width * height; p++) for (let c = 0; c < 3; c++) rgba[4 * p + c] = defined(data[3 * p + c]);
  return { width, height, rgba };
}
