import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import adamwSource from '#shaders/adamw.wgsl?raw';
import normSource from '#shaders/grad_norm.wgsl?raw';
import finishSource from '#shaders/grad_norm_finish.wgsl?raw';
import { kernel } from '../engine/kernel';
import { recorder, type Recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { metricsRing } from '../ops/metrics';
import { flatGrid, rowGrid } from '../ops/grid';

const normKernel = kernel('grad_norm', normSource, [reduce]);
const finishKernel = kernel('grad_norm_finish', finishSource, [step, reduce]);
const adamwKernel = kernel('adamw', adamwSource, [step, grid]);

/** Values one workgroup of grad_norm.wgsl adds. */
const NORM_BLOCK = 4096;

const partsOf = (bytes: number): number => Math.ceil(bytes / 4 / NORM_BLOCK);

/** Values that gradients are clipped by: (4) scale, skip, norm, steps skipped so far; the count is kept from one step to the next. */
export const clipping = (rec: Recorder = recorder()): Tensor => rec.declare('state', 'grad_norm', [4]);

/** Records the sums of squares and the counts of non-finite values of flat gradients, from row `first` of `partial` on; returns the next row. */
export function gradNormPart(grad: Tensor, partial: Tensor, first: number): number {
  const { bytes } = grad.storage;
  const parts = partsOf(bytes);
  recorder().emit(normKernel, { tensors: { grad, partial }, params: { count4: bytes / 16, first }, grid: rowGrid(parts) });
  return first + parts;
}

export interface AdamWOptions {
  beta1: number;
  beta2: number;
  eps: number;
  /** Weight decay by parameter group; groups not named have none. */
  weightDecay: Record<string, number>;
  /** Groups that use the head's learning rate. */
  headGroups: string[];
  /** Share of the learning rate by group; groups not named take all of it. */
  rates?: Record<string, number>;
}

/**
 * Records the optimizer step over all parameters declared so far: gradient norm, clipping factor and skip flag without
 * a read-back, then AdamW, one dispatch for four groups of a flat buffer. Learning rates and bias corrections come from the
 * step uniform. A step with a non-finite gradient changes nothing and is counted; bias corrections leave it out, as those of torch
 * under a GradScaler do.
 */
export function adamw(options: AdamWOptions): void {
  const rec = recorder();
  const ranges = rec.flats.seal();
  if (!ranges.length) return;
  const parts = ranges.reduce((n, range) => n + partsOf(range.bytes), 0);
  const partial = rec.temp('grad_norm partial', [parts, 2]);
  const norm = clipping();
  const metrics = metricsRing();
  const rests = { rest1: 1 - options.beta1, rest2: 1 - options.beta2 };
  let first = 0;
  for (const range of ranges) first = gradNormPart(rec.flatRange('grad', range), partial, first);
  // Stryker disable next-line ArrayDeclaration: a grid that says nothing is of one workgroup
  rec.emit(finishKernel, { tensors: { partial, norm, metrics }, params: { parts, ...rests }, grid: [1] });
  for (const range of ranges) {
    const { groups } = range;
    const from = (g: number) => (groups[g] ? groups[g].from : range.bytes) / 16;
    const named = (by: Record<string, number> | undefined, g: number) => groups[g] && by?.[groups[g].group];
    const decay = (g: number) => named(options.weightDecay, g) ?? 0;
    const rate = (g: number) => named(options.rates, g) ?? 1;
    rec.emit(adamwKernel, {
      tensors: {
        grad: rec.flatRange('grad', range),
        norm,
        weight: rec.flatRange('param', range),
        m: rec.flatRange('m', range),
        v: rec.flatRange('v', range),
        metrics,
      },
      params: {
        count4: range.bytes / 16,
        from1: from(1), from2: from(2), from3: from(3),
        decay0: decay(0), decay1: decay(1), decay2: decay(2), decay3: decay(3),
        rate0: rate(0), rate1: rate(1), rate2: rate(2), rate3: rate(3),
        heads: groups.reduce((bits, { group }, g) => bits | (Number(options.headGroups.includes(group)) << g), 0),
        beta1: options.beta1,
        beta2: options.beta2,
        ...rests,
        eps: options.eps,
      },
      grid: flatGrid(range.bytes / 16),
      label: `adamw ${groups.map(({ group }) => group).join(' + ')}`,
    });
  }
}
