import fc from 'fast-check';
import { marked } from 'marked';
import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted, adapterLabel } from '../adapters/adapted';
import { asEquivalent } from '../adapters/equivalent';
import { loadAdapter, type SavedFile } from '../adapters/files';
import type { Generation } from '../adapters/files/generations';
import { mergedWeights } from '../adapters/merge';
import type { Arrays } from '../adapters/method';
import { parsePreprocess } from '../data/preprocess';
import type { Device } from '../engine/device';
import { sizeOf } from '../engine/tensor';
import { memoryTree } from '../io/fileTree';
import { bytesAccess, openSafetensors, writeSafetensors } from '../io/safetensors';
import { parseModel } from '../models';
import { withTextHead } from '../models/byText';
import type { Model } from '../models/model';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { runLayer } from '../testing/layer';
import { readPeftFolder } from '../testing/peftReader';
import { tinyDecoder } from '../testing/tinyDecoders';
import type { MethodConfig } from '../adapters/field';
import { defined } from '../numbers/defined';
import { exportAdapter } from './adapter';

const sizes = { hidden_size: 12, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 20, image_size: 8, patch_size: 4 };
const configs = {
  vit: { model_type: 'vit', ...sizes, num_labels: 3 },
  deit: { model_type: 'deit', ...sizes, num_labels: 3 },
  clip: { model_type: 'clip', projection_dim: 8, vision_config: sizes, num_labels: 3 },
};
const preprocess = parsePreprocess({ image_processor_type: 'ViTImageProcessor', size: { height: 8, width: 8 } });

/** Linear layers of one block by the names of transformers 4 and 5, as the two versions' module trees have them. */
const layers: Record<string, (i: number) => [v4: string, v5: string][]> = {
  clip: (i) => ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj', 'self_attn.out_proj', 'mlp.fc1', 'mlp.fc2'].map((n) => [`vision_model.encoder.layers.${i}.${n}`, `vision_model.encoder.layers.${i}.${n}`]),
};
for (const root of ['vit', 'deit']) {
  const table = [['attention.attention.query', 'attention.q_proj'], ['attention.attention.key', 'attention.k_proj'], ['attention.attention.value', 'attention.v_proj'], ['attention.output.dense', 'attention.o_proj'], ['intermediate.dense', 'mlp.fc1'], ['output.dense', 'mlp.fc2']];
  layers[root] = (i) => table.map(([a, b]) => [`${root}.encoder.layer.${i}.${a}`, `${root}.layers.${i}.${b}`]);
}

async function start(net: Model, c: MethodConfig) {
  const random = randomNormal(2);
  const adapted = new Adapted(net, c);
  const tensors = Object.fromEntries([...adapted.trace.weights].map(([name, shape]) => [name, { dtype: 'F32' as const, shape, data: Float32Array.from({ length: sizeOf(shape) }, random) }]));
  const source = await openSafetensors(bytesAccess(writeSafetensors(tensors)));
  const values: Arrays = { ...(await adapted.initialise(1, (n) => source.readF32Checked(n))), ...adapted.newHead(1) };
  for (const [label, data] of Object.entries(values)) if (!/_(basis_)?[AB]$/.test(label)) data.forEach((v, i) => (data[i] = v + 0.3 * random()));
  return { adapted, values, source };
}

const probe = { pixel_values: new Float32Array(192), shape: [1, 3, 8, 8] as [number, number, number, number], logits: new Float32Array(3) };
const asMap = (files: SavedFile[]) => new Map(files.map((f) => [f.path, f.bytes]));

const methods: MethodConfig[] = [
  { method: 'lora', r: 3, lora_alpha: 5 },
  { method: 'lora', r: 4, lora_alpha: 5, use_rslora: true, target_modules: ['query', 'value', 'q_proj', 'v_proj'] },
  { method: 'dora', r: 3, lora_alpha: 5, target_modules: 'all-linear' },
  { method: 'vera', r: 5, projection_prng_key: 3 },
  { method: 'randlora', r: 3, randlora_alpha: 4 },
  { method: 'randlora', r: 5, bases: 'sparse', target_modules: ['intermediate.dense', 'fc1', 'fc2'] },
  { method: 'lora', r: 2, layers_to_transform: '1', target_modules: ['query', 'q_proj'] },
  { method: 'nola', r: 2, nola_num_bases: 7, nola_alpha: 3 },
];

