import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep, type StepScalars } from '../engine/step';
import { sizeOf, type Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { passGrad } from '../ops/add';
import { METRIC_FLOATS, METRIC_SLOTS } from '../ops/metrics';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { adamwUpdate, fill } from '../testing/reference';
import { adamw } from './adamw';
import { biasCorrections } from './schedule';

const options = { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: { weights: 0.1, head: 0.01 }, headGroups: ['head'] };
/** Sizes that are not multiples of 64, one beyond the 4096 values of a workgroup of the norm. */
const shapes: Record<string, { shape: number[]; group: string }> = {
  big: { shape: [70, 65], group: 'weights' },
  bias: { shape: [5], group: 'plain' },
  square: { shape: [9, 7], group: 'weights' },
  head: { shape: [3, 11], group: 'head' },
  one: { shape: [1], group: 'plain' },
};

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

interface Setup {
  machine: Machine;
  rec: Recorder;
  params: Record<string, Tensor>;
  weights: Record<string, Float64Array>;
  /** Writes the gradients and makes update `t`. */
  update: (grads: Record<string, ArrayLike<number>>, step: Partial<StepScalars>) => Promise<void>;
  /** Everything an update may change, as bytes in hex. */
  state: () => Promise<string[]>;
  /** Slot `slot` of the metrics ring: ..., gradient norm, skipped. */
  metrics: (slot?: number) => Promise<number[]>;
}

/** A program that takes gradients from inputs and updates. */
async function setup(which = shapes, maxBinding?: number, rates?: Record<string, number>): Promise<Setup> {
  const rec = new Recorder({ maxBinding });
  const random = randomNormal(11);
  const params: Record<string, Tensor> = {};
  const inputs: Record<string, Tensor> = {};
  const weights: Record<string, Float64Array> = {};
  for (const [name, { shape, group }] of Object.entries(which)) {
    params[name] = rec.param(name, shape, group);
    inputs[name] = rec.declare('input', `grad of ${name}`, shape);
    weights[name] = fill(sizeOf(shape), () => Math.fround(random()));
  }
  const program = rec.program('update', () => {
    for (const name of Object.keys(which)) passGrad(defined(params[name]), defined(inputs[name]));
    adamw({ ...options, rates });
  });
  const machine = await Machine.build(device, rec);
  for (const name of Object.keys(which)) machine.write(defined(params[name]), Float32Array.from(defined(weights[name])));
  return {
    machine,
    rec,
    params,
    weights,
    update: async (grads, step) => {
      for (const [name, g] of Object.entries(grads)) machine.write(defined(inputs[name]), Float32Array.from(g));
      machine.setStep({ ...noStep, ...step });
      await machine.run(program);
    },
    state: async () => {
      const list: string[] = [];
      for (const t of rec.tensors()) {
        if (t.role === 'param' || (t.role === 'state' && t.label !== 'grad_norm')) list.push(`${t.label} ${Buffer.from(await machine.readBytes(t)).toString('hex')}`);
      }
      return list;
    },
    metrics: async (slot = 0) => [...(await machine.readF32(rec.find('metrics')!)).slice(slot * METRIC_FLOATS, (slot + 1) * METRIC_FLOATS)],
  };
}

const draw = (seed: number, scale = 1) => {
  const random = randomNormal(seed);
  return Object.fromEntries(Object.entries(shapes).map(([name, { shape }]) => [name, fill(sizeOf(shape), () => Math.fround(scale * random()))]));
};
const normOf = (grads: Record<string, Float64Array>) => Math.sqrt(Object.values(grads).reduce((s, g) => s + g.reduce((t, v) => t + v * v, 0), 0));

describe('adamw', () => {
  test.each([
    { what: 'one buffer', maxBinding: undefined, chunks: 1 },
    // 70 * 65 * 4 = 18200 bytes fill a buffer of their own; the rest goes into the next.
    { what: 'flats split into buffers', maxBinding: 18432, chunks: 2 },
  ])('equals torch over six steps, with clipping, groups and schedule ($what)', async ({ maxBinding, chunks }) => {
    const s = await setup(shapes, maxBinding);
    expect(s.rec.flats.chunks).toHaveLength(chunks);
    const moments = Object.fromEntries(Object.entries(s.weights).map(([name, w]) => [name, { m: fill(w.length, () => 0), v: fill(w.length, () => 0) }]));
    for (let t = 1; t <= 6; t++) {
      // Norms of about 70, 7, 0.7 ...: some steps are clipped, some are not.
      const grads = draw(t, 10 ** (1 - t));
      const lr = 0.01 * t;
      const headLr = 0.05;
      const maxNorm = t === 5 ? 0 : 1;
      await s.update(grads, { lr, headLr, maxNorm, slot: t, ...biasCorrections(t, options.beta1, options.beta2) });
      const norm = normOf(grads);
      const [, , , gotNorm, skipped] = await s.metrics(t);
      expect(Math.abs(gotNorm! / norm - 1)).toBeLessThan(1e-6);
      expect(skipped).toBe(0);
      const clip = maxNorm ? Math.min(1, maxNorm / (norm + 1e-6)) : 1;
      for (const [name, { group }] of Object.entries(shapes)) {
        adamwUpdate(
          { weight: defined(s.weights[name]), grad: defined(grads[name]).map((g) => g * clip), ...defined(moments[name]) },
          { ...options, lr: group === 'head' ? headLr : lr, weightDecay: (options.weightDecay as Record<string, number>)[group] ?? 0, t },
        );
      }
    }
    // Six updates of up to 0.06 each, every one a few roundings of 6e-8 relative.
    for (const [name, expected] of Object.entries(s.weights)) expect(maxError(await s.machine.readF32(defined(s.params[name])), expected), name).toBeLessThan(1e-6);
    s.machine.destroy();
  });

  test('more groups than one dispatch tells apart each learn at their own share of the rate', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `layer ${i}`);
    const which = Object.fromEntries(names.map((name, i) => [name, { shape: [3 + 40 * i], group: i === 9 ? 'head' : `weights ${i}` }]));
    const rates = Object.fromEntries(Object.values(which).map(({ group }, i) => [group, 0.8 ** (9 - i)]));
    const s = await setup(which, undefined, rates);
    expect(defined(s.rec.programs[0]).entries.filter(({ kernel }) => kernel.name === 'adamw')).toHaveLength(3);
    const random = randomNormal(5);
    const moments = Object.fromEntries(names.map((name) => [name, { m: fill(defined(s.weights[name]).length, () => 0), v: fill(defined(s.weights[name]).length, () => 0) }]));
    for (let t = 1; t <= 3; t++) {
      const grads = Object.fromEntries(names.map((name) => [name, fill(defined(s.weights[name]).length, () => Math.fround(random()))]));
      await s.update(grads, { lr: 0.01, headLr: 0.04, maxNorm: 0, ...biasCorrections(t, options.beta1, options.beta2) });
      for (const [i, name] of names.entries()) {
        adamwUpdate({ weight: defined(s.weights[name]), grad: defined(grads[name]), ...defined(moments[name]) }, { ...options, lr: i === 9 ? 0.04 : 0.01 * 0.8 ** (9 - i), weightDecay: i === 9 ? 0.01 : 0, t });
      }
    }
    for (const [name, expected] of Object.entries(s.weights)) expect(maxError(await s.machine.readF32(defined(s.params[name])), expected), name).toBeLessThan(1e-6);
    s.machine.destroy();
  });

  test.each([
    ['NaN', NaN],
    ['infinity', Infinity],
    ['minus infinity', -Infinity],
    ['a sum of squares beyond f32', 3e25],
  ])('a gradient with %s skips the step on the GPU', async (_, bad) => {
    const s = await setup();
    const step = { lr: 0.1, headLr: 0.1, maxNorm: 1, ...biasCorrections(1, options.beta1, options.beta2) };
    await s.update(draw(1), step);
    const before = await s.state();
    for (const [name, at] of [['big', 4549], ['one', 0], ['bias', 4]] as const) {
      const grads = draw(2);
      defined(grads[name])[at] = bad;
      await s.update(grads, step);
    }
    expect(await s.state()).toEqual(before);
    expect((await s.metrics())[4]).toBe(3);
    await s.update(draw(3), step);
    expect(await s.state()).not.toEqual(before);
    expect((await s.metrics())[4]).toBe(3);
    s.machine.destroy();
  });

  test('the gaps between parameters stay zero and do not count', async () => {
    const s = await setup({ bias: shapes.bias!, one: shapes.one! });
    await s.update({ bias: [3, 0, 0, 0, 0], one: [4] }, { lr: 0.1, maxNorm: 0 });
    expect((await s.metrics())[3]).toBe(5);
    for (const name of ['param', 'm', 'v']) {
      const flat = await s.machine.readF32(s.rec.find(`flat ${name} 0`)!);
      expect(flat.length).toBe(128);
      expect([...flat.slice(5, 64), ...flat.slice(65)].every((v) => v === 0), name).toBe(true);
    }
    s.machine.destroy();
  });

  test('the same update twice gives the same bits', async () => {
    const runs: string[][] = [];
    for (let i = 0; i < 2; i++) {
      const s = await setup();
      for (let t = 1; t <= 2; t++) await s.update(draw(t), { lr: 0.1, headLr: 0.2, maxNorm: 1, ...biasCorrections(t, 0.9, 0.999) });
      runs.push(await s.state());
      s.machine.destroy();
    }
    expect(runs[1]).toEqual(runs[0]);
  });

  test('records nothing without parameters, and no parameter after it', () => {
    const rec = new Recorder();
    expect(rec.program('nothing', () => adamw(options)).entries).toEqual([]);
    expect(() => rec.param('late', [3], 'plain')).toThrow(/late declared after the optimizer/);
  });
});

