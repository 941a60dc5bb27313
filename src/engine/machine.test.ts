import { beforeAll, describe, expect, test, vi } from 'vitest';
import { defined } from '../numbers/defined';
import { scaleBy } from '../ops/add';
import { linear } from '../ops/matmul';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { traffic } from '../testing/traffic';
import type { Device } from './device';
import { kernel } from './kernel';
import { Machine } from './machine';
import { compileAhead } from './pipelines';
import { planMemory } from './plan';
import { Recorder, type Program } from './record';
import { noStep } from './step';
import type { Tensor } from './tensor';
import { timeProgram } from './timing';

const increment = kernel(
  'increment',
  `@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  if (gid.x < arrayLength(&out)) { out[gid.x] += 1.0; }
}`,
);

/** A program that adds one to a counter `times` times. */
function counting(times: number): { rec: Recorder; program: Program; counter: Tensor } {
  const rec = new Recorder();
  const counter = rec.declare('state', 'counter', [4]);
  const program = rec.program('count', () => {
    for (let i = 0; i < times; i++) rec.emit(increment, { tensors: { out: counter }, grid: [1] });
  });
  return { rec, program, counter };
}

/** out = 3 x W^T on 2 x 4 values. */
function product(): { rec: Recorder; program: Program; x: Tensor; w: Tensor; out: Tensor; hidden: Tensor } {
  const rec = new Recorder();
  const x = rec.declare('input', 'x', [2, 4]);
  const w = rec.declare('frozen', 'w', [4, 4]);
  let out!: Tensor;
  let hidden!: Tensor;
  const program = rec.program('p', () => {
    hidden = linear(x, w);
    out = rec.keep(scaleBy(hidden, 3));
  });
  return { rec, program, x, w, out, hidden };
}

const identity = Float32Array.from({ length: 16 }, (_, i) => Number(i % 5 === 0));
const values = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
const tripled = [...values].map((v) => 3 * v);

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

