import { beforeAll, describe, expect, test } from 'vitest';
import { storing } from '../io/stored';
import { defined } from '../numbers/defined';
import { linear } from '../ops/matmul';
import { adamw } from '../optim/adamw';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { matmul } from '../testing/reference';
import type { Device } from './device';
import { Machine } from './machine';
import { planMemory } from './plan';
import { Recorder, type StackKind } from './record';
import { noStep } from './step';
import { sizeOf } from './tensor';

const NAMES = ['a', 'b', 'c'];
const shape = [16, 16];

describe('a stack', () => {
  test('is declared once, and its members have their own labels', () => {
    const rec = new Recorder();
    const w = rec.stack(NAMES, shape, {})!;
    expect(w.shape).toEqual([3, 16, 16]);
    expect(rec.stack(NAMES, shape, {})).toBe(w);
    expect(rec.tensors().map((t) => [t.label, t.shape])).toEqual(NAMES.map((name) => [name, shape]));
    expect(rec.declare('frozen', 'b', shape)).toBe(rec.find('b'));
    const p = rec.stack(['p', 'q'], [4], { group: 'g', whole: true })!;
    expect(p.requiresGrad).toBe(true);
    expect(rec.flats.params().map(({ group, tensor }) => `${group} ${tensor.label}`)).toEqual(['g p', 'g q']);
    expect(rec.param('q', [4], 'g')).toBe(rec.find('q'));
    // One is itself, with its number first.
    expect(rec.stack(['d'], [5], {})!.storage).toBe(rec.find('d')!.storage);
    expect(rec.stack(['d'], [5], {})!.shape).toEqual([1, 5]);
  });

  test.each<[string, number[], StackKind, ConstructorParameters<typeof Recorder>[0]]>([
    ['a member is no multiple of the alignment', [9], {}, {}],
    ['nor of the device\'s', [9], {}, { align: 32 }],
    ['a member ends within a word', [127], { dtype: 'f16' }, {}],
    ['a member ends within a block', [16 * 15], { dtype: 'q8', whole: true }, {}],
    ['all are too large for one binding', [64], {}, { maxBinding: 700 }],
  ])('is none where %s', (_, of, kind, options) => {
    expect(new Recorder(options).stack(NAMES, of, kind)).toBeNull();
  });

  test('is none where a member was declared by itself', () => {
    const rec = new Recorder();
    rec.declare('frozen', 'b', shape);
    expect(rec.stack(NAMES, shape, {})).toBeNull();
  });

  test('aligns as the device does', () => {
    expect(new Recorder({ align: 32 }).stack(NAMES, [8], {})).not.toBeNull();
    expect(new Recorder({ align: 4096 }).stack(NAMES, [64], {})).not.toBeNull();
  });

  test('takes as much memory as its members, whatever the alignment', () => {
    const bytes = (align: number) => {
      const rec = new Recorder({ align });
      rec.program('p', () => {
        const x = rec.declare('input', 'x', [2, 8], 'f32', true);
        const w = rec.stack(NAMES, [4, 8], { group: 'g' });
        const ys = w ? [linear(x, w)] : NAMES.map((name) => linear(x, rec.param(name, [4, 8], 'g')));
        for (const y of ys) rec.setGrad(y, rec.declare('input', `d ${ys.indexOf(y)}`, y.shape));
        rec.backward(defined(ys[0]), rec.gradOf(defined(ys[0]))!);
      });
      const plan = planMemory(rec);
      return [plan.bytes.param, plan.bytes.grad];
    };
    expect(bytes(32)).toEqual(bytes(256));
  });

  test('that is only bound whole does not lend its members', () => {
    const rec = new Recorder();
    rec.stack(NAMES, [9, 9], { whole: true });
    rec.program('p', () => void linear(rec.declare('input', 'x', [2, 9]), rec.find('b')!));
    expect(() => planMemory(rec)).toThrow(/b: lies at byte 324 of its buffer, where it can be bound only with the stack it is in/);
  });
});

