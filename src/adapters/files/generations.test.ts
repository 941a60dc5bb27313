import { describe, expect, test } from 'vitest';
import { memoryTree } from '../../io/fileTree';
import { FormatError } from '../../io/formatError';
import { bytesAccess, openSafetensors, tensorSource, writeSafetensors, type TensorData } from '../../io/safetensors';
import { parseModel } from '../../models';
import { vitFileNames } from '../../models/vit/names';
import { defined } from '../../numbers/defined';
import { Adapted } from '../adapted';
import { generationOf, nameIn, versionsOf } from './generations';
import { loadAdapter, saveAdapter } from '.';

const { v5: v5Name } = vitFileNames('vit');

const size = { hidden_size: 12, num_hidden_layers: 2, num_attention_heads: 2, image_size: 8, patch_size: 4, num_labels: 3 };
const models = [
  { model_type: 'vit', ...size, intermediate_size: 20 },
  { model_type: 'deit', ...size, intermediate_size: 20 },
  { model_type: 'dinov2', ...size },
  { model_type: 'dinov2_with_registers', ...size },
];
const empty = tensorSource({ metadata: {}, names: () => [], has: () => false, info: () => { throw new Error('empty'); }, readRange: () => { throw new Error('empty'); } });
const PREFIX = 'base_model.model.';

/** A saved adapter whose tensors go by other names, and whose config has other targets. */
async function renamed(config: Record<string, unknown>, method: string, layer: (name: string) => string, target_modules: string | string[], keepHead: boolean) {
  const model = parseModel(config);
  const adapted = new Adapted(model, { method, r: 2, target_modules: ['query', 'value'] });
  const values = { ...(await adapted.initialise(1, () => Promise.resolve(new Float32Array(144).fill(0.5)))), ...adapted.newHead(1) };
  const saved = await saveAdapter(adapted, values, { base: { id: 'base', config, source: empty } });
  const source = await openSafetensors(bytesAccess(defined(saved[1]).bytes));
  const tensors = new Map<string, TensorData>();
  for (const name of source.names()) {
    const own = adapted.layers.find((l) => name.startsWith(`${PREFIX}${l.name}.`));
    if (!keepHead && name.includes('classifier')) continue;
    tensors.set(own ? `${PREFIX}${layer(own.name)}${name.slice(PREFIX.length + own.name.length)}` : name, { ...source.info(name), data: await source.read(name) });
  }
  const text = JSON.parse(new TextDecoder().decode(defined(saved[0]).bytes)) as Record<string, unknown>;
  const bytes = new TextEncoder().encode(JSON.stringify({ ...text, target_modules, ...(keepHead ? {} : { modules_to_save: null }) }));
  return { model, adapted, values, tree: memoryTree('adapter', { 'adapter_config.json': bytes, 'adapter_model.safetensors': writeSafetensors(tensors) }) };
}

describe.each(models)('$model_type: adapters of both generations load', (config) => {
  const prefix = parseModel(config).base_model_prefix!;
  const bare = (name: string) => name.slice(prefix.length + 1);
  test.each([
    ['transformers 4', (n: string) => n, ['query', 'value'], true],
    ['transformers 5', v5Name, ['q_proj', 'v_proj'], true],
    ['transformers 5, targets that match both', v5Name, '.*\\.(query|q_proj|value|v_proj)', true],
    ['transformers 4, on the bare backbone', bare, 'encoder\\.layer\\.\\d+\\.attention\\.attention\\.(query|value)', false],
    ['transformers 5, on the bare backbone', (n: string) => bare(v5Name(n)), '(encoder\\.layer|layers)\\.\\d+\\.attention\\.[qv]_proj', false],
  ] as const)('%s', async (_, layer, target_modules, head) => {
    for (const method of ['lora', 'randlora', 'vera']) {
      const { model, adapted, values, tree } = await renamed(config, method, layer, target_modules as string | string[], head);
      const loaded = await loadAdapter(tree, model);
      expect(loaded.adapted.layers).toEqual(adapted.layers);
      expect(loaded.hasHead).toBe(head);
      const own = Object.fromEntries(Object.entries(values).filter(([name]) => head || !name.includes('classifier')));
      expect(loaded.values).toEqual(own);
    }
  });

  test('targets that select other layers are refused', async () => {
    const { model, tree } = await renamed(config, 'lora', v5Name, ['q_proj'], true);
    await expect(loadAdapter(tree, model)).rejects.toThrow(FormatError);
  });
});

test('halves of a SwiGLU, which transformers 5 adapts apart, are refused by name', async () => {
  const config = { model_type: 'dinov2', ...size, use_swiglu_ffn: true };
  const { model, tree } = await renamed(config, 'lora', (n) => n.replace(/attention\.attention\.query$/, 'mlp.gate_proj'), ['gate_proj', 'value'], true);
  await expect(loadAdapter(tree, model)).rejects.toThrow(/mlp\.gate_proj", one half of a SwiGLU.*Merge the adapter/);
});

test('names by family and version: ViT and DeiT were renamed in transformers 5.9, DINOv2 and CLIP were not', () => {
  const [vit, deit, dinov2, registers] = models.map(parseModel);
  const clip = parseModel({ model_type: 'clip' });
  for (const model of [vit!, deit!]) {
    expect(['4', '4.45.2', '5.0', '5.8.1', '5.9.0', '5.13', '5'].map((version) => generationOf(version, model))).toEqual([4, 4, 4, 4, 5, 5, 5]);
    expect(([4, 5] as const).map((generation) => versionsOf(generation, model))).toEqual(['transformers before 5.9', 'transformers 5.9 and newer']);
  }
  for (const model of [dinov2!, registers!, clip]) {
    expect(['4.45.2', '5.13', '5'].map((version) => generationOf(version, model))).toEqual([4, 4, 4]);
    expect(versionsOf(4, model)).toBeNull();
    const name = `${model.base_model_prefix}.encoder.layer.0.attention.attention.query`;
    expect(nameIn(5, model, name)).toBe(name);
  }
  for (const version of ['3', '5.', '5.x', '', '__proto__']) expect(() => generationOf(version, vit!)).toThrow(/give a version such as 4\.45 or 5\.13/);
});
