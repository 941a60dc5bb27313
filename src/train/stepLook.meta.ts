import type { Picture } from './protocol';

/** One training step, looked into: what the page shows of the model, of a layer, and of the numbers in it. Nothing in it depends on time. */

/** Amounts of one phase of a part of the model. */
export interface StepFacts {
  dispatches: number;
  /** Multiply-adds of the products of layers; attention's own, norms and the like are left out. */
  work: number;
  /** Bytes of weights, bases and trained tensors that are read. */
  weights: number;
  /** Bytes of what is written. */
  written: number;
}

/** A part of the model: what is before its blocks, a block, or what is behind them. */
export interface StepPart {
  /** Number of the block. */
  block: number | null;
  /** Shape of what it hands on. */
  shape: readonly number[];
  forward: StepFacts;
  backward: StepFacts;
}

/** A tensor that a dispatch binds. */
export interface StepTensor {
  binding: string;
  label: string;
  shape: readonly number[];
  dtype: string;
  /** What it is: a frozen weight, a base, a trained tensor, its gradient, or what lasts for this step. */
  role: string;
}

export interface StepDispatch {
  /** Place in the recorded program. */
  index: number;
  phase: 'forward' | 'backward';
  label: string;
  kernel: string;
  /** Name of the form that this device takes, where there are several. */
  form?: string;
  grid: readonly [number, number, number];
  /** Invocations of a workgroup. */
  workgroup: readonly number[];
  reads: readonly StepTensor[];
  writes: readonly StepTensor[];
  /** Its text, by key of `StepLook.sources`. */
  source: string;
}

/** Rows (tokens, width) of the first picture. */
export interface StepRows {
  width: number;
  values: Float32Array;
}

/** A trained tensor of a layer. */
export interface StepTrained {
  name: string;
  shape: readonly number[];
  /** Lengths of its values and of their gradient: roots of the sums of squares. */
  norm: number;
  gradient: number;
}

export interface StepLayer {
  name: string;
  in: number;
  out: number;
  /** The update runs beside the weight, or is added to it first. */
  form: 'streamed' | 'merged';
  /** Layers whose dispatches these are too: they run as one. */
  together: readonly string[];
  trained: readonly StepTrained[];
  dispatches: readonly StepDispatch[];
  /** What flows in. */
  x: StepRows;
  /** What flows out: x Wᵀ + b, the update, and what is added where the result is written. */
  y: StepRows;
  /** What is added there, where anything is. */
  residual: StepRows | null;
  /** The update's part of it. */
  update: StepRows;
  /** Gradient of the loss by what flows out. */
  gradient: StepRows;
}

/** A kernel as this device runs it. */
export interface StepSource {
  entry: 'main';
  text: string;
  /** Values of overrides that are set when it is compiled. */
  constants: Readonly<Record<string, number>>;
}

export interface StepLook {
  /** Number of the step, from 1. */
  step: number;
  loss: number;
  batch: number;
  tokens: number;
  /** WebGPU runs the WGSL; else it is what the processor's kernels were compiled from. */
  processor: boolean;
  parts: readonly StepPart[];
  /** Dispatches of the whole step, and those of them that change the weights. */
  dispatches: number;
  update: number;
  /** Layers with an adapter, each with the number of its block. */
  layers: readonly { name: string; block: number }[];
  layer: StepLayer;
  sources: Readonly<Record<string, StepSource>>;
  /** The picture whose tokens the rows are, and its class. */
  picture: Picture;
  label: string;
  /** Patches of a row of the picture; the first tokens besides are no patches. */
  side: number;
  /** Tokens in front of the patches. */
  before: number;
}

/** The number of the step, from 1, and the name of a layer with an adapter; the first where it is empty. */
export interface StepAsked {
  step: number;
  layer: string;
}