describe('Machine', () => {
  test('replay allocates nothing', async () => {
    const { rec, program, x, w, out } = product();
    const machine = await Machine.build(device, rec);
    machine.write(w, identity);
    const makers = ['createBuffer', 'createBindGroup', 'createBindGroupLayout', 'createComputePipeline', 'createComputePipelineAsync', 'createPipelineLayout', 'createShaderModule', 'createQuerySet'] as const;
    const spies = makers.map((name) => vi.spyOn(device.gpu, name));
    for (let i = 0; i < 3; i++) {
      machine.write(x, values);
      machine.setStep({ ...noStep, index: i });
      await machine.run(program);
      await machine.readLate(out);
    }
    expect([...(await machine.readF32(out))]).toEqual(tripled);
    for (const spy of spies) {
      expect(spy, spy.getMockName()).not.toHaveBeenCalled();
      spy.mockRestore();
    }
    machine.destroy();
  });

  test('reports compiling', async () => {
    const { rec } = product();
    const seen: number[][] = [];
    const machine = await Machine.build(device, rec, (done, total) => seen.push([done, total]));
    expect(seen).toEqual([[0, 2], [1, 2], [2, 2]]);
    machine.destroy();
  });

  test('compiles nothing again that was compiled ahead, one at a time and not after an abort', async () => {
    const fresh = await mustOpen(gpu());
    const { rec } = product();
    const make = vi.spyOn(fresh.gpu, 'createComputePipelineAsync');
    const stop = new AbortController();
    make.mockImplementationOnce((what) => {
      stop.abort();
      return device.gpu.createComputePipelineAsync.call(fresh.gpu, what);
    });
    await compileAhead(fresh, rec, stop.signal);
    expect(make).toHaveBeenCalledTimes(1);
    await compileAhead(fresh, rec, new AbortController().signal);
    expect(make).toHaveBeenCalledTimes(2);
    const seen: number[][] = [];
    const machine = await Machine.build(fresh, rec, (done, total) => seen.push([done, total]));
    expect(make).toHaveBeenCalledTimes(2);
    expect(seen).toEqual([[0, 2], [1, 2], [2, 2]]);
    machine.destroy();
    fresh.destroy();
  });

  test('what shares memory cannot be read, what is in no program neither', async () => {
    const { rec, hidden } = product();
    const unused = rec.declare('input', 'unused', [4]);
    const machine = await Machine.build(device, rec);
    await expect(machine.readF32(hidden)).rejects.toThrow(/matmul is not in any program, or shares its memory; keep\(\) it/);
    await expect(machine.readF32(unused)).rejects.toThrow(/unused is not in any program/);
    expect(machine.has(unused)).toBe(false);
    machine.write(unused, values); // nowhere to go, and no harm
    machine.destroy();
  });

  test('writes in parts, refuses what does not fit', async () => {
    const { rec, program, x, w, out } = product();
    const machine = await Machine.build(device, rec);
    machine.write(w, identity);
    machine.write(x, values.subarray(0, 4));
    machine.write(x, values.subarray(4), 16);
    await machine.run(program);
    expect([...(await machine.readF32(out))]).toEqual(tripled);
    expect(() => machine.write(x, values, 4)).toThrow('x: 36 bytes do not fit into 32');
    machine.destroy();
  });

  test('constants are there after build', async () => {
    const rec = new Recorder();
    let out!: Tensor;
    const program = rec.program('p', () => (out = rec.keep(scaleBy(rec.constant('c', [3], Float32Array.from([1, 2, 3])), 2))));
    const machine = await Machine.build(device, rec);
    await machine.run(program);
    expect([...(await machine.readF32(out))]).toEqual([2, 4, 6]);
    machine.destroy();
  });

  test('reads more than the staging buffer holds', async () => {
    const rec = new Recorder();
    const n = 70_001; // 280 kB
    const x = rec.declare('input', 'x', [n]);
    let out!: Tensor;
    const program = rec.program('p', () => (out = rec.keep(scaleBy(x, 2))));
    const machine = await Machine.build(device, rec);
    machine.write(x, Float32Array.from({ length: n }, (_, i) => i));
    await machine.run(program);
    const [a, b] = await Promise.all([machine.readF32(out), machine.readF32(x)]);
    expect(a.length).toBe(n);
    expect(a.every((v, i) => v === 2 * i)).toBe(true);
    expect(b.every((v, i) => v === i)).toBe(true);
    machine.destroy();
  });

  test('gathers what many runs make, in order, with one wait for what the staging buffer holds', async () => {
    const rec = new Recorder();
    const n = 20_000; // 80 kB, of which three fit
    const x = rec.declare('input', 'x', [n]);
    let out!: Tensor;
    const program = rec.program('p', () => (out = rec.keep(scaleBy(x, 2))));
    const machine = await Machine.build(device, rec);
    const runs = (count: number, data: Float32Array, signal?: AbortSignal) =>
      machine.gather(async (gathering) => {
        for (let i = 0; i < count; i++) {
          machine.write(x, new Float32Array(n).fill(i + 1));
          await gathering.run(program, { tensor: out, data: data.subarray(i * n, (i + 1) * n) }, signal);
        }
      });
    const many = new Float32Array(5 * n);
    const { traffic: used } = await traffic(() => runs(5, many));
    expect(used).toEqual({ submits: 5, copies: 0, reads: 2 });
    expect(many.every((v, i) => v === 2 * (Math.floor(i / n) + 1))).toBe(true);
    // What was taken before a stop is let go, and the next gathering begins anew.
    const stop = new AbortController();
    const stopped = runs(3, new Float32Array(3 * n), stop.signal);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ kind: 'aborted' });
    const again = new Float32Array(2 * n);
    await runs(2, again);
    expect([again[0], again[2 * n - 1]]).toEqual([2, 4]);
    // Larger than the staging buffer, and the first bytes of another.
    const [both, few] = [new Float32Array(n), new Float32Array(3)];
    const read = await traffic(() => machine.read([{ tensor: x, data: both }, { tensor: out, data: few }]));
    expect(read.traffic).toEqual({ submits: 1, copies: 1, reads: 1 });
    expect([both[n - 1], ...few]).toEqual([2, 4, 4, 4]);
    machine.destroy();
  });

  test('late reads see the moment they were asked, in order, however many', async () => {
    const { rec, program, counter } = counting(1);
    const machine = await Machine.build(device, rec);
    const reads: Promise<Float32Array>[] = [];
    for (let i = 0; i < 3; i++) {
      await machine.run(program);
      reads.push(machine.readLate(counter));
    }
    expect((await Promise.all(reads)).map((r) => r[0])).toEqual([1, 2, 3]);
    // More than there are staging buffers.
    const many = await Promise.all(Array.from({ length: 11 }, () => machine.readLate(counter)));
    expect(many.map((r) => r[0])).toEqual(Array(11).fill(3));
    machine.destroy();
  });

  test('the same program three times gives the same bits', async () => {
    const { rec, program, x, w, out } = product();
    const machine = await Machine.build(device, rec);
    machine.write(w, Float32Array.from({ length: 16 }, (_, i) => Math.sin(i)));
    machine.write(x, values);
    const seen: string[] = [];
    for (let i = 0; i < 3; i++) {
      await machine.run(program);
      seen.push(Buffer.from(await machine.readBytes(out)).toString('hex'));
    }
    expect(new Set(seen).size).toBe(1);
    machine.destroy();
  });

  test('stops between pieces when aborted, and runs again', async () => {
    const { rec, program, counter } = counting(200);
    const machine = await Machine.build(device, rec);
    await expect(machine.run(program, AbortSignal.abort())).rejects.toMatchObject({ kind: 'aborted' });
    expect((await machine.readF32(counter))[0]).toBe(0);
    const controller = new AbortController();
    const run = machine.run(program, controller.signal);
    controller.abort();
    await expect(run).rejects.toMatchObject({ kind: 'aborted' });
    const stopped = defined((await machine.readF32(counter))[0]);
    expect(stopped).toBeGreaterThan(0);
    expect(stopped).toBeLessThan(200);
    await machine.run(program, new AbortController().signal);
    await machine.idle();
    expect((await machine.readF32(counter))[0]).toBe(stopped + 200);
    machine.destroy();
  });

  test('waits for no estimate that it has not measured', async () => {
    const { rec, program, counter } = counting(200);
    const machine = await Machine.build(device, rec);
    const timers = vi.spyOn(globalThis, 'setTimeout');
    for (let run = 0; run < 2; run++) await machine.run(program);
    await machine.idle();
    expect(timers).not.toHaveBeenCalled();
    timers.mockRestore();
    expect((await machine.readF32(counter))[0]).toBe(400);
    machine.destroy();
  });

  test('before anything is measured, what has much to do is submitted by itself', async () => {
    const submitted = async (work: number) => {
      const rec = new Recorder();
      const counter = rec.declare('state', 'counter', [4]);
      const program = rec.program('count', () => {
        for (let i = 0; i < 6; i++) rec.emit(increment, { tensors: { out: counter }, grid: [1], work });
      });
      const machine = await Machine.build(device, rec);
      const { traffic: used } = await traffic(() => machine.run(program));
      await machine.idle();
      machine.destroy();
      return used.submits;
    };
    expect(await submitted(1)).toBe(1);
    expect(await submitted(4e11)).toBe(6);
  });

  test('a kernel that does not compile leaves nothing allocated', async () => {
    const rec = new Recorder();
    const broken = kernel('broken', '@group(0) @binding(0) var<storage, read_write> out: array<f32>;\n@compute @workgroup_size(64) fn main() { out[0] = nothing; }');
    rec.program('p', () => rec.emit(broken, { tensors: { out: rec.declare('state', 's', [4]) }, grid: [1] }));
    await expect(Machine.build(device, rec)).rejects.toMatchObject({ kind: 'shader', message: expect.stringContaining('2:51') });
    expect(device.ledger).toEqual({});
  });
});

