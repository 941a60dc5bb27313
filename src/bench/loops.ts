import grid from '#shaders/lib/grid.wgsl?raw';
import { kernel, type Kernel } from '../engine/kernel';
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

/** The loop for an adapter, or for the processor. */
export const loopFor = (isProcessor: boolean): Loop => (isProcessor ? multiplyAdd : fma);

/** Copies f32 values, four by four. */
export const copyKernel = kernel('peak_copy', copySource, [grid]);

/** Workgroups of the loop: more than any adapter runs at once. */
export const GROUPS = 1024;
/** Arithmetic of one turn of the loop in all invocations, in FLOP. */
export const TURN = GROUPS * 64 * 64 * 2;
