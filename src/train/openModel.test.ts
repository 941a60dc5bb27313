import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import type { Device } from '../engine/device';
import { sizeOf } from '../engine/tensor';
import { dtypeBytes } from '../io/dtype';
import { memoryTree, type FileTree } from '../io/fileTree';
import { FormatError } from '../io/formatError';
import { packF16, writeSafetensors, type TensorData } from '../io/safetensors';
import { parseModel } from '../models';
import { dinov2FileNames } from '../models/dinov2/names';
import { vitFileNames } from '../models/vit/names';
import { checkWeights } from '../models/load';
import { traceModel } from '../models/trace';
import { defined } from '../numbers/defined';
import { mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { oneStep } from './oneStep';
import { openModel } from './openModel';

const size = { hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2, image_size: 8, patch_size: 4, num_labels: 3 };
const configs: Record<string, Record<string, unknown>> = {
  vit: { model_type: 'vit', ...size, intermediate_size: 24 },
  deit: { model_type: 'deit', ...size, intermediate_size: 24 },
  dinov2: { model_type: 'dinov2', ...size },
  'dinov2, SwiGLU': { model_type: 'dinov2', ...size, use_swiglu_ffn: true },
  'dinov2 with registers': { model_type: 'dinov2_with_registers', ...size },
};
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** Values that F32, F16 and BF16 all hold exactly: eighths up to 31 / 8. */
function weightsOf(config: Record<string, unknown>): Map<string, { shape: readonly number[]; data: Float32Array }> {
  const random = randomNormal(9);
  const eighth = () => Math.max(-31, Math.min(31, Math.round(3 * random()))) / 8;
  return new Map([...traceModel(parseModel(config)).weights].map(([name, shape]) => [name, { shape, data: Float32Array.from({ length: sizeOf(shape) }, eighth) }]));
}

const encode: Record<'F32' | 'F16' | 'BF16', (x: Float32Array) => ArrayBufferView> = {
  F32: (x) => x,
  F16: (x) => new Uint8Array(packF16(x).buffer, 0, 2 * x.length),
  BF16: (x) => Uint16Array.from(new Uint32Array(x.buffer, x.byteOffset, x.length), (bits) => bits >>> 16),
};

type Rename = (name: string, data: { shape: readonly number[]; data: Float32Array }) => [string, { shape: readonly number[]; data: Float32Array }][];
const same: Rename = (name, t) => [[name, t]];
/** transformers 5: SwiGLU in halves besides the other names. */
const v5: Rename = (name, t) => {
  if (!name.includes('weights_in')) return [[name.replace(/^(.*)(\.\w+)$/, (_, layer: string, part: string) => v5Names(layer) + part), t]];
  const half = t.data.length / 2;
  const shape = [defined(t.shape[0]) / 2, ...t.shape.slice(1)];
  return [[name.replace('weights_in', 'up_proj'), { shape, data: t.data.subarray(half) }], [name.replace('weights_in', 'gate_proj'), { shape, data: t.data.subarray(0, half) }]];
};
/** A module's name, whichever family it is of. */
const v5Names = (module: string) => [vitFileNames('vit'), vitFileNames('deit'), dinov2FileNames('dinov2'), dinov2FileNames('dinov2_with_registers')].reduce((name, { v5 }) => v5(name), module);
const bare = (rename: Rename): Rename => (name, t) => rename(name, t).map(([n, data]) => [n.replace(/^(vit|deit|dinov2|dinov2_with_registers)\./, ''), data]);

/** A folder with these weights in one file or, with `shards`, in several. */
function folder(config: Record<string, unknown>, dtype: 'F32' | 'F16' | 'BF16', rename: Rename, { shards = 1, head = true } = {}): FileTree {
  const tensors: [string, TensorData][] = [];
  for (const [name, t] of weightsOf(config)) {
    if (name.startsWith('classifier') && !head) continue;
    for (const [n, { shape, data }] of rename(name, t)) tensors.push([n, { dtype, shape, data: encode[dtype](data) }]);
  }
  if (shards === 1) return memoryTree('model', { 'config.json': json(config), 'model.safetensors': writeSafetensors(new Map(tensors)) });
  const files: Record<string, Uint8Array> = { 'config.json': json(config) };
  const weight_map: Record<string, string> = {};
  for (let s = 0; s < shards; s++) {
    const file = `model-0000${s + 1}-of-0000${shards}.safetensors`;
    const part = tensors.filter((_, i) => i % shards === s);
    for (const [name] of part) weight_map[name] = file;
    files[file] = writeSafetensors(new Map(part));
  }
  const total_size = tensors.reduce((n, [, { shape }]) => n + sizeOf(shape) * dtypeBytes[dtype], 0);
  return memoryTree('model', { ...files, 'model.safetensors.index.json': json({ metadata: { total_size }, weight_map }) });
}

describe.each(Object.entries(configs))('%s', (_, config) => {
  const weights = weightsOf(config);

  test.each([
    ['transformers 4', same, 1], ['transformers 4, three shards', same, 3], ['transformers 5', v5, 1], ['transformers 5, three shards', v5, 3], ['bare backbone of 4', bare(same), 1], ['bare backbone of 5', bare(v5), 2],
  ] as const)('%s: the same values of F32, F16 and BF16', async (_name, rename, shards) => {
    for (const dtype of ['F32', 'F16', 'BF16'] as const) {
      const { source, net } = await openModel(folder(config, dtype, rename, { shards }));
      expect(checkWeights(traceModel(net), source)).toEqual({ newHead: false });
      for (const [name, { shape, data }] of weights) {
        expect(source.info(name)).toMatchObject({ dtype, shape });
        expect(await source.readF32Checked(name), name).toEqual(data);
      }
    }
  });

  test('a checkpoint without a classifier asks for a new head', async () => {
    const { source, net } = await openModel(folder(config, 'F32', bare(same), { head: false }));
    expect(checkWeights(traceModel(net.with({ labels: ['a', 'b'] })), source)).toEqual({ newHead: true });
  });
});

describe('on the GPU', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  test.each(['dinov2, SwiGLU', 'vit'])('%s: one file of f32 and shards of bf16 by the names of transformers 5 compute the same', async (name) => {
    const run = async (tree: FileTree) => {
      const { net, source } = await openModel(tree);
      const random = randomNormal(4);
      return oneStep(device, { adapted: new Adapted(net, { method: 'linear_probe' }), source, values: {}, pixels: Float32Array.from({ length: 2 * 192 }, random), labels: Uint32Array.of(0, 2) });
    };
    const one = await run(folder(defined(configs[name]), 'F32', same));
    const other = await run(folder(defined(configs[name]), 'BF16', bare(v5), { shards: 3 }));
    expect(other).toEqual(one);
    expect(one.logits.every(Number.isFinite)).toBe(true);
  });
});

