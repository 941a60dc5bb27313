import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { sizeOf } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyModel } from '../testing/tiny';
import { Adapted, adapterLabel, modelLabel } from './adapted';
import { asEquivalent } from './equivalent';
import { FROZEN, methodFields, trainsOf, YARDSTICK } from './fields';
import { methods } from './index';
import { mergedWeights } from './merge';

/** Capabilities of methods, which other code asks for instead of knowing methods by name. */

test('what the page may know of a method is what the engine does', () => {
  expect(Object.keys(methods).sort()).toEqual(Object.keys(methodFields).sort());
  for (const [key, { fields, trains, equivalent, nearest, bias, merged, codecs, prompts }] of Object.entries(methods)) {
    expect([key, fields.method]).toEqual([key, key]);
    expect([key, trainsOf(key)]).toEqual([key, trains]);
    expect([key, fields.saved === true]).toEqual([key, trains !== 'adapter' && codecs !== undefined]);
    expect([key, fields.unmerged === undefined]).toEqual([key, merged !== undefined]);
    expect([key, fields.equivalent !== undefined]).toEqual([key, equivalent !== undefined]);
    expect([key, fields.nearest === true, fields.biases === true]).toEqual([key, nearest !== undefined, bias !== undefined]);
    expect([key, fields.texts === true]).toEqual([key, prompts?.texts !== undefined]);
    expect([key, fields.peft !== false]).toEqual([key, !prompts && (!codecs || codecs.some(({ peft }) => peft))]);
  }
});

test('every folder of a method is in the list, and the other way round', () => {
  expect(Object.keys(import.meta.glob('./methods/*/fields.ts')).map((path) => path.split('/')[2]).sort()).toEqual(Object.keys(methodFields).sort());
});

test('each part that one method has to play has one', () => {
  const all = Object.values(methodFields);
  expect(all.filter(({ yardstick }) => yardstick).map(({ method }) => method)).toEqual([YARDSTICK]);
  expect(all.flatMap(({ corner }) => corner ?? []).sort()).toEqual([0, 1, 2]);
  expect(all.some(({ usual }) => usual)).toBe(true);
  expect(trainsOf(FROZEN.method)).toBe('head');
});

describe('of adapters with weights like those after training', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  const trained = async (method: string) => {
    const model = await tinyModel();
    const adapted = new Adapted(model.net, { method });
    const random = randomNormal(7);
    const values = await adapted.initialise(0, (name) => model.source.readF32Checked(name));
    for (const layer of adapted.layers) {
      for (const [suffix, shape] of Object.entries(adapted.method.tensors(adapted.configOf(layer), layer))) {
        const label = adapterLabel(layer.name, suffix);
        values[label] = Float32Array.from({ length: sizeOf(shape) }, (_, i) => defined(defined(values[label])[i]) + 0.1 * random());
      }
    }
    for (const name of Object.keys(adapted.common)) {
      const label = modelLabel(name);
      values[label] = defined(values[label]).map((value) => value + 0.1 * random());
    }
    return { model, adapted, values };
  };
  const adapters = Object.keys(methods).filter((method) => trainsOf(method) === 'adapter');

  test.each(adapters.filter((method) => defined(methods[method]).merged))('%s: its delta is the same whatever the weight, unless it says that it depends on it', async (method) => {
    const { model, adapted, values } = await trained(method);
    const zeros = { ...model.source, readF32Checked: async (name: string) => (await model.source.readF32Checked(name)).fill(0) };
    const [onWeights, alone] = [await mergedWeights(device, model.source, { adapted, values }), await mergedWeights(device, zeros, { adapted, values })];
    const errors = await Promise.all(
      adapted.layers.map(async ({ name }) => {
        const weight = await model.source.readF32Checked(`${name}.weight`);
        // A weight that is not there stays as it is.
        return maxError((onWeights.get(`${name}.weight`) ?? weight).map((value, i) => value - defined(weight[i])), alone.get(`${name}.weight`) ?? new Float32Array(weight.length));
      }),
    );
    if (defined(methods[method]).ofWeight) expect(Math.max(...errors)).toBeGreaterThan(1e-3);
    else expect(Math.max(...errors)).toBeLessThan(1e-4);
  });

  test.each(adapters.filter((method) => defined(methods[method]).equivalent))('%s merges to what its equivalent does', async (method) => {
    const { model, adapted, values } = await trained(method);
    const other = asEquivalent(adapted, values);
    expect(other.adapted.config.method).toBe(defined(methodFields[method]).equivalent);
    const [own, same] = [await mergedWeights(device, model.source, { adapted, values }), await mergedWeights(device, model.source, other)];
    for (const { name } of adapted.layers) expect(maxError(same.get(`${name}.weight`)!, own.get(`${name}.weight`)!)).toBeLessThan(1e-5);
  });
});
