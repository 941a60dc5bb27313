import type { Dataset, RgbImage, Split } from '../data/source';
import { sizeOf } from '../engine/tensor';
import { memoryTree } from '../io/fileTree';
import { writeSafetensors } from '../io/safetensors';
import { parseModel } from '../models';
import { traceModel } from '../models/trace';
import { defined } from '../numbers/defined';
import { openModel, type LoadedModel } from '../train/openModel';
import { randomNormal } from './checkOp';

/** Weights by a formula: norms around one, all else around zero. `set` overrides some by name. */
export function tinyWeights(weights: Iterable<[string, readonly number[]]>, seed: number, set: Record<string, number> = {}): Uint8Array {
  const random = randomNormal(seed);
  const tensors: Record<string, { dtype: 'F32'; shape: number[]; data: Float32Array }> = {};
  for (const [name, shape] of weights) {
    const isNorm = /norm.*weight$/i.test(name);
    tensors[name] = { dtype: 'F32', shape: [...shape], data: Float32Array.from({ length: sizeOf(shape) }, () => set[name] ?? (isNorm ? 1 : 0) + 0.15 * random()) };
  }
  return writeSafetensors(tensors);
}

export const tinyJson = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** The files of a ViT of two blocks with weights made by a formula: real code paths, no download. */
export function tinyVitFiles(labels = 3): Record<string, Uint8Array> {
  const config = { model_type: 'vit', hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 48, image_size: 16, patch_size: 8, layer_norm_eps: 1e-6, num_labels: labels };
  return {
    'config.json': tinyJson(config),
    'preprocessor_config.json': tinyJson({ image_processor_type: 'ViTImageProcessor', size: { height: 16, width: 16 }, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] }),
    'model.safetensors': tinyWeights(traceModel(parseModel(config)).weights, 5),
  };
}

/** That ViT, opened. */
export const tinyModel = (labels = 3): Promise<LoadedModel> => openModel(memoryTree('tiny', tinyVitFiles(labels)));

/** Images that can be told apart: a bright quarter whose place is the class, and noise. */
export function tinyData(train = 24, test = 10, classes = 3): Dataset {
  const split = (count: number, seed: number): Split => {
    const labels = Uint16Array.from({ length: count }, (_, i) => i % classes);
    return {
      count,
      labels,
      image: (i): RgbImage => {
        const random = randomNormal(seed + i);
        const data = new Uint8Array(16 * 16 * 3);
        for (let p = 0; p < 256; p++) {
          const quarter = (p % 16 >= 8 ? 1 : 0) + (p >= 128 ? 2 : 0);
          const level = 90 + 40 * random() + (quarter === defined(labels[i]) % 4 ? 80 : 0);
          data.fill(Math.max(0, Math.min(255, level)), 3 * p, 3 * p + 3);
        }
        return { width: 16, height: 16, data };
      },
    };
  };
  return { name: 'tiny', title: 'Tiny', classes: Array.from({ length: classes }, (_, i) => `class ${i}`), licence: 'none', source: 'made here', train: split(train, 100), test: split(test, 900) };
}
