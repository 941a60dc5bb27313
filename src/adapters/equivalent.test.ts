import { describe, expect, test } from 'vitest';
import type { FullrankError } from '../errors/errors';
import { parseModel } from '../models';
import { defined } from '../numbers/defined';
import { withGuest } from '../testing/guestMethod';
import { there } from '../testing/there';
import { Adapted, adapterLabel, modelLabel } from './adapted';
import { asEquivalent, goesOnAs } from './equivalent';
import { ConfigError, methodFields } from './fields';
import { methods } from './index';
import { equivalent as nola } from './methods/nola/equivalent';

const model = parseModel({ model_type: 'vit', hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 12, image_size: 8, patch_size: 4, num_labels: 3 });
const [query, dense] = ['attention.attention.query', 'intermediate.dense'].map((end) => `vit.encoder.layer.0.${end}`) as [string, string];
const TARGETS = { target_modules: ['query', 'intermediate.dense'] };
const ramp = (length: number, from: number) => Float32Array.from({ length }, (_, i) => Math.sin(from + i * i));

describe('NoLA is the LoRA of its mixed bases', () => {
  test.each([[2, 3, 5, 7], [1, 2, 4, 4], [3, 1, 2, 9]])('rank %i of %i bases, %i inputs and %i outputs', (r, count, n, m) => {
    // Bases are larger than the layer.
    const [inMax, outMax] = [n + 2, m + 1];
    const tensors: Record<string, { shape: number[]; data: Float32Array }> = {
      nola_coefficients: { shape: [2, count], data: ramp(2 * count, 1) },
      nola_basis_B: { shape: [count, inMax, r], data: ramp(count * inMax * r, 2) },
      nola_basis_A: { shape: [count, r, outMax], data: ramp(count * r * outMax, 3) },
    };
    const of = (name: string) => defined(tensors[name]);
    const c = { method: 'nola', r, nola_num_bases: count, nola_alpha: null };
    const found = nola.tensors(c, { name: 'x', in: n, out: m }, of);
    const w = of('nola_coefficients').data;
    const sum = (from: number, base: string, at: (q: number) => number) => Array.from({ length: count }, (_, q) => defined(w[from + q]) * defined(of(base).data[at(q)])).reduce((a, b) => a + b, 0);
    const A = Array.from({ length: r * n }, (_, i) => Math.fround(sum(0, 'nola_basis_B', (q) => (q * inMax + (i % n)) * r + Math.floor(i / n))));
    const B = Array.from({ length: m * r }, (_, i) => Math.fround(sum(count, 'nola_basis_A', (q) => (q * r + (i % r)) * outMax + Math.floor(i / r))));
    expect(Object.keys(found)).toEqual(['lora_A.weight', 'lora_B.weight']);
    expect([[...there(found['lora_A.weight'])], [...there(found['lora_B.weight'])]]).toEqual([A, B]);
    expect([nola.config(c), nola.config({ ...c, nola_alpha: 3 })]).toEqual([{ r, lora_alpha: 1 }, { r, lora_alpha: 3 }]);
  });
});

