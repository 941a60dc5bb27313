import grid from '#shaders/lib/grid.wgsl?raw';
import { kernel, type Kernel } from '../engine/kernel';
import type { Recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { flatGrid } from '../ops/grid';
import copySource from './wgsl/copy.wgsl?raw';
import fmaSource from './wgsl/fma.wgsl?raw';
import multiplyAddSource from './wgsl/multiplyAdd.wgsl?raw';

/** A loop of multiply-adds in registers, and turns of it that do as much as one of the others. */
interface Loop {
  kernel: Kernel;
  turns: number;
}

const fma: Loop = { kernel: kernel('peak_fma', fmaSource), turns: 1 };
/** For the processor, without fused multiply-adds: a loop with them is no quicker in V8, at any number of sums. Two of its turns are one of the other's. */
const multiplyAdd: Loop = { kernel: kernel('peak_multiply_add', multiplyAddSource), turns: 2 };

const copy = kernel('peak_copy', copySource, [grid]);

/** Workgroups of the loop: more than any adapter runs at once. */
const GROUPS = 1024;
/** Arithmetic of one turn of the loop in all invocations, in FLOP. */
export const TURN = GROUPS * 64 * 64 * 2;

/** Records the loop for an adapter, or for the processor, of so many turns over x (2, 4). */
export function emitLoop(rec: Recorder, isProcessor: boolean, turns: number, x: Tensor): void {
  const loop = isProcessor ? multiplyAdd : fma;
  rec.emit(loop.kernel, { tensors: { x, out: rec.declare('output', 'out', [GROUPS * 64, 4]) }, params: { turns: turns * loop.turns }, grid: [GROUPS] });
}

/** Records a copy of `count` f32 values, four by four. */
export function emitCopy(rec: Recorder, x: Tensor, out: Tensor, count: number): void {
  rec.emit(copy, { tensors: { x, out }, params: { count4: count / 4 }, grid: flatGrid(count / 4) });
}
