import { beforeAll, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { there } from '../testing/there';
import { tinyModel } from '../testing/tiny';
import type { LoadedModel } from '../train/openModel';
import { Adapted, adapterLabel } from './adapted';
import type { MethodConfig } from './field';
import { ConfigError } from './fields';
import { mergedUpdates } from './merge';
import type { Arrays } from './method';
import { nearestTo } from './nearest';
import { singularValues } from '../numbers/singular';

let device: Device;
let model: LoadedModel;
beforeAll(async () => {
  [device, model] = [await mustOpen(gpu()), await tinyModel()];
});

/** An adapter that was moved off its start, with a head. */
async function moved(config: MethodConfig): Promise<{ adapted: Adapted; values: Arrays }> {
  // The head is of other classes than the checkpoint's.
  const adapted = new Adapted(model.net.with({ labels: ['a', 'b', 'c', 'd'] }), config);
  const start = await adapted.initialise(1, (name) => model.source.readF32Checked(name));
  let at = 0;
  const values = Object.fromEntries(Object.entries(start).map(([label, data]) => [label, label in adapted.fixedAmong(start) ? data : data.map((x) => x + 0.1 * Math.sin(++at))]));
  return { adapted, values: { ...values, 'classifier.bias': Float32Array.of(1, 2, 3, 4) } };
}

test.each([['loha', { r: 2 }], ['lokr', { r: 2 }], ['hra', { r: 4 }], ['dora', { r: 2 }]] as const)('of %s has the largest singular values of its update, and loses the others', async (method, more) => {
  const from = await moved({ method, ...more, target_modules: ['query', 'intermediate.dense'] });
  const { 'classifier.bias': _, ...own } = from.values;
  const updates = await mergedUpdates(device, model.source, { ...from, values: own });
  const rank = 2;
  const near = await nearestTo(device, model.source, from, rank);
  expect(near.adapted.config).toMatchObject({ method: 'lora', r: rank, lora_alpha: rank });
  expect(near.values['classifier.bias']).toBe(from.values['classifier.bias']);
  expect(Object.keys(near.values)).toHaveLength(1 + 2 * near.adapted.layers.length);
  let [tail, all] = [0, 0];
  for (const { name, lost } of near.layers) {
    const layer = there(from.adapted.layers.find((one) => one.name === name));
    const squares = Array.from(singularValues(there(updates.get(`${name}.weight`)), layer.out, layer.in), (s) => s * s);
    const sum = (some: number[]) => some.reduce((a, b) => a + b, 0);
    expect(lost).toBeCloseTo(Math.sqrt(sum(squares.slice(rank)) / sum(squares)), 5);
    [tail, all] = [tail + sum(squares.slice(rank)), all + sum(squares)];
  }
  expect(near.layers).toHaveLength(from.adapted.layers.length);
  expect(near.lost).toBeCloseTo(Math.sqrt(tail / all), 5);
  expect(near.lost).toBeGreaterThan(0.05);
  // At the whole rank nothing is lost.
  const [{ in: n, out: m }] = [defined(from.adapted.layers[0])];
  expect((await nearestTo(device, model.source, from, Math.min(n, m))).lost).toBeLessThan(1e-5);
});

test('of a LoRA of the same rank is that update', async () => {
  const from = await moved({ method: 'lora', r: 2, lora_alpha: 5 });
  const near = await nearestTo(device, model.source, from, 2);
  expect(near.lost).toBeLessThan(1e-5);
  expect(near.values[adapterLabel(defined(from.adapted.layers[0]).name, 'lora_A.weight')]).not.toEqual(from.values[adapterLabel(defined(from.adapted.layers[0]).name, 'lora_A.weight')]);
});

test('what is more than weights of layers is refused, and a rank that a layer does not have', async () => {
  const refusal = async (config: MethodConfig, r = 2) => nearestTo(device, model.source, await moved(config), r).then(() => '', (error: unknown) => (error instanceof ConfigError ? error.message : String(error)));
  expect(await refusal({ method: 'bitfit' })).toMatch(/^BitFit changes more than the weights of layers/);
  expect(await refusal({ method: 'ia3' })).toMatch(/^IA3 changes more than the weights of layers/);
  expect(await refusal({ method: 'hydralora', r: 2 })).toMatch(/^HydraLoRA has no update/);
  expect(await refusal({ method: 'loha', r: 2 }, 999)).toMatch(/^Rank 999 is more than ".*" has, which is \d+; give a smaller one\.$/);
});
