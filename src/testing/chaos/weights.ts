import { Adapted } from '../../adapters/adapted';
import { loadAdapter, saveAdapter } from '../../adapters/files';
import { HEAD_ONLY, methodFields } from '../../adapters/fields';
import { openCheckpoint } from '../../io/checkpoint';
import { memoryTree } from '../../io/fileTree';
import { bytesAccess, openSafetensors, writeSafetensors, type TensorData, type TensorSource } from '../../io/safetensors';
import { checkWeights } from '../../models/load';
import { defined } from '../../numbers/defined';
import { describeModel, openModel, type LoadedModel } from '../../train/openModel';
import { decoderConfigs } from '../tinyDecoders';
import { familyConfigs } from '../tinyFamilies';
import { tinyJson, tinyModel, tinyVitFiles } from '../tiny';
import type { Files, Parser } from './parser';

/** Parsers of models and adapters. */

const tensors: Record<string, TensorData> = {
  'a.weight': { dtype: 'F32', shape: [4, 8], data: Float32Array.from({ length: 32 }, (_, i) => i / 8) },
  'b.weight': { dtype: 'F16', shape: [2, 3, 4], data: Uint16Array.from({ length: 24 }, (_, i) => 0x3c00 + i) },
  'c': { dtype: 'BF16', shape: [6], data: Uint16Array.from({ length: 6 }, (_, i) => 0x3f80 + i) },
  'd': { dtype: 'I64', shape: [3], data: BigInt64Array.of(1n, -2n, 3n) },
  'e': { dtype: 'U8', shape: [1, 500], data: new Uint8Array(500).fill(7) },
  'f': { dtype: 'F64', shape: [], data: Float64Array.of(0.5) },
  'g': { dtype: 'BOOL', shape: [2, 0], data: new Uint8Array(0) },
};

async function readAll(source: TensorSource): Promise<void> {
  for (const name of source.names()) {
    await source.readF32(name);
    await source.readF32Checked(name);
  }
}

const safetensors: Parser = {
  name: 'safetensors',
  samples: async () => [{ 'model.safetensors': writeSafetensors(tensors, { format: 'pt', more: 'x' }) }, { 'model.safetensors': writeSafetensors({ one: defined(tensors['a.weight']) }, {}) }],
  read: async (files) => readAll(await openSafetensors(bytesAccess(defined(files['model.safetensors'])))),
};

const index: Parser = {
  name: 'index of shards',
  async samples() {
    const [first, second] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    const places = Object.keys(tensors).map((name, i) => [name, i % 2 ? second : first] as const);
    const of = (shard: string) => writeSafetensors(Object.fromEntries(places.filter(([, file]) => file === shard).map(([name]) => [name, defined(tensors[name])])));
    return [{ [first]: of(first), [second]: of(second), 'model.safetensors.index.json': tinyJson({ metadata: { total_size: 800 }, weight_map: Object.fromEntries(places) }) }];
  },
  hit: /index\.json$/,
  read: async (files) => readAll(await openCheckpoint(memoryTree('model', files))),
};

const preprocessor = { image_processor_type: 'CLIPImageProcessor', do_resize: true, size: { shortest_edge: 16 }, do_center_crop: true, crop_size: { height: 16, width: 16 }, resample: 3, rescale_factor: 1 / 255, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.25, 0.5] };
const encoder = { vocab_size: 32, hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 48, max_position_embeddings: 20, type_vocab_size: 2, pad_token_id: 1, layer_norm_eps: 1e-5 };

const config: Parser = {
  name: 'config',
  samples: async () => [...Object.values(familyConfigs), ...Object.values(decoderConfigs), ...['roberta', 'bert'].map((model_type) => ({ model_type, ...encoder }))].map((json) => ({ 'config.json': tinyJson(json), 'preprocessor_config.json': tinyJson(preprocessor) })),
  async read(files) {
    const { net } = await describeModel(memoryTree('model', files));
    // As when it is chosen: all of its weights are named, with their shapes.
    if (!net.language) void new Adapted(net, { method: HEAD_ONLY }).trace;
  },
};

const model: Parser = {
  name: 'model folder',
  samples: async () => [tinyVitFiles()],
  async read(files) {
    const { net, source } = await openModel(memoryTree('model', files));
    checkWeights(new Adapted(net, { method: HEAD_ONLY }).trace, source);
  },
};

let base: LoadedModel | undefined;
const adapter: Parser = {
  name: 'adapter folder',
  async samples() {
    base = await tinyModel();
    const sets: Files[] = [];
    for (const { method, fields } of Object.values(methodFields)) {
      let adapted: Adapted;
      try {
        adapted = new Adapted(base.net, { method, ...Object.fromEntries(fields.filter(({ name }) => /^(init_)?r$|^n_ctx$|^num_alpha$/.test(name)).map(({ name }) => [name, 2])) });
      } catch {
        continue; // one for another kind of model
      }
      const values = { ...(await adapted.initialise(0, (name) => base!.source.readF32(name))), ...adapted.newHead(0) };
      if (adapted.method.trains === 'part') for (const name of adapted.trainedWeights) values[name] = await base.source.readF32(name);
      sets.push(Object.fromEntries((await saveAdapter(adapted, values, { base })).map(({ path, bytes }) => [path, bytes])));
    }
    return sets;
  },
  read: async (files) => loadAdapter(memoryTree('adapter', files), base!.net, base!.source),
};

export const weights = [safetensors, index, config, model, adapter];
