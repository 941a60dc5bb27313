import type { LayerIntruders } from '../adapters/intruders.meta';
import type { BlockOutput } from '../models/model';
import type { Answers, RunSpec } from '../train/protocol';

/** Inputs and results of the analyses of trained runs, as plain data that crosses between page, worker and files. */

/** A state of a run on its way: its trainables as a safetensors file, by label. */
export interface Snapshot {
  step: number;
  bytes: Uint8Array;
}

/** A run that is analysed, as people know it. */
export interface AnalysedRun {
  id: string;
  name: string;
  method: string;
  spec: RunSpec;
  /** Of its weights, where the run is not kept beside and training went on from there. */
  step?: number;
}

export type AnalysedSplit = 'train' | 'val' | 'test';

/** Mean cross entropy and top-1 (0 to 1); NaN where the loss is not finite. */
export interface Measured {
  loss: number;
  accuracy: number;
}

export interface LandscapeSpec {
  /** Points a side. */
  grid: number;
  /** Half open: the points are x[0] + i (x[1] - x[0]) / grid. */
  x: [number, number];
  y: [number, number];
  /** Most images of each split. */
  images: number;
  /** `val` is what the runs are followed on: held-back images, or the test images where nothing is held back. */
  splits: ('train' | 'val')[];
  /** Points of the straight line between two runs, both ends among them; 0 draws none. */
  line: number;
  /** Decides which images are taken. */
  seed: number;
}

/** One set of images, and everything that was measured on it. */
export interface LandscapeSet {
  split: AnalysedSplit;
  /** Images that were used, and those that the split has. */
  images: number;
  of: number;
  /** (grid * grid), row j (y) times `grid` plus column i (x); NaN where nothing was measured yet. */
  loss: Float32Array;
  accuracy: Float32Array;
  corners: Measured[];
  /** The pretrained state, with a new head at zero. */
  pretrained: Measured | null;
}

/** A straight line between two runs. */
export interface LandscapeLine {
  from: number;
  to: number;
  /** Length, as a norm of differences of weights. */
  length: number;
  /** For each set, points in order; 0 to 1 along the line. */
  t: number[];
  sets: { loss: number[]; accuracy: number[]; barrier: number; at: number }[];
}

export interface PathPoint {
  step: number;
  /** Place on the plane, by orthogonal projection. */
  x: number;
  y: number;
  /** Distance from the plane, and from the pretrained state. */
  residual: number;
  distance: number;
  /** Of the weights themselves, not of the surface under them; one for each set. */
  measured: Measured[];
}

/** Lengths and angles of what was composed, weights and heads together. */
export interface Geometry {
  /** Norm of each run's delta from the pretrained state, and the head's part of it. */
  norms: number[];
  head_norms: number[];
  /** Distance of each run from each. */
  distances: number[][];
  /** Cosine of the angle between the deltas. */
  cosines: number[][];
}

export interface Plane {
  /** Length of one unit along x and y, and the cosine of the angle between the axes. */
  unit_x: number;
  unit_y: number;
  cosine: number;
  /** Place of the pretrained state, and its distance from the plane. */
  pretrained: { x: number; y: number; residual: number; distance: number };
}

/** A loss landscape: the plane through three runs (0, 0), (0.5, 1), (1, 0), or the line between two. */
export interface Landscape {
  format: 'fullrank-landscape';
  version: 1;
  runs: AnalysedRun[];
  spec: LandscapeSpec;
  geometry: Geometry;
  /** Null with two runs. */
  plane: Plane | null;
  sets: LandscapeSet[];
  lines: LandscapeLine[];
  paths: { run: number; points: PathPoint[] }[];
  /** Points of the grid that were measured. */
  measured: number;
  complete: boolean;
  seconds: number;
  /** Sentences that a reader must know. */
  notes: string[];
}

export type LandscapeEvent =
  /** Models are opened and put on the GPU. */
  | { type: 'opening'; done: number; total: number }
  /** Everything known before the first measurement; numbers are NaN. */
  | { type: 'start'; landscape: Landscape }
  | { type: 'progress'; stage: 'corners' | 'paths' | 'lines' | 'grid'; /** Stride of the level of the grid. */ stride: number; done: number; total: number; seconds_left: number }
  /** Points of the grid since the last event: index, and loss and accuracy of each set. */
  | { type: 'points'; points: { index: number; measured: Measured[] }[] }
  /** Anything else that has changed. */
  | { type: 'parts'; sets: Pick<LandscapeSet, 'corners' | 'pretrained'>[]; lines: LandscapeLine[]; paths: Landscape['paths'] };

export interface InsideSpec {
  /** Most images that activations are taken of. */
  images: number;
  seed: number;
  /** A data set of the model's original task, where one is open: forgetting is measured on its test images. */
  original?: string;
  /** Largest directions of each layer that are looked at for intruders; none are where it is left out or 0. */
  intruders?: number;
  /** Leaves intruders out where finding them is expected to take more seconds. */
  intruder_seconds?: number;
}