test('BF16 is widened exactly, whatever its bits', async () => {
  const halves = Uint16Array.from({ length: 65_536 }, (_, i) => i);
  const tree = memoryTree('m', { 'config.json': json(configs.vit), 'model.safetensors': writeSafetensors({ all: { dtype: 'BF16', shape: [65_536], data: halves } }) });
  const read = await (await openModel(tree)).source.readF32('all');
  const bits = new Uint32Array(read.buffer, read.byteOffset, read.length);
  // NaNs may be made quiet on the way through a float; everything else keeps its bits.
  expect([...bits].every((b, i) => b === i << 16 >>> 0 || Number.isNaN(read[i]))).toBe(true);
});

describe('a folder that lies is refused', () => {
  const whole = folder(configs.vit!, 'F32', same, { shards: 2 });
  const change = async (edit: (files: Record<string, Uint8Array>, map: Record<string, string>) => void) => {
    const files: Record<string, Uint8Array> = {};
    for (const path of whole.paths()) files[path] = await whole.read(path);
    const index = JSON.parse(new TextDecoder().decode(files['model.safetensors.index.json'])) as { weight_map: Record<string, string> };
    edit(files, index.weight_map);
    files['model.safetensors.index.json'] = json(index);
    return openModel(memoryTree('model', files));
  };
  const first = 'model-00001-of-00002.safetensors';
  test.each([
    ['a shard is missing', (files: Record<string, Uint8Array>) => void delete files[first], /names the shard "model-00001-of-00002.safetensors", which is missing/],
    ['a tensor is in the other shard', (_: object, map: Record<string, string>) => void (map[Object.keys(map).find((n) => map[n] !== first)!] = first), /places ".*" in "model-00001-of-00002.safetensors", which does not hold it/],
    ['a shard is cut short', (files: Record<string, Uint8Array>) => void (files[first] = defined(files[first]).slice(0, -4)), /^model-00001-of-00002.safetensors: /],
    ['a shard lies outside', (_: object, map: Record<string, string>) => void (map[defined(Object.keys(map)[0])] = '../secret.safetensors'), /not a safetensors file of the same folder/],
    ['a tensor is called __proto__', (_: object, map: Record<string, string>) => void Object.defineProperty(map, '__proto__', { value: first, enumerable: true }), /./],
  ])('%s', async (_, edit, message) => {
    const opening = change(edit).then(({ source, net }) => checkWeights(traceModel(net), source));
    if (_.includes('__proto__')) return void (await opening.catch((error: unknown) => expect(error).toBeInstanceOf(FormatError)));
    await expect(opening).rejects.toThrow(FormatError);
    await expect(opening).rejects.toThrow(message);
  });

  test('an index that leaves a tensor out names it', async () => {
    const { source, net } = await change((_, map) => void delete map['vit.layernorm.bias']);
    expect(() => checkWeights(traceModel(net), source)).toThrow(/no vit\.layernorm\.bias, which config\.json asks for/);
  });
});