describe('an adapter as one of another method', () => {
  const head = { 'classifier.bias': Float32Array.of(1, 2, 3) };

  test('has its tensors alone, and what was trained besides', async () => {
    const adapted = new Adapted(model, { method: 'nola', r: 2, nola_num_bases: 3, ...TARGETS, modules_to_save: ['classifier'] });
    const values = await adapted.initialise(1, () => Promise.reject(new Error('no')));
    const other = asEquivalent(adapted, { ...values, ...head });
    expect(other.adapted.config).toMatchObject({ method: 'lora', r: 2, lora_alpha: 1, target_modules: [query, dense], modules_to_save: ['classifier'] });
    expect(Object.keys(other.values).sort()).toEqual(['classifier.bias', ...[query, dense].flatMap((name) => ['lora_A.weight', 'lora_B.weight'].map((suffix) => adapterLabel(name, suffix)))].sort());
    expect(other.values['classifier.bias']).toBe(head['classifier.bias']);
    // Bases that are drawn are the same as those that were given.
    const { nola_basis_A, nola_basis_B } = adapted.shared;
    expect(asEquivalent(adapted, Object.fromEntries(Object.entries(values).filter(([label]) => !label.includes('basis')))).values).toEqual(asEquivalent(adapted, values).values);
    const given = Object.fromEntries([nola_basis_A, nola_basis_B].map((base, i) => [modelLabel(`nola_basis_${'AB'[i]}`), new Float32Array(there(base).shape.reduce((a, b) => a * b, 1))]));
    expect(asEquivalent(adapted, { ...values, ...given }).values[adapterLabel(query, 'lora_A.weight')]).toEqual(new Float32Array(16));
  });

  test('is on the layers of which something is left, by settings and fixed tensors of each', async () => {
    const asked: unknown[] = [];
    const equivalent = {
      config: ({ r }: Record<string, unknown>) => ({ r }),
      tensors: ((c, { name, in: n, out: m }, tensor) => {
        asked.push([name, c.r, tensor('mask').shape, tensor('mask').data[0], tensor('lora_A.weight').shape]);
        return name === query ? {} : { 'lora_A.weight': new Float32Array(Number(c.r) * n), 'lora_B.weight': new Float32Array(Number(c.r) * m) };
      }) as typeof nola.tensors,
    };
    await withGuest({ equivalent, fixed: () => ({ mask: { shape: [4] } }) }, {}, () => {
      there(methodFields.guest).equivalent = 'lora';
      const adapted = new Adapted(model, { method: 'guest', r: 2, ...TARGETS });
      const values = Object.fromEntries(adapted.layers.flatMap(({ name, in: n, out: m }, i) => [[adapterLabel(name, 'mask'), new Float32Array(4).fill(i + 1)], [adapterLabel(name, 'lora_A.weight'), ramp(2 * n, i)], [adapterLabel(name, 'lora_B.weight'), ramp(2 * m, i)]]));
      const other = asEquivalent(adapted, values);
      expect(asked).toEqual([[query, 2, [4], 1, [2, 8]], [dense, 2, [4], 2, [2, 8]]]);
      expect([other.adapted.layers.map(({ name }) => name), Object.keys(other.values)]).toEqual([[dense], ['lora_A.weight', 'lora_B.weight'].map((suffix) => adapterLabel(dense, suffix))]);
    });
    await withGuest({ equivalent: { ...equivalent, tensors: () => ({}) } }, {}, () => {
      there(methodFields.guest).equivalent = 'lora';
      expect(() => asEquivalent(new Adapted(model, { method: 'guest', r: 2, ...TARGETS }), {})).toThrow(/nothing is left/);
    });
  });

  test('is itself where it is of the method that others are written as, and nothing where there is no such', async () => {
    const lora = new Adapted(model, { method: 'lora', r: 2, ...TARGETS });
    expect(asEquivalent(lora, head)).toEqual({ adapted: lora, values: head });
    const sentence = (body: () => unknown) => {
      try {
        body();
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        return (error as FullrankError).message;
      }
      throw new Error('nothing was thrown');
    };
    expect(sentence(() => asEquivalent(new Adapted(model, { method: 'vera', r: 2, ...TARGETS }), {}))).toMatch(/export it merged/);
    await withGuest({ merged: undefined }, {}, () => expect(sentence(() => asEquivalent(new Adapted(model, { method: 'guest', ...TARGETS }), {}))).not.toMatch(/merged/));
    // A form of it in the other's fields alone, or in its own alone, is not enough.
    await withGuest({ equivalent: nola }, {}, () => expect(sentence(() => asEquivalent(new Adapted(model, { method: 'guest', ...TARGETS }), {}))).toMatch(/export it merged/));
    expect(methods.guest).toBeUndefined();
  });

  test('is asked for where PEFT does not have the method', () => {
    expect(goesOnAs(new Adapted(model, { method: 'nola', ...TARGETS }))).toBe('lora');
    for (const method of ['lora', 'vera']) expect(goesOnAs(new Adapted(model, { method, ...TARGETS }))).toBe(undefined);
    expect(goesOnAs(new Adapted(model, { method: 'kradapter', ...TARGETS }))).toBe(undefined);
  });
});
