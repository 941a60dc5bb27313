import type { LoadedAdapter } from '../adapters/files';
import type { Device } from '../engine/device';
import type { TensorSource } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { oneStep } from '../train/oneStep';
import { maxError } from './checkOp';

/** Allowed difference of logits and loss from PEFT's. */
const LOGITS = 3e-6;
/** Gradients are sums over a batch of images and tokens: a few f32 roundings of the largest value of each tensor. */
export const GRAD = 2e-5;

/** The batch that the reference's numbers are of. */
export const goldenBatch = async (io: TensorSource) => ({ pixels: await io.readF32('pixel_values'), labels: Uint32Array.from(await io.readF32('labels')) });

/** One number of a step beside PEFT's: how far apart, and how far they may be. */
export interface StepError {
  what: string;
  error: number;
  most: number;
}

/** One step of an adapter of PEFT's on its model (`source`) and inputs (`io`), beside what PEFT computed (`step`): logits, loss and every gradient. */
export async function stepErrors(device: Device, { adapted, values }: Pick<LoadedAdapter, 'adapted' | 'values'>, source: TensorSource, io: TensorSource, step: TensorSource): Promise<StepError[]> {
  const got = await oneStep(device, { adapted, source, values, ...(await goldenBatch(io)) });
  const errors: StepError[] = [
    { what: 'logits', error: maxError(got.logits, await step.readF32('logits')), most: LOGITS },
    { what: 'loss', error: Math.abs(got.loss - defined((await step.readF32('loss'))[0])), most: LOGITS },
  ];
  for (const what of step.names().filter((n) => n.startsWith('grad.'))) errors.push({ what, error: maxError(defined(got.grads[what.slice(5).replace(/^base_model\.model\.(?=classifier)/, '')]), await step.readF32(what)), most: GRAD });
  return errors;
}
