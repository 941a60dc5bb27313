import { memoryTree } from '../io/fileTree';
import { packF16, unpackF16 } from '../io/float16';
import { bytesAccess, openSafetensors, writeSafetensors, type TensorData } from '../io/safetensors';
import { textModel } from '../models/text';
import { defined } from '../numbers/defined';
import { openModel, type LoadedModel } from '../train/openModel';
import { decoderTokenizers } from './decoderTokenizers';
import { tinyDecoderFiles } from './tinyDecoders';

/** Wide enough for whole blocks of 8 bits, with what a family has of its own: groups of queries, scaled positions. */
const WIDE = { hidden_size: 64, intermediate_size: 96 };
const SETTINGS: Record<string, Record<string, unknown>> = {
  'GPT-2': { n_embd: 64 },
  'Llama': { num_key_value_heads: 2, rope_theta: 100, rope_scaling: { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 32 } },
  'Qwen2': { use_sliding_window: false },
  // Within its original positions, of which llama.cpp takes 256 at least.
  'Phi-3': { max_position_embeddings: 2048, original_max_position_embeddings: 512, rope_scaling: { type: 'longrope', short_factor: [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7], long_factor: [1, 2, 3, 4, 5, 6, 7, 8] } },
};

/**
 * A small model of a family with a tokenizer, whose weights are numbers of f16, and whose likeliest tokens are letters of ASCII: the
 * rows of all others are zero in the table that the logits come from.
 */
export async function spokenDecoder(name: string): Promise<LoadedModel> {
  const files = { ...tinyDecoderFiles(name, { ...WIDE, vocab_size: 320, ...SETTINGS[name] }), ...defined(decoderTokenizers[name])() };
  const { net, texts } = await openModel(memoryTree(name, files));
  const [{ vocabulary, vocab_size }, tokenizer] = [textModel(net).language, await texts!()];
  const isText = (id: number) => id < tokenizer.size && /^[ -~]+$/.test(tokenizer.decode([id]));
  const source = await openSafetensors(bytesAccess(defined(files['model.safetensors'])));
  const tensors: Record<string, TensorData> = {};
  for (const weight of source.names()) {
    const { shape } = source.info(weight);
    const data = unpackF16(packF16(await source.readF32(weight)));
    const row = data.length / vocab_size;
    if (weight === vocabulary) for (let id = 0; id < vocab_size; id++) if (!isText(id)) data.fill(0, id * row, (id + 1) * row);
    tensors[weight] = { dtype: 'F32', shape, data };
  }
  return openModel(memoryTree(name, { ...files, 'model.safetensors': writeSafetensors(tensors) }));
}