describe('on the device', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });
  const draw = (seed: number, n: number) => {
    const random = randomNormal(seed);
    return Float32Array.from({ length: n }, () => random());
  };

  test.each(['f32', 'f16', 'q8', 'nf4'] as const)('frozen in %s: written by member, bound whole and by member, lent as one', async (dtype) => {
    const record = () => {
      const rec = new Recorder();
      const x = rec.declare('input', 'x', [5, 64]);
      const keep: Record<string, ReturnType<typeof linear>> = {};
      const program = rec.program('p', () => {
        keep.all = rec.keep(linear(x, rec.stack(NAMES, [64, 64], { dtype })!));
        keep.b = rec.keep(linear(x, rec.find('b')!));
      });
      return { rec, x, keep, program };
    };
    const { rec, x, keep, program } = record();
    const machine = await Machine.build(device, rec);
    expect(device.ledger).toEqual(planMemory(rec).bytes);
    const values = Object.fromEntries(NAMES.map((name, i) => [name, draw(i, 4096)]));
    const stored = (name: string) => storing[dtype].unpack(storing[dtype].pack(defined(values[name])), 4096);
    const input = draw(9, 5 * 64);
    for (const name of NAMES) machine.write(rec.find(name)!, storing[dtype].pack(defined(values[name])));
    const expected = (name: string) => matmul(Float64Array.from(input), Float64Array.from(stored(name)), { M: 5, N: 64, K: 64, wT: true });
    const check = async (m: Machine, r: ReturnType<typeof record>) => {
      m.write(r.x, input);
      await m.run(r.program);
      const all = await m.readF32(r.keep.all!);
      NAMES.forEach((name, i) => expect(maxError(Float32Array.from({ length: 320 }, (_, at) => defined(all[Math.floor(at / 64) * 192 + i * 64 + (at % 64)])), expected(name)), name).toBeLessThan(2e-6));
      expect(maxError(await m.readF32(r.keep.b!), expected('b'))).toBeLessThan(2e-6);
    };
    await check(machine, { rec, x, keep, program });
    expect(storing[dtype].unpack(new Uint8Array(await machine.readBytes(rec.find('c')!)), 4096)).toEqual(stored('c'));

    const frozen = device.ledger.frozen;
    const again = record();
    const guest = await Machine.build(device, again.rec, undefined, { machine, holds: () => true });
    expect(device.ledger.frozen).toBe(frozen);
    expect(guest.borrows(again.rec.find('c')!)).toBe(true);
    await check(guest, again);
    guest.destroy();
    // What one member differs in is not borrowed.
    const other = record();
    const own = await Machine.build(device, other.rec, undefined, { machine, holds: (label) => label !== 'c' });
    expect(own.borrows(other.rec.find('a')!)).toBe(false);
    own.destroy();
    machine.destroy();
    expect(device.ledger).toEqual({});
  });

  test('trained, of members that no binding could begin at: the gradients and updates of each by itself', async () => {
    const results: Float32Array[][] = [];
    for (const together of [true, false]) {
      const rec = new Recorder();
      const x = rec.declare('input', 'x', [6, 5], 'f32', true);
      const param = (name: string) => rec.param(name, [3, 5], 'g');
      const train = rec.program('train', () => {
        const w = together ? rec.stack(NAMES, [3, 5], { group: 'g', whole: true })! : null;
        const ys = w ? [linear(x, w)] : NAMES.map((name) => linear(x, param(name)));
        const dys = ys.map((y, i) => rec.declare('input', `dy ${i}`, y.shape));
        ys.forEach((y, i) => rec.setGrad(y, defined(dys[i])));
        rec.backward(defined(ys[0]), defined(dys[0]));
      });
      const update = rec.program('update', () => adamw({ beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: { g: 0.1 }, headGroups: [] }));
      expect(update.entries.map((e) => e.kernel.name)).toEqual(['grad_norm', 'grad_norm_finish', 'adamw']);
      const machine = await Machine.build(device, rec);
      expect(device.ledger).toEqual(planMemory(rec).bytes);
      machine.write(x, draw(1, 30));
      NAMES.forEach((name, i) => machine.write(rec.find(name)!, draw(2 + i, 15)));
      const dys = NAMES.map((_, i) => draw(20 + i, 18));
      if (together) machine.write(rec.find('dy 0')!, Float32Array.from({ length: 54 }, (_, at) => defined(defined(dys[Math.floor((at % 9) / 3)])[Math.floor(at / 9) * 3 + (at % 3)])));
      else dys.forEach((dy, i) => machine.write(rec.find(`dy ${i}`)!, dy));
      machine.setStep({ ...noStep, lr: 0.01 });
      await machine.run(train);
      await machine.run(update);
      const read: Float32Array[] = [];
      for (const { tensor } of rec.flats.params()) read.push(await machine.readF32(rec.paramGrad(tensor)), await machine.readF32(tensor));
      expect(read.map((data) => data.length)).toEqual(Array.from({ length: 6 }, () => sizeOf([3, 5])));
      results.push(read);
      machine.destroy();
    }
    defined(results[0]).forEach((data, i) => expect(maxError(data, defined(defined(results[1])[i]))).toBeLessThan(1e-6));
    expect(device.ledger).toEqual({});
  });
});