describe('timeProgram', () => {
  test('gives each dispatch its time', async ({ skip }) => {
    const { rec, program, x, w } = product();
    const machine = await Machine.build(device, rec);
    machine.write(w, identity);
    machine.write(x, values);
    await machine.run(program);
    await machine.idle();
    const before = { ...device.ledger };
    const times = await timeProgram(machine, program);
    // The form of the product that this adapter takes.
    const { kernel: taken, name } = machine.formOf(program, 0);
    expect(defined(defined(program.entries[0]).forms!.of[name!]).kernel).toBe(taken);
    expect(device.ledger).toEqual(before);
    machine.destroy();
    if (!device.gpu.features.has('timestamp-query')) {
      expect(times).toBeNull();
      skip('this adapter has no timestamps');
    }
    expect(times!.map(({ index, label, kernel }) => [index, label, kernel])).toEqual([[0, 'matmul', taken.name], [1, 'scale_by', 'add']]);
    for (const { ns } of times!) {
      expect(ns).toBeGreaterThan(0);
      expect(ns).toBeLessThan(1e10);
    }
  });
});

describe('a lost device', () => {
  test('fails runs and reads with device-lost, and a new device works', async () => {
    const doomed = await mustOpen(gpu());
    const { rec, program, counter } = counting(100);
    const machine = await Machine.build(doomed, rec);
    await machine.run(program);
    const running = machine.run(program);
    const reading = machine.readF32(counter);
    doomed.gpu.destroy();
    const lost = expect.objectContaining({ name: 'EngineError', kind: 'device-lost' });
    // What was under way either finished before or says what happened.
    for (const result of await Promise.allSettled([running, reading])) if (result.status === 'rejected') expect(result.reason).toEqual(lost);
    await doomed.gpu.lost;
    await expect(machine.run(program)).rejects.toEqual(lost);
    await expect(machine.readF32(counter)).rejects.toEqual(lost);
    await expect(machine.readLate(counter)).rejects.toEqual(lost);
    await expect(machine.idle()).rejects.toEqual(lost);
    expect(() => machine.setStep(noStep)).not.toThrow();
    expect(() => machine.write(counter, values.subarray(0, 4))).not.toThrow();
    await expect(Machine.build(doomed, counting(1).rec)).rejects.toEqual(lost);
    machine.destroy();
    expect(doomed.ledger).toEqual({});

    const fresh = await mustOpen(gpu());
    const again = await Machine.build(fresh, rec);
    await again.run(program);
    expect((await again.readF32(counter))[0]).toBe(100);
    again.destroy();
    fresh.destroy();
  });
});

