import { textReads, type TextReads } from '../data/reading.meta';
import { sizeOf } from '../engine/tensor';
import { bundledModels } from '../models/builtin';
import { readsTexts, twoTowers, withTextHead } from '../models/byText';
import { ModelError, type Model } from '../models/model';
import { traceModel } from '../models/trace';
import type { KnownModel } from './openModel';
import type { ModelInfo } from './protocol';

/** Describes a model before anything is loaded. */
export function modelInfo(id: string, { net, tokenizer }: Pick<KnownModel, 'net' | 'tokenizer'>): ModelInfo {
  // What learns of a CLIP that reads texts is its vision tower with the projection; the head is made of texts.
  const counted = tokenizer && readsTexts(net) ? withTextHead(net, net.labels) : net;
  const known = bundledModels.find((m) => m.id === id);
  return {
    id,
    title: known?.title ?? id,
    family: net.family,
    parameters: [...traceModel(counted).weights.values()].reduce((sum, shape) => sum + sizeOf(shape), 0),
    image_size: net.image_size,
    ...(net.image_size > 0 && { patch_size: net.patch_size }),
    labels: net.num_labels,
    target_modules: net.default_target_modules,
    ...(net.renamed && { renamed: net.renamed }),
    note: known?.note ?? '',
    builtin: known !== undefined,
    ...(known && { files: known.files.map((file) => known.path + file) }),
    ...(net.language && { language: { max_tokens: net.language.max_tokens, reads: textReads.filter((reads) => takes(net, reads)), onnx: !net.language.causal, gguf: net.gguf !== undefined } }),
    ...(tokenizer && { texts: { target_modules: twoTowers(net).default_target_modules } }),
  };
}

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
