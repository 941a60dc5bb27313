/**
 * The package `fullrank/engine`: a step is recorded once as a list of dispatches, planned, and replayed. It knows no model and no
 * method. Ops are called within `Recorder.program`, and take and give tensors of the shapes that each one says.
 */
import type { Device } from '../engine/device';
import { deviceOptions } from '../engine/deviceOptions';
import { Recorder, type RecorderOptions } from '../engine/record';
import { noStep, type StepScalars } from '../engine/step';
import { biasCorrections } from '../optim/schedule';

export { requestDevice } from './device';
export { type Device } from '../engine/device';
export { EngineError } from '../engine/errors';
export { kernel, type Kernel } from '../engine/kernel';
export { Machine } from '../engine/machine';
export { planMemory, type MemoryPlan } from '../engine/plan';
export { printProgram } from '../engine/print';
export { recorder, Recorder, type Program, type RecorderOptions } from '../engine/record';
export { noStep, type StepScalars } from '../engine/step';
export { bytesOf, sizeOf, type DType, type Role, type Tensor } from '../engine/tensor';
export { adamw, type AdamWOptions } from '../optim/adamw';
export { activation, type Activation } from '../ops/activation';
export { add, addBias, scaleBy } from '../ops/add';
export { attention, packedAttention } from '../ops/attention';
export { concat } from '../ops/concat';
export { contrastive } from '../ops/contrastive';
export { crossEntropy } from '../ops/crossEntropy';
export { dropout } from '../ops/dropout';
export { embed, patchify } from '../ops/embed';
export { flatGrid, rowGrid } from '../ops/grid';
export { layerNorm } from '../ops/layerNorm';
export { batchedMatmul, linear, matmulNN, matmulTT, type MatmulOptions } from '../ops/matmul';
export { metricsRing } from '../ops/metrics';
export { multiply } from '../ops/multiply';
export { l2Normalize } from '../ops/normalize';
export { pool } from '../ops/pool';
export { scaleColumns, scaleRows } from '../ops/scale';
export { softmax } from '../ops/softmax';
export { swiglu } from '../ops/swiglu';
export { tokenEmbedding } from '../ops/tokenEmbedding';

/** A recorder whose programs suit a device. */
export const recorderFor = ({ report }: Device, options: RecorderOptions = {}): Recorder => new Recorder({ ...deviceOptions(report), ...options });

/** The scalars of step `index`, from 0 on, of AdamW with torch's constants, at a learning rate and for so many rows of the loss. */
export function stepOf(index: number, { lr, rows, seed = 0, maxNorm = 0 }: { lr: number; rows: number; seed?: number; maxNorm?: number }): StepScalars {
  return { ...noStep, seed, index, lr, headLr: lr, maxNorm, invCount: 1 / rows, ...biasCorrections(index + 1, 0.9, 0.999), update: index + 1 };
}