describe('out of memory', () => {
  const large = (bytes: number) => {
    const rec = new Recorder();
    rec.program('p', () => rec.keep(scaleBy(rec.declare('input', 'pixels', [bytes / 4]), 2)));
    return rec;
  };

  test('a plan beyond the limits is refused before anything is allocated', async () => {
    const limit = Math.min(device.report.limits.maxBufferSize!, device.report.limits.maxStorageBufferBindingSize!);
    const made = vi.spyOn(device.gpu, 'createBuffer');
    const rec = large(Math.floor(limit / 256) * 256 + 256);
    const refused = (end: string) => ({ kind: 'out-of-memory', message: expect.stringMatching(new RegExp(`^pixels needs \\d+ bytes in one (buffer|binding), this device allows \\d+ \\(planned: .*input [\\d.]+ MiB.*\\)\\.${end}$`)) as string });
    await expect(Machine.build(device, rec)).rejects.toMatchObject(refused(''));
    // Whoever records knows what could be smaller.
    rec.advise = (bytes, one) => `Of ${Object.keys(bytes).join()}: ${String(one)}.`;
    await expect(Machine.build(device, rec)).rejects.toMatchObject(refused(' Of input: true\\.'));
    expect(made).not.toHaveBeenCalled();
    made.mockRestore();
    expect(device.ledger).toEqual({});
  });

  test.each([
    ['throws', () => { throw new RangeError('Array buffer allocation failed'); }],
    ['hands out a broken buffer', (original: GPUDevice['createBuffer'], d: GPUBufferDescriptor) => original({ ...d, size: 2 ** 46 })],
  ])('an allocation that %s half way gives everything back', async (_, fail) => {
    const plan = planMemory(large(4096));
    const original = device.gpu.createBuffer.bind(device.gpu);
    let count = 0;
    const spy = vi.spyOn(device.gpu, 'createBuffer').mockImplementation((d) => (++count === 3 ? fail(original, d) : original(d)));
    await expect(Machine.build(device, large(4096))).rejects.toMatchObject({
      kind: 'out-of-memory',
      message: expect.stringMatching(new RegExp(`could not give ${(plan.total / 2 ** 20).toFixed(1)} MiB \\(staging 0\\.25 MiB, .*input 0\\.00 MiB.*\\)\\.$`)),
    });
    spy.mockRestore();
    expect(device.ledger).toEqual({});
    const machine = await Machine.build(device, large(4096));
    machine.destroy();
  });
});