describe('adapters that we export, read by a reader that knows only the format', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  const cases = (Object.keys(configs) as (keyof typeof configs)[]).flatMap((family) => methods.flatMap((c) => ([4, 5] as Generation[]).map((generation) => ({ family, c, generation }))));
  test.each(cases)('$family, $c, transformers $generation', async ({ family, c, generation }) => {
    const { adapted, values, source } = await start(parseModel(configs[family]), c);
    const base = { id: 'tiny', config: configs[family], source };
    const out = c.method === 'nola' ? asEquivalent(adapted, values) : { adapted, values };
    const files = await exportAdapter({ ...out, base, preprocess, own_size: 8, generation, probe });
    const peft = readPeftFolder(asMap(files));

    // The targets select exactly the modules of the file, in a model of that generation.
    const names = [0, 1].flatMap((i) => defined(layers[family])(i));
    const inGeneration = (pair: [string, string]) => defined(pair[generation - 4]);
    const others = ['classifier', ...(family === 'clip' ? ['visual_projection', 'text_model.encoder.layers.0.self_attn.q_proj', 'text_model.encoder.layers.0.mlp.fc1'] : [])];
    expect([...names.map(inGeneration), ...others].filter((n) => peft.selects(n)).sort()).toEqual([...peft.modules].sort());
    expect(peft.modules.length).toBe(adapted.layers.length);
    expect(peft.config.modules_to_save).toEqual(['classifier']);
    for (const name of adapted.trainedHead) expect(peft.saved.get(name)).toEqual([...defined(values[name])]);

    // W + delta, and y = x (W + delta)^T beside the layer, as the engine has them.
    const merged = await mergedWeights(device, source, { adapted, values });
    const seen = new Set<string>();
    for (const layer of adapted.layers) {
      const pair = names.find(([v4]) => v4 === layer.name)!;
      const weight = await source.readF32(`${layer.name}.weight`);
      const want = peft.merged(inGeneration(pair), weight, layer.out, layer.in);
      expect(maxError(merged.get(`${layer.name}.weight`)!, want), layer.name).toBeLessThan(3e-6);
      if (seen.has(`${layer.in} ${layer.out}`)) continue;
      seen.add(`${layer.in} ${layer.out}`);
      const x = Float32Array.from({ length: 4 * layer.in }, randomNormal(6));
      const own = Object.fromEntries(Object.keys(adapted.method.tensors(adapted.config, layer)).map((s) => [s, defined(values[adapterLabel(layer.name, s)])]));
      const shared = Object.fromEntries(Object.entries(adapted.shared).map(([n, { shape }]) => [n, { shape, data: defined(values[`base_model.${n}`]) }]));
      const { y } = await runLayer(device, { config: adapted.config, layer, weight, bias: null, own, shared, x, dy: new Float32Array(4 * layer.out), form: 'streamed' });
      const expected = new Float64Array(4 * layer.out).map((_, at) => {
        const [row, o] = [Math.floor(at / layer.out), at % layer.out];
        let sum = 0;
        for (let i = 0; i < layer.in; i++) sum += defined(x[row * layer.in + i]) * defined(want[o * layer.in + i]);
        return sum;
      });
      expect(maxError(y, expected), `y of ${layer.name}`).toBeLessThan(3e-6);
    }
  });

  test.each(cases)('$family, $c, transformers $generation: import, export, import is exact', async ({ family, c, generation }) => {
    const net = parseModel(configs[family]);
    const { adapted, values, source } = await start(net, c);
    const write = (a: Adapted, v: Arrays) => exportAdapter({ adapted: a, values: v, base: { id: 'tiny', config: configs[family], source }, preprocess, own_size: 8, generation, probe });
    const first = await write(adapted, values);
    const one = await loadAdapter(memoryTree('one', asMap(first)), net);
    const second = await write(one.adapted, one.values);
    const two = await loadAdapter(memoryTree('two', asMap(second)), net);
    expect(one.warnings).toEqual([]);
    expect(one.values).toEqual(values);
    expect(two.values).toEqual(values);
    expect(two.adapted.config).toEqual(one.adapted.config);
    expect(two.adapted.layers).toEqual(adapted.layers);
    // The card tells the settings as they were given; everything else is the same to the byte.
    expect(second.filter((f) => f.path !== 'README.md')).toEqual(first.filter((f) => f.path !== 'README.md'));
  });

  test('NoLA as LoRA is the same update', async () => {
    const { adapted, values, source } = await start(parseModel(configs.vit), { method: 'nola', r: 2, nola_num_bases: 9, nola_alpha: 3 });
    const lora = asEquivalent(adapted, values);
    const [a, b] = [await mergedWeights(device, source, { adapted, values }), await mergedWeights(device, source, lora)];
    expect([...a.keys()].sort()).toEqual([...b.keys()].sort());
    for (const [name, w] of a) expect(maxError(b.get(name)!, w), name).toBeLessThan(1e-6);
    expect(lora.adapted.counts().head_parameters).toBe(adapted.counts().head_parameters);
  });
});

/** Text of HTML without tags. */
const unescaped = (html: string): string => html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))).replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');