describe('updates that were skipped', () => {
  const only = { bias: { shape: [5], group: 'plain' } };
  const [good, bad] = [{ bias: [1, -2, 3, 0.5, -0.25] }, { bias: [1, NaN, 3, 0.5, -0.25] }];
  /** Weights after real updates that lie behind so many skipped ones. */
  async function after(skipped: number, real: number): Promise<Float32Array[]> {
    const s = await setup(only);
    const found: Float32Array[] = [];
    for (let t = 1; t <= skipped + real; t++) {
      await s.update(t <= skipped ? bad : good, { lr: 0.1, maxNorm: 0, slot: t % METRIC_SLOTS, update: t, ...biasCorrections(t, options.beta1, options.beta2) });
      if (t > skipped) found.push(await s.machine.readF32(mustHave(s.params.bias)));
    }
    s.machine.destroy();
    return found;
  }

  test.each([1, 3, 9])('%i before the first real update, and it is as large as in a run without them: the learning rate', async (skipped) => {
    const [[first, ...more], without] = [await after(skipped, 4), await after(0, 4)];
    const s = await setup(only);
    s.weights.bias?.forEach((w, i) => expect(Math.abs(Math.abs((first?.[i] ?? NaN) - w) / 0.1 - 1)).toBeLessThan(1e-5));
    s.machine.destroy();
    [first, ...more].forEach((got, t) => expect(maxError(mustHave(got), mustHave(without[t])), `update ${t + 1}`).toBeLessThan(1e-6));
  });

  test('the corrections of a late update are those of float64, and none is made where the caller counts nothing', async () => {
    const s = await setup(only);
    const corrections = async (step: Partial<StepScalars>) => {
      await s.update(good, { lr: 0, ...step });
      return (await s.metrics()).slice(5, 7);
    };
    const given = biasCorrections(50, options.beta1, options.beta2);
    // Without a skip they are the host's, bit for bit.
    expect(await corrections({ update: 50, ...given })).toEqual([given.c1, given.c2].map(Math.fround));
    await s.update(bad, { lr: 0, update: 51 });
    for (const t of [2, 3, 50, 1000, 100_000]) {
      const [want, got] = [biasCorrections(t - 1, options.beta1, options.beta2), await corrections({ update: t, ...biasCorrections(t, options.beta1, options.beta2) })];
      expect(Math.abs(mustHave(got[0]) / want.c1 - 1), `c1 of ${t}`).toBeLessThan(1e-6);
      expect(Math.abs(mustHave(got[1]) / want.c2 - 1), `c2 of ${t}`).toBeLessThan(1e-6);
    }
    expect(await corrections({ c1: 3, c2: 7 })).toEqual([3, 7]);
    s.machine.destroy();
  });
});

function mustHave<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('There is no such value.');
  return value;
}
