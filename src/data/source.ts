import { FullrankError } from '../errors/errors';
import type { Message } from '../io/chatTemplate';
import type { FileTree } from '../io/fileTree';
import type { Twins } from './health';

/** An RGB image of 8 bits a channel, rows from the top, channels last: `data.length === height * width * 3`. */
export interface RgbImage {
  width: number;
  height: number;
  data: Uint8Array;
}

/** A labelled text, or two: of a set of texts. */
export interface TextRow {
  first: string;
  second: string | null;
  /** The words of `first`, and the class of each, of a set whose words have classes. */
  words?: string[];
  tags?: number[];
  /** Its label, if that is a number and no class. */
  number?: number;
  /** Of a text that goes on in one of several ways, of which `second` is the right one: all of them in order, how many letters of each are the choice itself, and the place of the right one. */
  choices?: { all: readonly string[]; letters: readonly number[]; right: number };
  /** Of a chat: its turns, of which `first` is what is asked and `second` the rest. */
  messages?: readonly Message[];
}

/** Labelled images that can be read one at a time. `labels[i]` indexes the dataset's `classes`. */
export interface Split {
  readonly count: number;
  readonly labels: Uint16Array;
  /** Decodes image `i`. Throws a DataError naming the image when it cannot be decoded. */
  image(i: number): RgbImage | Promise<RgbImage>;
  /**
   * Name of image `i`, unique within its dataset and the same at the next opening, in whatever order the images stand:
   * the path of its file, or its place and a hash of its pixels. Comes from outside: never HTML, never a path.
   */
  name?(i: number): string;
  /** Row `i` of a set of texts, which has no images. */
  text?(i: number): TextRow;
}

/** Pictures without a label; their names are none of the set's own. */
export type Unlabelled = Pick<Split, 'count' | 'image'> & { name(i: number): string };

/** A named set of labelled images with a training and a test split, and a validation split where it brings one. */
export interface Dataset {
  name: string;
  title: string;
  classes: string[];
  licence: string;
  source: string;
  /** Longer edge of its pictures in pixels, where its description says so. */
  side?: number;
  train: Split;
  val?: Split;
  test: Split;
  /** Pictures without a label that a person brought beside it: those that edits give one are trained on. */
  unlabelled?: Unlabelled;
  /** True when the set brings no split of its own: train and test were parted here, by a seed. */
  seeded?: boolean;
  /** Twins in different splits, where all images were looked at. */
  twins?: readonly Twins[];
  /** Sentences for people about what was left out on opening, and why. */
  notes?: string[];
}

/** Bad data from outside; the message is one sentence for the person who chose the data. */
export class DataError extends FullrankError {
  override name = 'DataError';
}

/**
 * A way to get datasets. One file per source under `data/`, one line in `data/index.ts`.
 * `open` receives files by relative path, so the same source serves a folder on disk (Node), dropped files (page)
 * and the bundled sets (fetch).
 */
export interface DataSource {
  /** Unique key, e.g. `safetensors-pair`. */
  name: string;
  /** One line of help. */
  help: string;
  /** True when the listed relative paths look like something this source can open. */
  accepts(paths: string[]): boolean;
  open(files: FileTree): Promise<Dataset>;
}
