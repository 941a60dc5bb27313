/**
 * Purpose of bytes; `merged` is weights with their update added, made once a step for several micro-batches, and `texts` what is
 * made once a step from the classes' texts. The names are
 * stable: the page, run.json and `fullrank plan` show them as they are.
 */
export type Role = 'frozen' | 'bases' | 'merged' | 'texts' | 'param' | 'grad' | 'state' | 'temp' | 'input' | 'output' | 'uniform' | 'staging';
export type BytesByRole = Partial<Record<Role, number>>;

/**
 * f16 tensors hold two halves per u32, so that reading them needs no `shader-f16`. q8 holds frozen weights in blocks of 32:
 * a scale and 32 codes of 8 bits, nine words; nf4 in blocks of 64 codes of 4 bits, nine words too. Fixed random bases may also be bf16 (two upper halves of f32 per u32), ternary
 * (16 codes of two bits per u32 behind one scale) or generated (a scale and a key: kernels make the codes).
 */
export type DType = 'f32' | 'f16' | 'q8' | 'nf4' | 'u32' | 'bf16' | 'ternary' | 'generated';

/** The parallel flat arrays of the trainable parameters, the last where their average is kept: same offsets in each. */
export type FlatName = 'param' | 'grad' | 'm' | 'v' | 'average';

/** Bytes that live together. A tensor is a shape over a storage; views share it. */
export interface Storage {
  readonly id: number;
  readonly label: string;
  readonly role: Role;
  readonly bytes: number;
  /** Place inside a flat array of parameters, when it has one. Filled in by `FlatLayout.seal`. */
  flat?: { name: FlatName; chunk: number; offset: number };
  /**
   * Bytes of another storage, from `offset` on: a slice of a tensor that is too large for one binding (`Recorder.rows`),
   * or a member of a stack (`Recorder.stack`).
   */
  readonly part?: { of: Storage; offset: number };
  /** Labels of a stack's members, in order. */
  readonly members?: readonly string[];
}

/** A symbolic array: nothing is allocated until the program that mentions it is planned and compiled. */
export interface Tensor {
  readonly storage: Storage;
  readonly label: string;
  /** Row-major. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly role: Role;
  /** Values that come from outside are those of an array of this shape, of which this is the first corner. */
  readonly cornerOf?: readonly number[];
  /** True when a gradient must flow here: trainable parameters and everything computed from them. */
  readonly requiresGrad: boolean;
}

/** Values that are known before anything runs. Those that are many are made when they are uploaded or written: a plan asks for their shape alone. */
export type Constant = Float32Array | Uint32Array | (() => Float32Array);

/** The values themselves. */
export const constantValues = (constant: Constant): Float32Array | Uint32Array => (typeof constant === 'function' ? constant() : constant);

/** Number of elements of a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

/** Bytes of a tensor of this shape and type; what is packed is padded to whole u32 words, q8 and nf4 to whole blocks. */
export function bytesOf(shape: readonly number[], dtype: DType): number {
  const n = sizeOf(shape);
  if (dtype === 'q8') return Math.ceil(n / 32) * 36;
  if (dtype === 'nf4') return Math.ceil(n / 64) * 36;
  if (dtype === 'generated') return 8;
  if (dtype === 'ternary') return 4 + Math.ceil(n / 16) * 4;
  return Math.max(4, dtype === 'f16' || dtype === 'bf16' ? Math.ceil(n / 2) * 4 : n * 4);
}

/** Rows of a tensor seen as a matrix whose columns are its last dimension. */
export const rowsOf = (t: Tensor): number => sizeOf(t.shape.slice(0, -1));

/** Last dimension. */
export const lastOf = (t: Pick<Tensor, 'shape'>): number => t.shape[t.shape.length - 1] ?? 1;
