import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { recorder } from '../engine/record';
import { FormatError } from '../io/formatError';
import { bytesAccess, openSafetensors, writeSafetensors, type TensorSource } from '../io/safetensors';
import { parseModel } from '../models';
import { defined } from '../numbers/defined';
import { withGuest } from '../testing/guestMethod';
import { openPaper, paperGpu, type PaperGpu } from '../testing/paperGpu';
import { there } from '../testing/there';
import { Adapted, adapterLabel, modelLabel } from './adapted';
import { ConfigError } from './fields';
import { methods } from './index';
import { mergedWeights, type MergeInput } from './merge';
import type { Arrays } from './method';

/** Merged weights and the tensors merged into them, on a GPU that adds a hundred to each weight. */

const model = parseModel({ model_type: 'vit', hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 12, image_size: 8, patch_size: 4, num_labels: 3 });
const [query, key, dense] = ['attention.attention.query', 'attention.attention.key', 'intermediate.dense'].map((end) => `vit.encoder.layer.0.${end}`) as [string, string, string];
const foreign = { name: 'text.layer', in: 8, out: 8 };

/** A number that is another one for each tensor. */
const mark = (name: string) => [...name].reduce((sum, letter, i) => sum + letter.charCodeAt(0) * (i + 1), 0);
const marked = (name: string, length: number) => new Float32Array(length).fill(mark(name));

let paper: PaperGpu;
let device: Device;
let source: TensorSource;
/** First value of each buffer that a dispatch was given, by label. */
let seen: Record<string, number>[];
beforeEach(async () => {
  seen = [];
  paper = paperGpu();
  paper.compute = ({ bound }) => {
    const values = Object.values(bound).map(({ buffer }) => [buffer.label, new Float32Array(buffer.bytes.buffer)] as const);
    seen.push(Object.fromEntries(values.filter(([label]) => /^(lora|vera|weight|common|mask|base_model)/.test(label)).map(([label, [first]]) => [label, first ?? 0])));
    const out = values.find(([label]) => label.startsWith('W + '));
    const weight = values.find(([label]) => label === 'weight');
    if (out && weight) out[1].set(weight[1].map((x) => x + 100));
  };
  device = await openPaper(paper);
  const tensors = [[query, [8, 8]], [key, [8, 8]], [dense, [12, 8]], [foreign.name, [8, 8]]] as const;
  source = await openSafetensors(bytesAccess(writeSafetensors(new Map(tensors.map(([name, shape]) => [`${name}.weight`, { dtype: 'F32' as const, shape: [...shape], data: marked(`${name}.weight`, shape[0] * shape[1]) }])))));
});
afterEach(() => paper.restore());

const valuesOf = (adapted: Adapted): Arrays => ({
  ...Object.fromEntries(adapted.layers.flatMap((layer) => Object.entries({ ...adapted.method.tensors(adapted.configOf(layer), layer), ...Object.fromEntries(Object.entries(adapted.fixedOf(layer)).map(([suffix, { shape }]) => [suffix, shape])) }).map(([suffix, shape]) => [adapterLabel(layer.name, suffix), marked(`${layer.name} ${suffix}`, shape.reduce((a, b) => a * b, 1))]))),
  ...Object.fromEntries(Object.entries({ ...adapted.shared, ...adapted.common }).map(([name, { shape }]) => [modelLabel(name), marked(name, shape.reduce((a, b) => a * b, 1))])),
});
const merged = async (input: Partial<MergeInput> & Pick<MergeInput, 'adapted'>) => mergedWeights(device, source, { values: valuesOf(input.adapted), ...input });
const firsts = (weights: Map<string, Float32Array>) => Object.fromEntries([...weights].map(([name, data]) => [name, [data[0], data.length]]));