describe('what lies beside the adapter', () => {
  const folder = async (c: MethodConfig, labels?: string[]) => {
    const net = parseModel(configs.vit);
    const { adapted, values, source } = await start(labels ? net.with({ labels }) : net, c);
    const logits = new Float32Array(adapted.model.num_labels);
    const files = await exportAdapter({ adapted, values, base: { id: 'org/tiny', config: configs.vit, source }, preprocess, own_size: 8, generation: 5, probe: { ...probe, logits }, facts: { data: 'Set', accuracy: 0.5, images: 10 } });
    return new Map(files.map((f) => [f.path, new TextDecoder().decode(f.bytes)]));
  };

  test('a card that loads through PeftModel, the preprocessing, and the check', async () => {
    const files = await folder({ method: 'randlora', r: 4 });
    const card = files.get('README.md')!;
    expect(card).toMatch(/^---\nbase_model: "org\/tiny"\nlibrary_name: peft\n/);
    expect(card).toContain('PeftModel.from_pretrained(model.float(), folder)');
    expect(card).toContain('Layers go by the names of transformers 5.9 and newer');
    expect(card).toMatch(/PEFT may warn of missing keys `randlora_A`/);
    expect(card).not.toContain('torch.distributed');
    expect(card).toContain('50.0 % on 10 test images (95 % interval 23.7 to 76.3 %)');
    // What is as always is no row, and the source is read as it is.
    expect(card).toContain('| r | 4 |');
    expect(card).not.toMatch(/ablation|pairing|\| form|&#/);
    expect(parsePreprocess(JSON.parse(files.get('preprocessor_config.json')!))).toEqual(preprocess);
    expect(files.get('check.py')).toContain('PeftModel.from_pretrained(model, folder)');
    // What PEFT needs for LoRA stands in the lines that a person copies.
    expect((await folder({ method: 'lora', r: 2 })).get('README.md')).toContain('import torch.distributed.tensor');
  });

  test('lines without which PEFT would compute something else stand in the card and in the check', async () => {
    const files = await folder({ method: 'psoft', r: 2, save_vectors: false });
    for (const name of ['README.md', 'check.py']) expect(files.get(name), name).toMatch(/\nfrom peft import PeftModel\nfrom peft\.tuners\.psoft\.layer import PsoftLayer\n[^]*\nPsoftLayer\._compute_svd_factors = signed\(PsoftLayer\._compute_svd_factors\)\n\n/);
    const own = await folder({ method: 'psoft', r: 2 });
    expect(own.get('README.md')).toMatch(/for PEFT export it as LoRA/);
    expect(own.has('check.py')).toBe(false);
  });

  test('what PEFT cannot compute says so and brings no check', async () => {
    const files = await folder({ method: 'nola', nola_num_bases: 4 });
    expect(files.get('README.md')).toMatch(/for PEFT export it as LoRA/);
    expect(files.has('check.py')).toBe(false);
  });

  test.each(['shira', 'miss'])('%s: PEFT has it, but not on layers that are Conv1D, as GPT-2\'s are; the card says so', async (method) => {
    const card = async (name: string) => {
      const { net, config, source } = await tinyDecoder(name);
      const adapted = new Adapted(net, { method, r: 2 });
      const values = await adapted.initialise(0, (weight) => source.readF32Checked(weight));
      const files = await exportAdapter({ adapted, values, base: { id: 'tiny', config, source }, preprocess, own_size: 0, generation: 4 });
      return new TextDecoder().decode(files.find(({ path }) => path === 'README.md')!.bytes);
    };
    expect(await card('GPT-2')).toMatch(/PEFT does not put (SHiRA|MiSS) on layers of this kind \(Conv1D\) and refuses the folder\. Fullrank reads it; for transformers export it merged\./);
    expect(await card('Llama')).toContain('PeftModel.from_pretrained');
  });

  test('class names from outside stay text', async () => {
    const nasty = fc.array(fc.string({ unit: fc.constantFrom('<', '>', '|', '`', '[', ']', '(', '"', "'", '\\', '\n', '#', '*', '_', '{', '$', 'a', 'é', ' ') }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(nasty, async (labels) => {
        const files = await folder({ method: 'lora', r: 1 }, labels);
        const card = files.get('README.md')!;
        const row = card.split('\n').filter((line) => / classes \|/.test(line));
        expect(row.length).toBe(1);
        expect(defined(row[0]).split('|').length).toBe(4);
        // What a reader sees is the names, and nothing in them is a tag.
        const seen = marked.parseInline(defined(row[0]).split('|')[2]!.trim(), { async: false });
        expect(seen).not.toMatch(/</);
        expect(unescaped(seen)).toBe(labels.map((label) => label.replace(/\s+/g, ' ').trim()).join(', ').trim());
        expect(card.split('```').length).toBe(3);
        expect(JSON.parse(files.get('fullrank.json')!)).toMatchObject({ labels });
      }),
      { numRuns: 30 },
    );
  });

  test('CLIP under text features names CLIPModel', async () => {
    const { adapted, values, source } = await start(withTextHead(parseModel(configs.clip), 3), { method: 'lora', r: 2 });
    const files = await exportAdapter({ adapted, values: { ...values, head_weight: new Float32Array(24) }, base: { id: 'c', config: configs.clip, source }, preprocess, own_size: 8, generation: 5, probe });
    const [config] = files.map((f) => f.bytes);
    expect(JSON.parse(new TextDecoder().decode(config))).toMatchObject({ modules_to_save: null, auto_mapping: { base_model_class: 'CLIPModel' } });
    const stored = await openSafetensors(bytesAccess(asMap(files).get('probe.safetensors')!));
    expect(stored.info('head_weight').shape).toEqual([3, 8]);
  });
});