describe('memory that is borrowed', () => {
  /** out = x W^T on 2 x n values. */
  const times = (n: number) => {
    const rec = new Recorder();
    const x = rec.declare('input', 'x', [2, n]);
    const w = rec.declare('frozen', 'w', [n, n]);
    let out!: Tensor;
    const program = rec.program('p', () => void (out = rec.keep(linear(x, w))));
    return { rec, program, x, w, out };
  };

  test('a plan with a loan counts what it adds: neither equal weights nor what is written at each run', () => {
    const plan = planMemory(times(4).rec);
    expect(planMemory(times(4).rec, { plan, holds: () => true }).bytes).toEqual({ output: 32, uniform: 256 });
    expect(planMemory(times(4).rec, { plan, holds: () => false }).bytes).toEqual({ frozen: 64, output: 32, uniform: 256 });
    // Of another size: not the same weights, whatever they are called.
    expect(planMemory(times(8).rec, { plan, holds: () => true }).bytes).toEqual({ input: 64, frozen: 256, output: 64, uniform: 256 });
  });

  test('two machines compute on one set of weights, may not write them, and end before the lender', async () => {
    const base = times(4);
    const lender = await Machine.build(device, base.rec);
    lender.write(base.w, identity);
    const before = { ...device.ledger };
    const borrowers = [];
    for (let i = 0; i < 2; i++) {
      const one = times(4);
      borrowers.push({ ...one, machine: await Machine.build(device, one.rec, () => {}, { machine: lender, holds: () => true }) });
    }
    expect(device.ledger).toEqual({ ...before, output: before.output! + 64, uniform: before.uniform! + 512 });
    for (const [i, { machine, program, x, w, out }] of borrowers.entries()) {
      machine.write(x, values.map((v) => v + i));
      machine.setStep(noStep);
      await machine.run(program);
      expect([...(await machine.readF32(out))]).toEqual([...values].map((v) => v + i));
      expect(() => machine.write(w, identity)).toThrow(/w is borrowed/);
    }
    expect(() => lender.destroy()).toThrow(/2 machines still borrow/);
    for (const { machine } of borrowers) machine.destroy();
    expect(device.ledger).toEqual(before);
    lender.destroy();
    expect(device.ledger).toEqual({});
  });

  test('a borrower that cannot be built gives back its own and leaves the lender as it was', async () => {
    const lender = await Machine.build(device, times(4).rec);
    const before = { ...device.ledger };
    const spy = vi.spyOn(device.gpu, 'createBindGroup').mockImplementation(() => { throw new Error('no'); });
    await expect(Machine.build(device, times(4).rec, () => {}, { machine: lender, holds: () => true })).rejects.toThrow('no');
    spy.mockRestore();
    expect(device.ledger).toEqual(before);
    lender.destroy();
  });
});
