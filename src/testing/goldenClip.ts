import { parseModel } from '../models';
import type { ReadsTexts } from '../models/byText';
import type { ClassTexts, Model } from '../models/model';
import { textsOfRows } from '../tasks/classTexts';
import type { StepInput } from '../train/oneStep';
import { golden, goldenJson } from './golden';

/** The small CLIP of the reference, and the methods that were trained on it. */
export const CLIP = 'models/clip_small_dev';
export const CLIP_PROMPTS = 'methods/prompts/clip_small_dev';
export const clipConfig = goldenJson<Record<string, unknown>>(`${CLIP}/config.json`);

/** It with these classes. */
export const withClassTexts = (classTexts: ClassTexts): Model => (parseModel(clipConfig) as ReadsTexts).as({ labels: classTexts.names.map((_, i) => `class ${i}`), classTexts });

/** And with those that one of the methods was trained on. */
export async function clipOf(name: string): Promise<Model> {
  const { n_ctx, n_ctx_text = n_ctx } = goldenJson<{ n_ctx: number; n_ctx_text?: number }>(`${CLIP_PROMPTS}/${name}/method.json`);
  const inputs = await golden(`${CLIP_PROMPTS}/${name}/inputs.safetensors`);
  const [K, T] = inputs.info('class_token_ids').shape as [number, number];
  const [ids, lens] = [Uint32Array.from(await inputs.readF32('class_token_ids')), inputs.has('name_lens') ? await inputs.readF32('name_lens') : undefined];
  const ends = Array.from({ length: K }, (_, k) => ids.subarray(k * T, (k + 1) * T).indexOf(ids.at(-1)!));
  return withClassTexts(textsOfRows(ids, ends, n_ctx_text, lens));
}

/** Ways to compute a step of it; all give the same numbers. */
export const ways: (Pick<StepInput, 'accumulate' | 'checkpoint_activations'> & { how: string })[] = [
  { how: 'as it is' },
  { how: 'in micro-batches', accumulate: 5 },
  { how: 'in micro-batches, with recomputed activations', accumulate: 5, checkpoint_activations: true },
];
