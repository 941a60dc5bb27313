import { memoryTree } from '../io/fileTree';
import { parseModel } from '../models';
import { traceModel } from '../models/trace';
import { turnedShape } from '../models/transposed';
import { defined } from '../numbers/defined';
import { openModel, type LoadedModel } from '../train/openModel';
import { tinyJson, tinyWeights } from './tiny';

const llama = { hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, intermediate_size: 48, vocab_size: 40, max_position_embeddings: 24 };

/** config.json of a small model of every family that goes on with texts. */
export const decoderConfigs: Record<string, Record<string, unknown>> = {
  'GPT-2': { model_type: 'gpt2', n_embd: 32, n_layer: 2, n_head: 4, n_positions: 24, vocab_size: 40 },
  'Llama': { model_type: 'llama', ...llama, num_key_value_heads: 4, tie_word_embeddings: true },
  'Qwen2': { model_type: 'qwen2', ...llama, use_sliding_window: true, sliding_window: 3, max_window_layers: 1 },
  'Phi-3': { model_type: 'phi3', ...llama },
};

/** The files of one of them, with weights made by a formula. */
export function tinyDecoderFiles(name: string, more: Record<string, unknown> = {}): Record<string, Uint8Array> {
  const config = { ...defined(decoderConfigs[name]), ...more };
  const model = parseModel(config);
  const weights = [...traceModel(model).weights].map(([weight, shape]) => [weight, turnedShape(model, weight, shape)] as [string, readonly number[]]);
  return { 'config.json': tinyJson(config), 'model.safetensors': tinyWeights(weights, 5) };
}

/** It, opened. */
export const tinyDecoder = (name: string): Promise<LoadedModel> => openModel(memoryTree('tiny', tinyDecoderFiles(name)));
