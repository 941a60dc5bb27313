import { Adapted } from '../adapters/adapted';
import { HEAD_ONLY } from '../adapters/fields';
import { memoryTree } from '../io/fileTree';
import { checkWeights } from '../models/load';
import type { Parser } from '../testing/chaos/parser';
import { tinyJson, tinyVitFiles } from '../testing/tiny';
import { decoderConfigs } from '../testing/tinyDecoders';
import { familyConfigs } from '../testing/tinyFamilies';
import { describeModel, openModel } from './openModel';

const preprocessor = { image_processor_type: 'CLIPImageProcessor', do_resize: true, size: { shortest_edge: 16 }, do_center_crop: true, crop_size: { height: 16, width: 16 }, resample: 3, rescale_factor: 1 / 255, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.25, 0.5] };
const encoder = { vocab_size: 32, hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 48, max_position_embeddings: 20, type_vocab_size: 2, pad_token_id: 1, layer_norm_eps: 1e-5 };

const config: Parser = {
  name: 'config',
  samples: async () => [...Object.values(familyConfigs), ...Object.values(decoderConfigs), ...['roberta', 'bert'].map((model_type) => ({ model_type, ...encoder }))].map((json) => ({ 'config.json': tinyJson(json), 'preprocessor_config.json': tinyJson(preprocessor) })),
  examples: [
    { 'config.json': tinyJson({ model_type: 'vit', hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, patch_size: 1, num_labels: 3, intermediate_size: 24 }) },
    { 'config.json': tinyJson({ model_type: 'dinov2', hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, patch_size: 1, num_labels: 3, mlp_ratio: 2 }) },
  ],
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

export const parsers = [config, model];