describe('merged weights', () => {
  test('are those of adapted layers, each of its own tensors, in programs that layers of one size and config share', async () => {
    const adapted = new Adapted(model, { method: 'lora', r: 2, target_modules: ['query', 'key', 'intermediate.dense'] });
    const steps: [number, number][] = [];
    const weights = await merged({ adapted, progress: (done, total) => steps.push([done, total]) });
    expect(firsts(weights)).toEqual(Object.fromEntries([[query, 64], [key, 64], [dense, 96]].map(([name, size]) => [`${name}.weight`, [mark(`${name}.weight`) + 100, size]])));
    expect(seen).toEqual([query, key, dense].map((name) => ({ weight: mark(`${name}.weight`), 'lora_A.weight': mark(`${name} lora_A.weight`), 'lora_B.weight': mark(`${name} lora_B.weight`) })));
    expect(steps).toEqual([[1, 3], [2, 3], [3, 3]]);
    expect([paper.buffers.filter(({ label }) => label === 'weight').map(({ size }) => size), device.ledger]).toEqual([[256, 384], {}]);
    // Another rank, another program.
    const ranked = new Adapted(model, { method: 'lora', r: 2, target_modules: ['query', 'key'], rank_pattern: { key: 3 } });
    paper.buffers.length = 0;
    await merged({ adapted: ranked });
    expect(paper.buffers.filter(({ label }) => label === 'lora_A.weight').map(({ size }) => size)).toEqual([64, 96]);
  });

  test('have the bases that all layers share, and what they have in common', async () => {
    const adapted = new Adapted(model, { method: 'vera', r: 2, target_modules: ['query'] });
    await merged({ adapted });
    const all: Record<string, number> = Object.assign({}, ...seen);
    expect(all).toMatchObject({ vera_A: mark('vera_A'), vera_B: mark('vera_B'), weight: mark(`${query}.weight`) });
    const lora = there(methods.lora);
    await withGuest(
      {
        shared: () => ({ base: { shape: [3], data: null } }),
        common: () => ({ common: { shape: [2, 8], start: () => new Float32Array(16) } }),
        fixed: () => ({ mask: { shape: [8, 2] }, host: { shape: [3], host: true } }),
        merged: (c, layer, t) => {
          expect(recorder().recordsGradients).toBe(false);
          expect([Object.keys(t.fixed), t.fixed.mask?.shape, t.common.common?.shape, t.stride, t.bias]).toEqual([['mask'], [1, 8, 2], [2, 8], 1, null]);
          expect([t.weight, t.own['lora_A.weight'], t.common.common, t.fixed.mask, t.shared.base].map((one) => one?.role)).toEqual(['input', 'input', 'input', 'input', 'bases']);
          return defined(lora.merged)(c, layer, { ...t, own: { 'lora_A.weight': { ...there(t.common.common), shape: [1, 2, 8] }, 'lora_B.weight': there(t.fixed.mask) } });
        },
      },
      {},
      async () => {
        seen = [];
        await merged({ adapted: new Adapted(model, { method: 'guest', r: 2, target_modules: ['query'] }) });
        expect(seen).toEqual([{ weight: mark(`${query}.weight`), common: mark('common'), mask: mark(`${query} mask`) }]);
      },
    );
  });

  test('are those that were trained as a whole, too', async () => {
    const adapted = new Adapted(model, { method: 'lora', r: 2, target_modules: ['query'] });
    const head = Float32Array.of(1, 2, 3);
    const weights = await merged({ adapted, values: { ...valuesOf(adapted), 'classifier.bias': head, other: head } });
    expect([[...weights.keys()].sort(), weights.get('classifier.bias')]).toEqual([['classifier.bias', `${query}.weight`], head]);
  });

  test('are those of layers that the model does not run, of which the checkpoint has the weights', async () => {
    const adapted = new Adapted(model, { method: 'lora', r: 2, target_modules: ['query'] });
    const own = { 'lora_A.weight': marked('A', 16), 'lora_B.weight': marked('B', 16) };
    const weights = await merged({ adapted, foreign: [{ ...foreign, own }] });
    expect([...weights.keys()]).toEqual([`${query}.weight`, `${foreign.name}.weight`]);
    expect(seen[1]).toEqual({ weight: mark(`${foreign.name}.weight`), 'lora_A.weight': mark('A'), 'lora_B.weight': mark('B') });
    seen = [];
    await expect(merged({ adapted, foreign: [{ ...foreign, name: 'missing', own }] })).rejects.toThrow(FormatError);
    expect(seen).toEqual([]);
  });

  test('are none of layers of which nothing is left, nor of a method without any', async () => {
    const lora = there(methods.lora);
    await withGuest({ tensors: (c, layer) => (layer.name === query ? { 'lora_A.weight': [0, 8], 'lora_B.weight': [8, 0] } : lora.tensors(c, layer)) }, {}, async () => {
      const steps: unknown[] = [];
      const weights = await merged({ adapted: new Adapted(model, { method: 'guest', r: 2, target_modules: ['query', 'key'] }), progress: (...step) => steps.push(step) });
      expect([[...weights.keys()], steps]).toEqual([[`${key}.weight`], [[1, 1]]]);
    });
    await withGuest({ merged: undefined }, {}, () => expect(merged({ adapted: new Adapted(model, { method: 'guest', r: 2, target_modules: ['none of it', 'query'] }) })).rejects.toThrow(ConfigError));
  });

  test('leave no memory behind where one cannot be read', async () => {
    const adapted = new Adapted(model, { method: 'lora', r: 2, target_modules: ['query', 'value'] });
    await expect(merged({ adapted })).rejects.toThrow(FormatError);
    expect([device.ledger, seen.length]).toEqual([{}, 1]);
  });
});
