import { defined } from '../numbers/defined';
import { randn } from './numbers';

/** A weight by name, shape and values. */
export interface Weight {
  shape: number[];
  data: Float32Array;
}

/** Weights of one block, matrices as (in, out). */
export interface BlockWeights {
  ln1G: Weight; ln1B: Weight; qkvW: Weight; qkvB: Weight; projW: Weight; projB: Weight;
  ln2G: Weight; ln2B: Weight; fc1W: Weight; fc1B: Weight; fc2W: Weight; fc2B: Weight;
}

export interface VitWeights {
  patchW: Weight; patchB: Weight; cls: Weight; pos: Weight; normG: Weight; normB: Weight; headW: Weight; headB: Weight;
  blocks: BlockWeights[];
}

/** The training step that all libraries take: every weight, by Adam. */
export const VIT = { image: 32, patch: 4, dim: 192, depth: 6, heads: 3, mlp: 768, batch: 32, classes: 10 };
export const ADAM = { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 };
/** Losses of its first steps: PyTorch 2.6 on the CPU, the same weights and images, torch.optim.Adam. */
export const VIT_LOSSES = [2.32673, 2.32374, 2.02045, 1.7688, 1.31213, 1.13655];

/** A block of ViT-B/32 at 224 pixels. */
export const BLOCK = { tokens: 50, dim: 768, heads: 12, mlp: 3072, batch: 32 };
export const EPS = 1e-6;

/** Numbers by seed in the order of asking. */
function maker(firstSeed: number) {
  let seed = firstSeed;
  const size = (shape: number[]) => shape.reduce((a, b) => a * b, 1);
  return {
    normal: (...shape: number[]): Weight => ({ shape, data: randn(size(shape), 0.02, seed++) }),
    filled: (value: number, ...shape: number[]): Weight => ({ shape, data: new Float32Array(size(shape)).fill(value) }),
  };
}

function block({ normal, filled }: ReturnType<typeof maker>, D: number, mlp: number): BlockWeights {
  return {
    ln1G: filled(1, D), ln1B: filled(0, D), qkvW: normal(D, 3 * D), qkvB: filled(0, 3 * D), projW: normal(D, D), projB: filled(0, D),
    ln2G: filled(1, D), ln2B: filled(0, D), fc1W: normal(D, mlp), fc1B: filled(0, mlp), fc2W: normal(mlp, D), fc2B: filled(0, D),
  };
}

/** Start weights of the ViT; the order of seeds is part of the definition. */
export function vitWeights(c = VIT): VitWeights {
  const make = maker(1);
  const { normal, filled } = make;
  const D = c.dim;
  const first = { patchW: normal(c.patch ** 2 * 3, D), patchB: filled(0, D), cls: normal(1, 1, D), pos: normal(1, (c.image / c.patch) ** 2 + 1, D) };
  const last = { normG: filled(1, D), normB: filled(0, D), headW: normal(D, c.classes), headB: filled(0, c.classes) };
  return { ...first, ...last, blocks: Array.from({ length: c.depth }, () => block(make, D, c.mlp)) };
}

/** Images cut into patches, (B, T, P) with P = patch * patch * 3, and labels. */
export function vitBatch(c = VIT): { x: Weight; y: Int32Array } {
  const shape = [c.batch, (c.image / c.patch) ** 2, c.patch ** 2 * 3];
  return { x: { shape, data: randn(defined(shape[0]) * defined(shape[1]) * defined(shape[2]), 1, 777) }, y: Int32Array.from({ length: c.batch }, (_, i) => i % c.classes) };
}

/** Weights and input (B, T, D) of the block. */
export const blockWork = (c = BLOCK): { weights: BlockWeights; x: Weight } => ({
  weights: block(maker(5), c.dim, c.mlp),
  x: { shape: [c.batch, c.tokens, c.dim], data: randn(c.batch * c.tokens * c.dim, 1, 9) },
});

/** Arithmetic of blocks on B images of T tokens. */
export const blockFlop = ({ batch, tokens, dim: D, mlp }: { batch: number; tokens: number; dim: number; mlp: number }): number =>
  2 * batch * tokens * (4 * D * D + 2 * D * mlp) + 4 * batch * tokens * tokens * D;

/** Arithmetic of a training step, which is three forwards. */
export function vitFlop(c = VIT): number {
  const patches = (c.image / c.patch) ** 2;
  return 3 * (c.depth * blockFlop({ ...c, tokens: patches + 1 }) + 2 * c.batch * (patches * c.patch ** 2 * 3 + c.classes) * c.dim);
}

/** (rows, columns) to (columns, rows). */
export function transposed({ shape, data }: Weight): Weight {
  const [rows, cols] = shape as [number, number];
  return { shape: [cols, rows], data: Float32Array.from(data, (_, i) => defined(data[(i % rows) * cols + Math.floor(i / rows)])) };
}

/** Columns `from` to `to - 1` of a matrix, or entries of a vector. */
export function columns({ shape, data }: Weight, from: number, to: number): Weight {
  const cols = defined(shape[shape.length - 1]);
  return { shape: [...shape.slice(0, -1), to - from], data: data.filter((_, i) => i % cols >= from && i % cols < to) };
}
