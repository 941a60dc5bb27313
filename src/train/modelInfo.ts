import type { TextReads } from '../data/reading.meta';
import { sizeOf } from '../engine/tensor';
import { bundledModels } from '../models/builtin';
import { readsTexts, twoTowers, withTextHead } from '../models/byText';
import { ModelError, type Model } from '../models/model';
import { traceModel } from '../models/trace';
import type { KnownModel } from './openModel';
import type { ModelInfo } from './protocol';

/** What is told about a model before anything is loaded. */
export function modelInfo(id: string, { vision, tokenizer }: Pick<KnownModel, 'vision' | 'tokenizer'>): ModelInfo {
  // What learns of a CLIP that reads texts is its vision tower with the projection; the head is made of texts.
  const counted = tokenizer && readsTexts(vision) ? withTextHead(vision, vision.labels) : vision;
  const known = bundledModels.find((m) => m.id === id);
  return {
    id,
    title: known?.title ?? id,
    family: vision.family,
    parameters: [...traceModel(counted).weights.values()].reduce((sum, shape) => sum + sizeOf(shape), 0),
    image_size: vision.image_size,
    labels: vision.num_labels,
    target_modules: vision.default_target_modules,
    ...(vision.renamed && { renamed: vision.renamed }),
    note: known?.note ?? '',
    builtin: known !== undefined,
    ...(known && { files: known.files.map((file) => known.path + file) }),
    ...(vision.language && { language: { max_tokens: vision.language.max_tokens, reads: textReads.filter((reads) => takes(vision, reads)), onnx: !vision.language.causal, gguf: vision.gguf !== undefined } }),
    ...(tokenizer && { texts: { target_modules: twoTowers(vision).default_target_modules } }),
  };
}

const textReads: readonly TextReads[] = ['text', 'tokens', 'next'];

/** True where a model has a form that is read so. */
function takes(model: Model, reads: TextReads): boolean {
  try {
    model.with({ reads });
    return true;
  } catch (error) {
    if (error instanceof ModelError) return false;
    throw error;
  }
}
