import { beforeAll, describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { add, addBias, scaleBy } from '../ops/add';
import { attention } from '../ops/attention';
import { addBlocks } from '../ops/blocks';
import { combine } from '../ops/combine';
import { concat } from '../ops/concat';
import { crossEntropy } from '../ops/crossEntropy';
import { METRIC_FLOATS } from '../ops/metrics';
import { dropout } from '../ops/dropout';
import { embed } from '../ops/embed';
import { layerNorm } from '../ops/layerNorm';
import { batchedMatmul, linear, linearRecomputed, matmulNN } from '../ops/matmul';
import { l2Normalize } from '../ops/normalize';
import { pool } from '../ops/pool';
import { randloraMerge } from '../ops/randlora';
import { scaleColumns, scaleRows } from '../ops/scale';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import type { Device } from './device';
import { Machine } from './machine';
import { Recorder, type Program } from './record';
import { noStep, type StepScalars } from './step';
import { sizeOf, type Tensor } from './tensor';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

/** Fills all parameters and frozen tensors with the same numbers, whatever the program. */
function fillWeights(machine: Machine, rec: Recorder): void {
  for (const t of rec.tensors()) {
    if (t.role !== 'param' && t.role !== 'frozen') continue;
    const random = randomNormal(t.label.length * 31 + t.label.charCodeAt(0));
    machine.write(t, Float32Array.from({ length: sizeOf(t.shape) }, () => 0.5 * random()));
  }
}

async function gradients(machine: Machine, rec: Recorder): Promise<Record<string, Float32Array>> {
  const all: Record<string, Float32Array> = {};
  for (const { tensor } of rec.flats.params()) all[tensor.label] = await machine.readF32(rec.paramGrad(tensor));
  return all;
}

describe('checkpoint', () => {
  /** Blocks with everything a checkpoint must get right: dropout, residual, parameters, an outer tensor used inside. */
  async function stack(blocks: number, checkpointed: boolean, nested = false) {
    const rec = new Recorder();
    const [B, C] = [6, 16];
    const x0 = rec.declare('input', 'x', [B, C], 'f32', true);
    const dout = rec.declare('input', 'dout', [B, C]);
    let dx!: Tensor;
    let out!: Tensor;
    const program = rec.program('train', () => {
      let x: Tensor = x0;
      for (let i = 0; i < blocks; i++) {
        const inner = (h: Tensor) => dropout(linear(h, rec.param(`up ${i}`, [2 * C, C], 'w'), { act: 'gelu' }), 0.3);
        const before = x;
        const block = () => {
          const hidden = nested ? rec.checkpoint(() => inner(before)) : inner(before);
          return linear(scaleColumns(hidden, rec.param(`scale ${i}`, [2 * C], 'w')), rec.param(`down ${i}`, [C, 2 * C], 'w'), {
            residual: i === 1 ? x0 : before,
          });
        };
        x = checkpointed ? rec.checkpoint(block) : block();
        x = dropout(x, 0.1);
      }
      out = rec.keep(x);
      rec.backward(x, dout);
      dx = rec.keep(rec.gradOf(x0)!);
    });
    const machine = await Machine.build(device, rec);
    fillWeights(machine, rec);
    const random = randomNormal(3);
    for (const t of [x0, dout]) machine.write(t, Float32Array.from({ length: B * C }, () => random()));
    machine.setStep({ ...noStep, seed: 5, index: 9 });
    await machine.run(program);
    const result = { out: await machine.readF32(out), grads: { ...(await gradients(machine, rec)), x: await machine.readF32(dx) } };
    const { temp } = machine.plan.bytes;
    machine.destroy();
    return { ...result, temp: temp!, entries: program.entries.length };
  }

  test('changes no bit of the result and the gradients, dropout included, and needs less memory', async () => {
    const kept = await stack(6, false);
    const again = await stack(6, true);
    expect(again.out).toEqual(kept.out);
    expect(again.grads).toEqual(kept.grads);
    expect(Object.values(again.grads).every((g) => g.some((v) => v !== 0))).toBe(true);
    expect(again.entries).toBeGreaterThan(kept.entries);
    expect(again.temp).toBeLessThan(0.6 * kept.temp);
  });

  test('memory per block is one tensor of the stream', async () => {
    const [four, eight] = [await stack(4, true), await stack(8, true)];
    // (B, C) floats for the block's input and its output before dropout.
    expect(eight.temp - four.temp).toBeLessThanOrEqual(4 * 2 * 6 * 16 * 4);
  });

  test('may be nested', async () => {
    const kept = await stack(3, false);
    const nested = await stack(3, true, true);
    expect(nested.out).toEqual(kept.out);
    expect(nested.grads).toEqual(kept.grads);
  });
});

describe('gradient accumulation', () => {
  const [T, C, K] = [3, 8, 5];

  /** Every op that writes a parameter's gradient, parameters used once and twice. */
  function model(rec: Recorder, patches: Tensor): Tensor {
    const param = (name: string, ...shape: number[]) => rec.param(name, shape, 'g');
    const frozen = (name: string, ...shape: number[]) => rec.declare('frozen', name, shape);
    let x = embed(patches, param('cls', C), param('positions', T, C));
    x = layerNorm(x, param('norm weight', C), param('norm bias', C), 1e-6);
    const twice = param('twice', C, C);
    x = linear(linear(x, twice, { bias: param('bias', C), act: 'quick_gelu' }), twice, { residual: x });
    x = attention(x, linear(x, param('k', C, C)), x, 2);
    x = addBias(scaleColumns(x, param('columns', C)), param('added', C));
    const randlora = { A: frozen('A', 2, 1, C), B: frozen('B', C, 4, 2), lambda: param('lambda', 1, 2, 4), gamma: param('gamma', 1, 4, C), paper: false };
    x = linear(x, scaleRows(randloraMerge(frozen('W', C, C), randlora, 1), param('rows', C)));
    const bases = frozen('bases', 3, 8, 10);
    const coefficients = param('coefficients', 6);
    const delta = () => matmulNN(combine(bases, coefficients, 0, 8, 4), combine(bases, coefficients, 3, 4, 8));
    x = linearRecomputed(x, delta, { residual: x });
    const batched = batchedMatmul(param('left', 1, C, 3), param('right', 1, 3, C), { residual: param('whole', 1, C, C) });
    x = batchedMatmul(rec.view(x, [1, defined(x.shape[0]) * T, C]), batched);
    x = addBlocks(linear(x, param('base', C, C)), linear(x, param('down', 4, C)), param('up', 2, C / 2, 2));
    const pooled = pool(rec.view(x, [defined(patches.shape[0]), T, C]), 0, 2);
    return linear(pooled, l2Normalize(param('head', K, C)), { alpha: 4 });
  }

  interface Built {
    machine: Machine;
    rec: Recorder;
    program: Program;
    run: (images: Float32Array, labels: number[], step: Partial<StepScalars>) => Promise<void>;
  }

  async function build(batch: number): Promise<Built> {
    const rec = new Recorder();
    const patches = rec.declare('input', 'patches', [batch, T - 1, C]);
    const labels = rec.declare('input', 'labels', [batch], 'u32');
    const program = rec.program('train', () => {
      const logits = model(rec, patches);
      rec.backward(logits, crossEntropy(logits, labels, 0.1).dlogits!);
    });
    const machine = await Machine.build(device, rec);
    fillWeights(machine, rec);
    const run: Built['run'] = async (images, labelValues, step) => {
      machine.write(patches, images);
      machine.write(labels, Uint32Array.from(labelValues));
      machine.setStep({ ...noStep, ...step });
      await machine.run(program);
    };
    return { machine, rec, program, run };
  }

  test('two micro-batches give the gradients and the metrics of one batch', async () => {
    const random = randomNormal(8);
    const images = Float32Array.from({ length: 4 * (T - 1) * C }, () => random());
    const half = images.length / 2;
    // The last row is padding: three count, so that halves of two and one rows must be weighed rightly.
    const labels = [1, 4, 0, K];
    const invCount = 1 / 3;
    const slot = 2;

    const big = await build(4);
    await big.run(images, labels, { invCount, slot });
    const expected = await gradients(big.machine, big.rec);
    const metrics = (b: Built) => b.machine.readF32(b.rec.find('metrics')!).then((m) => m.slice(slot * METRIC_FLOATS, slot * METRIC_FLOATS + 3));
    const wanted = await metrics(big);
    expect(wanted[2]).toBe(3);

    const small = await build(2);
    // Twice, so that the first micro-batch must overwrite what the step before left.
    for (let step = 0; step < 2; step++) {
      await small.run(images.subarray(0, half), labels.slice(0, 2), { invCount, slot, micro: 0 });
      await small.run(images.subarray(half), labels.slice(2), { invCount, slot, micro: 1 });
    }
    const got = await gradients(small.machine, small.rec);
    expect(Object.keys(got)).toEqual(Object.keys(expected));
    for (const [name, g] of Object.entries(expected)) {
      expect(g.some((v) => v !== 0), name).toBe(true);
      // The same terms added in another order.
      expect(maxError(defined(got[name]), g), name).toBeLessThan(3e-6);
    }
    expect(maxError(await metrics(small), wanted)).toBeLessThan(1e-6);
    big.machine.destroy();
    small.machine.destroy();
  });
});

describe('what is shared', () => {
  const [M, C] = [3, 64];
  type Param = (use: string, name: string, ...shape: number[]) => Tensor;
  type Model = (rec: Recorder, x: Tensor, param: Param, tied: boolean) => Tensor;

  /**
   * Gradients of a model by parameter: `tied`, where its uses have one parameter of a name, or each use has its own with the same
   * values, whose gradients are then added here. Two micro-batches of a step, after a step before.
   */
  async function summed(model: Model, tied: boolean): Promise<Record<string, Float32Array>> {
    const rec = new Recorder();
    const uses = new Map<string, Set<string>>();
    const param: Param = (use, name, ...shape) => {
      uses.set(name, (uses.get(name) ?? new Set()).add(tied ? name : `${name} ${use}`));
      return rec.param(tied ? name : `${name} ${use}`, shape, 'g');
    };
    const x = rec.declare('input', 'x', [M, C]);
    let dout!: Tensor;
    const train = rec.program('train', () => {
      const out = model(rec, x, param, tied);
      rec.backward(out, (dout = rec.declare('input', 'dout', out.shape)));
    });
    const update = rec.onceProgram && rec.program('update', () => rec.settle());
    const machine = await Machine.build(device, rec);
    for (const t of rec.tensors()) {
      const random = randomNormal(t.label.charCodeAt(0));
      if (t.role === 'param' || t.role === 'frozen') machine.write(t, Float32Array.from({ length: sizeOf(t.shape) }, () => 0.2 * random()));
    }
    for (const micro of [0, 1, 0, 1]) {
      const random = randomNormal(5 + micro);
      for (const t of [x, dout]) machine.write(t, Float32Array.from({ length: sizeOf(t.shape) }, () => random()));
      machine.setStep({ ...noStep, micro });
      if (rec.onceProgram && micro === 0) await machine.run(rec.onceProgram);
      await machine.run(train);
    }
    if (update) await machine.run(update);
    const found = await gradients(machine, rec);
    machine.destroy();
    const sum = (labels: string[]) => labels.map((label) => defined(found[label])).reduce((a, b) => a.map((v, i) => v + defined(b[i])));
    return Object.fromEntries([...uses].map(([name, labels]) => [name, sum([...labels])]));
  }

  test.each<[string, Model]>([
    [
      'whole, in slices, transposed, and as a bias',
      (rec, x, param) => {
        const w = (use: string) => param(use, 'w', 4, C);
        const h = addBias(matmulNN(linear(x, w('whole')), w('transposed')), rec.rows(w('bias'), 3, 1));
        const parts = [0, 2].map((first) => linear(h, rec.rows(w('slices'), first, 2)));
        return matmulNN(concat(defined(parts[0]), defined(parts[1])), w('last'));
      },
    ],
    [
      'as a stack, by members, and in slices of a member',
      (rec, x, param, tied) => {
        const all = tied ? rec.view(rec.stack(['a', 'b'], [2, C], { group: 'g' })!, [4, C]) : null;
        const h = linear(x, param('h', 'b', 2, C));
        const row = linear(matmulNN(h, param('z', 'a', 2, C)), rec.rows(param('row', 'b', 2, C), 1, 1));
        const rows = concat(row, row);
        return all ? matmulNN(concat(h, rows), all) : add(matmulNN(h, param('all', 'a', 2, C)), matmulNN(rows, param('all', 'b', 2, C)));
      },
    ],
    [
      'the same coefficients, and others of the same tensor',
      (rec, x, param) => {
        const c = (use: string) => param(use, 'c', 6);
        const bases = rec.declare('frozen', 'bases', [3, C, C]);
        const mixed = (use: string, first: number) => combine(bases, c(use), first, C, C);
        return linear(linear(linear(x, mixed('first', 0)), mixed('again', 0)), mixed('other', 3));
      },
    ],
    [
      'the weight of a norm, whose bias is not',
      (_, x, param) => scaleColumns(layerNorm(x, param('norm', 'n', C), param('norm', 'bias', C), 1e-6), param('scale', 'n', C)),
    ],
    ['what a norm and a product read', (_, x, param) => matmulNN(linear(x, param('product', 'w', C, C)), layerNorm(param('norm', 'w', C, C), param('n', 'n', C), param('bias', 'bias', C), 1e-6))],
    ['what blocks are added of', (_, x, param) => linear(x, addBlocks(linear(param('w', 'w', 8, C), param('base', 'base', C, C)), param('u', 'w', 8, C), param('up', 'up', 1, C, C)))],
  ])('gradients add up: %s', async (_, model) => {
    const [tied, apart] = [await summed(model, true), await summed(model, false)];
    for (const [name, g] of Object.entries(apart)) {
      expect(g.some((v) => v !== 0), name).toBe(true);
      // The same terms added in another order.
      expect(maxError(defined(tied[name]), g), name).toBeLessThan(3e-6);
    }
  });

  test('what is made once of what is made once, and passed on as it is, has the gradient of what is made each time', async () => {
    const model = (once: boolean): Model => (rec, x, param) => {
      const make = (label: string, body: () => Tensor) => (once ? rec.once(label, body) : body());
      const double = make('double', () => scaleBy(param('p', 'p', C, C), 2));
      const more = make('more', () => linear(double, rec.declare('frozen', 'f', [C, C])));
      return linear(linear(x, more), add(double, rec.declare('frozen', 'e', [C, C])));
    };
    const [once, each] = [await summed(model(true), true), await summed(model(false), true)];
    expect(maxError(once.p!, each.p!)).toBeLessThan(3e-6);
  });
});
