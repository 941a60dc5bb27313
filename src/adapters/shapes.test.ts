import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sizeOf } from '../engine/tensor';
import { parseModel } from '../models';
import { withTextHead } from '../models/byText';
import { defined } from '../numbers/defined';
import { Adapted } from './adapted';
import { methodFields } from './fields';
import { evaluate } from './formula';
import { methods } from './index';
import { shapesOf } from './shapes';

const opened = (name: string) => parseModel(JSON.parse(readFileSync(join(import.meta.dirname, `../../public/models/${name}/config.json`), 'utf8')) as Record<string, unknown>);
const deit = opened('deit-tiny-patch16-224');
const nano = opened('vit-nano');
const clip = withTextHead(opened('clip-nano'), 5).with({ labels: ['a', 'b', 'c', 'd', 'e'] });
const adapters = Object.keys(methodFields);

test('a formula is computed as it is written, and takes its numbers in place of names', () => {
  const values: Record<string, number> = { r: 16, d_in: 192, d_out: 768, k: 1024 };
  const of = (formula: string) => evaluate(formula, (name) => defined(values[name]));
  expect(of('r (d_in + d_out)')).toEqual({ value: 15_360, numbers: '16 (192 + 768)' });
  expect(of('2 k')).toEqual({ value: 2048, numbers: '2 · 1024' });
  expect(of('⌈min(d_in, d_out) / r⌉ (r + min(d_in, d_out)) - r² / 2')).toEqual({ value: 12 * 208 - 128, numbers: '⌈min(192, 768) / 16⌉ (16 + min(192, 768)) - 16² / 2' });
  expect(() => of('r (d_in')).toThrow('lacks )');
  expect(() => of('r * 2')).toThrow('no formula');
  expect(() => of('r) 2')).toThrow('goes on');
});

test('by hand: LoRA of rank 16 on the attention of DeiT-Tiny', () => {
  const { matrices, parameters } = shapesOf(new Adapted(deit, { method: 'lora', r: 16, target_modules: ['query', 'key', 'value', 'attention.output.dense'] }));
  expect(matrices).toEqual([expect.objectContaining({ in: 192, out: 192, matrices: 48, parameters: 6144, count: { formula: 'r (d_in + d_out)', numbers: '16 (192 + 192)' } })]);
  expect(parameters).toBe(294_912);
});

test.each(adapters)('%s: its shapes make up what a plan counts, and its formula gives the same on every matrix', (method) => {
  for (const model of methodFields[method]!.texts ? [clip] : [deit, nano]) {
    const adapted = new Adapted(model, { method });
    const { matrices, common, weights, parameters, count } = shapesOf(adapted);
    const sum = (tensors: typeof common) => tensors.reduce((all, { shape, count: times }) => all + times * sizeOf(shape), 0);
    expect(matrices.reduce((all, one) => all + one.matrices * one.parameters, sum(common) + sum(weights))).toBe(adapted.counts().adapter_parameters);
    expect(parameters).toBe(adapted.counts().adapter_parameters);
    const { each, all } = methods[method]!.count ?? {};
    for (const one of matrices) expect([one.in, one.out, one.count !== undefined]).toEqual([one.in, one.out, each !== undefined]);
    expect(count !== undefined).toBe(all !== undefined);
  }
});

test('a setting that the formula does not name leaves it out, and the count by matrix stays', () => {
  const { matrices } = shapesOf(new Adapted(deit, { method: 'ia3', feedforward_modules: ['intermediate.dense'] }));
  expect(matrices.map(({ parameters, count }) => [parameters, count?.numbers])).toContainEqual([192, undefined]);
});