/** Update of one layer by one run. */
export interface LayerUpdate {
  layer: string;
  shape: [number, number];
  /** Frobenius norm of the update, and relative to the pretrained weight. */
  norm: number;
  relative: number;
  /** Singular values, largest first. */
  singular: Float32Array;
  /** Those above max(shape) * 2^-23 times the largest: the numerical rank in f32. */
  rank: number;
  /** norm^2 / largest^2. */
  stable_rank: number;
}

export interface Inside {
  format: 'fullrank-inside';
  version: 1;
  runs: AnalysedRun[];
  spec: InsideSpec;
  /** Images that activations were taken of, and tokens of each. */
  images: number;
  tokens: number;
  split: AnalysedSplit;
  /** Updates by run; layers that a run left as they were are not there. */
  updates: LayerUpdate[][];
  /** The same of their largest directions, where these were looked at. */
  intruders?: LayerIntruders[][];
  geometry: Geometry;
  /** Cosines between the updates of each pair of runs that both changed a layer. */
  angles: { layer: string; a: number; b: number; cosine: number }[];
  outputs: BlockOutput[];
  /** Index of the fully fine-tuned run; null when there is none. */
  reference: number | null;
  /** Linear CKA by run and output: with the reference (empty without one), and with the pretrained model. */
  cka: number[][];
  pretrained: number[][];
  /** The original task: accuracy and loss of the checkpoint's own head, before and after; null when it could not be measured. */
  original: { data: string; images: number; classes: number; before: Measured; after: Measured[] } | null;
  complete: boolean;
  seconds: number;
  /** As in a landscape. */
  notes: string[];
}

export type InsideEvent = { stage: 'open' | 'spectrum' | 'intruders' | 'activations' | 'original'; done: number; total: number; seconds_left: number };

export interface AlongSpec {
  /** From the pretrained weights (0) to the trained ones (1), or from a run without its intruder dimensions (0) to the run as it is (1). */
  what: 'base' | 'intruders';
  /** Places on the way, 0 to 1. */
  at: number[];
  /** Most test images. */
  images: number;
  seed: number;
  /** As of `InsideSpec`. */
  original?: string;
  /** What counts as an intruder: below this |cosine|, among so many of a layer's largest directions. */
  epsilon: number;
  top: number;
}

/** One place on the way, measured on test images; `accuracy` as in `Measured`. */
export interface AlongPoint extends Measured {
  at: number;
  /** 1 - CKA of the last block's MLP with the pretrained model, on the same images. */
  drift: number;
  /** The model's own head on the original task. */
  original?: Measured;
  /** Which images were right. */
  answers?: Answers;
}

/** Of one run: accuracy and forgetting along a line. */
export interface Along {
  format: 'fullrank-along';
  version: 1;
  runs: AnalysedRun[];
  spec: AlongSpec;
  /** Test images that were used, and those that there are. */
  images: number;
  of: number;
  points: AlongPoint[];
  /** Layers with intruder dimensions, where these are scaled. */
  intruders: { layer: string; count: number }[] | null;
  original: { data: string; images: number; classes: number } | null;
  complete: boolean;
  seconds: number;
  notes: string[];
}

export type AlongEvent = { stage: 'open' | 'intruders' | 'points'; done: number; total: number; seconds_left: number };

/** Files of a run's adapter, and its states on the way, which the worker asks the page for. */
export interface RunFiles {
  files: { path: string; bytes: Uint8Array }[];
  snapshots: Snapshot[];
}

/** The analyses as the page calls them. Errors carry one sentence for people. One goes on at a time; none while a run does. */
export interface AnalysisWorker {
  /** Measures a landscape; resolves with what is there when it has been cancelled after its start. */
  landscape(runs: RunSpec[], spec: LandscapeSpec, files: (run: string) => Promise<RunFiles>, onEvent: (event: LandscapeEvent) => void): Promise<Landscape>;
  /** Looks into what the runs did to the model. Rejects when it is cancelled. */
  inside(runs: RunSpec[], spec: InsideSpec, files: (run: string) => Promise<RunFiles>, onEvent: (event: InsideEvent) => void): Promise<Inside>;
  /** Looks for intruder dimensions among the `top` largest directions of each layer, by run, as `inside` does where that is quick. Rejects when it is cancelled. */
  intruders(runs: RunSpec[], top: number, files: (run: string) => Promise<RunFiles>, onEvent: (event: InsideEvent) => void): Promise<LayerIntruders[][]>;
  /** Measures a run along its update: accuracy and forgetting. Rejects when it is cancelled. */
  along(run: RunSpec, spec: AlongSpec, files: (run: string) => Promise<RunFiles>, onEvent: (event: AlongEvent) => void): Promise<Along>;
  /** Ends what goes on at its next measurement. */
  cancelAnalysis(): void;
}