describe('configs', () => {
  const open = async (config: object, preprocess?: object) => openModel(memoryTree('m', { 'config.json': json(config), 'model.safetensors': writeSafetensors({}), ...(preprocess ? { 'preprocessor_config.json': json(preprocess) } : {}) }));

  test('that omit their defaults are transformers\' own', async () => {
    for (const [type, patch, side] of [['vit', 16, 224], ['deit', 16, 224], ['dinov2', 14, 224], ['dinov2_with_registers', 16, 224]] as const) {
      const { net } = await open({ model_type: type });
      expect(net).toMatchObject({ patch_size: patch, image_size: side, hidden_size: 768, num_labels: 2 });
      const { linears } = traceModel(net);
      expect(linears.filter((l) => l.adaptable).length).toBe(72);
      expect(Math.max(...linears.map((l) => l.out))).toBe(3072);
    }
  });

  test('with sides as pairs, and with an id2label that has gaps', async () => {
    expect((await open({ ...configs.dinov2, image_size: [8, 8], patch_size: [4, 4] })).net).toMatchObject({ image_size: 8, patch_size: 4 });
    await expect(open({ ...configs.dinov2, image_size: [8, 12] })).rejects.toThrow(/image_size is not usable \(only squares are supported/);
    await expect(open({ ...configs.dinov2, id2label: { 0: 'a', 2: 'b' } })).rejects.toThrow(/none for 1/);
    await expect(open({ ...configs.dinov2, mlp_ratio: 0.01 })).rejects.toThrow(/leaves no MLP/);
    await expect(open({ model_type: 'dinov3_vit' })).rejects.toThrow(/supported are vit, deit, dinov2/);
  });

  test('the model is taken at the size that its preprocessing makes', async () => {
    const bit = { image_processor_type: 'BitImageProcessor', size: { shortest_edge: 256 }, crop_size: { height: 224, width: 224 }, image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };
    const { net, preprocess } = await open({ model_type: 'dinov2', image_size: 518 }, bit);
    expect(net.image_size).toBe(224);
    expect(traceModel(net)).toMatchObject({ tokens: 257 });
    expect(traceModel(net).weights.get('dinov2.embeddings.position_embeddings')).toEqual([1, 1370, 768]);
    expect(preprocess.crop).toEqual({ height: 224, width: 224 });
    // Where the patches do not tile it, the config's size stands; without a preprocessor too, with ImageNet's mean.
    expect((await open({ model_type: 'dinov2', image_size: 518 }, { ...bit, crop_size: 225 })).net.image_size).toBe(518);
    const alone = await open({ model_type: 'dinov2', image_size: 518 });
    expect(alone.net.image_size).toBe(518);
    expect(alone.preprocess).toMatchObject({ resize: { height: 518, width: 518 }, crop: null, mean: [0.485, 0.456, 0.406] });
  });
});
