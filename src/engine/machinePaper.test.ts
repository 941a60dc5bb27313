import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPaper, paperGpu, type PaperGpu } from '../testing/paperGpu';
import { there } from '../testing/there';
import type { Device } from './device';
import { kernel } from './kernel';
import { bytesText, Machine } from './machine';
import { planMemory } from './plan';
import { Recorder, type Program } from './record';
import { noStep } from './step';
import type { Tensor } from './tensor';
import { timeProgram } from './timing';

/** Calls of a machine to its GPU, without one. */

const copyKernel = kernel(
  'copy',
  `struct Params { count: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64) fn main() {}`,
);
const fiveKernel = kernel(
  'five',
  `struct Params { a: f32, b: f32, c: f32, d: f32, e: i32 }
struct Step { seed: u32 }
override WIDE: u32 = 1u;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<uniform> p: Params;
@group(0) @binding(0) var<uniform> step: Step;
@compute @workgroup_size(64) fn main() {}`,
);
const plainKernel = kernel('plain', '@group(0) @binding(0) var<storage, read_write> out: array<f32>;\n@compute @workgroup_size(64) fn main() {}');

/** Bytes of a million values, more than one piece of an upload. */
const WIDE = 2 ** 22 + 3;

/** A copy of x into out, then five numbers over it. */
function both(count = 4): { rec: Recorder; program: Program; x: Tensor; out: Tensor; passing: Tensor } {
  const rec = new Recorder();
  const x = rec.declare('input', 'x', [count]);
  const out = rec.declare('state', 'out', [count]);
  let passing!: Tensor;
  const program = rec.program('both', () => {
    passing = rec.temp('passing', [count]);
    rec.emit(copyKernel, { tensors: { x, out: passing }, params: { count }, grid: [2, 3] });
    rec.emit(copyKernel, { tensors: { x: passing, out }, params: { count: count + 1 }, grid: [1] });
    rec.emit(fiveKernel, { tensors: { out }, params: { a: 1, b: 2, c: 3, d: 4, e: -1 }, overrides: { WIDE: 2 }, grid: [5], label: 'numbers' });
  });
  return { rec, program, x, out, passing };
}

/** A program of entries that have so much to do each. */
function entries(works: number[]): { rec: Recorder; program: Program; out: Tensor } {
  const rec = new Recorder();
  const out = rec.declare('state', 'out', [4]);
  const program = rec.program('entries', () => works.forEach((work, i) => rec.emit(plainKernel, { tensors: { out }, grid: [i + 1], work })));
  return { rec, program, out };
}

let paper: PaperGpu;
let device: Device;
/** A GPU of another kind than the usual one, a card in Node. */
const open = async (what: Parameters<typeof paperGpu>[0]) => {
  paper.restore();
  paper = paperGpu(what);
  device = await openPaper(paper);
};
beforeEach(async () => {
  paper = paperGpu();
  device = await openPaper(paper);
});
afterEach(() => paper.restore());

/** Number of dispatches in each submit since `from`; copies are zeros. */
const pieces = (from = 0) => paper.submits.slice(from).map(({ dispatches }) => dispatches.length);
const bufferOf = (label: string) => there(paper.buffers.find((buffer) => buffer.label === label && !buffer.destroyed));
const noWait = () => new Promise((done) => queueMicrotask(() => done(undefined)));

describe('what is built', () => {
  test('are the buffers of the plan, for what each is used, pipelines once each, and bind groups', async () => {
    const { rec, program } = both();
    const compiled: [number, number][] = [];
    const machine = await Machine.build(device, rec, (done, total) => compiled.push([done, total]));
    const plan = planMemory(rec);
    expect(paper.buffers.map(({ label, size, usage }) => [label, size, usage])).toEqual(plan.buffers.map(({ label, bytes, role }) => [label, bytes, role === 'staging' ? 0x9 : role === 'uniform' ? 0x48 : 0x8c]));
    expect(device.ledger).toEqual(plan.bytes);
    expect([compiled, paper.pipelines, paper.scopes]).toEqual([[[0, 2], [1, 2], [2, 2]], 2, 0]);
    // The params of three dispatches, in slots of 256 bytes.
    expect(paper.writes).toEqual([{ buffer: 'params', offset: 0, bytes: 768 }]);
    expect([...bufferOf('params').bytes].flatMap((byte, i) => (byte ? [[i, byte]] : [])).slice(0, 2)).toEqual([[0, 4], [256, 5]]);
    await machine.run(program);
    const [submit] = paper.submits;
    const bound = (i: number) => Object.fromEntries(Object.entries(there(submit?.dispatches[i]).bound).map(([at, { buffer, offset, size }]) => [at, [buffer.label, offset, size]]));
    expect([bound(0), bound(1), bound(2)]).toEqual([
      { 0: ['params', 0, 16], 1: ['x', 0, 16], 3: ['temp 0', 0, 16] },
      { 0: ['params', 256, 16], 1: ['temp 0', 0, 16], 3: ['out', 0, 16] },
      { 0: ['step', 0, 64], 1: ['params', 512, 32], 2: ['out', 0, 16] },
    ]);
    expect(submit?.dispatches.map(({ code }) => code)).toEqual([copyKernel.text, copyKernel.text, fiveKernel.text]);
    expect(submit?.dispatches.map((one) => [one.kernel, one.constants, one.grid])).toEqual([['copy', {}, [2, 3, 1]], ['copy', {}, [1, 1, 1]], ['five', { WIDE: 2 }, [5, 1, 1]]]);
    const types = paper.layouts.map(({ entries: of, label }) => [label, [...of].map(({ binding, visibility, buffer }) => [binding, visibility, buffer?.type])]);
    expect(types).toEqual([
      ['copy', [[1, 4, 'read-only-storage'], [3, 4, 'storage'], [0, 4, 'uniform']]],
      ['five', [[2, 4, 'storage'], [1, 4, 'uniform'], [0, 4, 'uniform']]],
    ]);
    expect([machine.formOf(program, 2).kernel, machine.formOf(program, 0).grid]).toEqual([fiveKernel, [2, 3, 1]]);
    machine.destroy();
    expect([device.ledger, paper.buffers.every(({ destroyed }) => destroyed)]).toEqual([{}, true]);
  });

  test('without params there is no buffer for them, and what is constant is there at once', async () => {
    const { rec, out } = entries([1]);
    rec.program('more', () => rec.emit(plainKernel, { tensors: { out: rec.constant('c', [3], Float32Array.of(1, 2, 3)) }, grid: [1] }));
    rec.program('of what is made then', () => rec.emit(plainKernel, { tensors: { out: rec.constant('made', [1], () => Float32Array.of(7)) }, grid: [1] }));
    const machine = await Machine.build(device, rec);
    expect(paper.buffers.map(({ label }) => label)).toEqual(['out', 'c', 'made', 'step', 'staging', ...[0, 1, 2, 3].map((i) => `staging metrics ${i}`)]);
    expect([[...new Float32Array(bufferOf('c').bytes.buffer)], new Float32Array(bufferOf('made').bytes.buffer)[0]]).toEqual([[1, 2, 3, 0], 7]);
    machine.setStep({ ...noStep, seed: 5, micro: 2 });
    expect([...new Uint32Array(bufferOf('step').bytes.buffer).slice(0, 3)]).toEqual([5, 0, 2]);
    expect(machine.has(out)).toBe(true);
  });

  test.each<[string, () => unknown, object]>([
    ['too large a buffer', () => (device.report.limits.maxBufferSize = 2 ** 17), { kind: 'out-of-memory', message: expect.stringMatching(/262144 bytes in one buffer.* 131072 .*staging 0\.25 MiB.*staging: true$/) as string }],
    ['too large a binding', () => (device.report.limits.maxStorageBufferBindingSize = 255), { kind: 'out-of-memory', message: expect.stringMatching(/256 bytes in one binding.* 255 .*staging 0\.25 MiB.*uniform: true$/) as string }],
    ['a buffer that is refused', () => paper.errors.push(null, { message: 'no more' }), { kind: 'out-of-memory', details: 'no more', message: expect.stringMatching(/0\.3 MiB .*: false$/) as string }],
    ['errors of the driver', () => device.errors.push('something'), { kind: 'validation' }],
  ])('%s ends it, with all memory given back', async (_, spoil, error) => {
    const { rec } = both();
    rec.advise = (bytes, isOne) => `${Object.keys(bytes)[0] ?? ''}: ${String(isOne)}`;
    spoil();
    await expect(Machine.build(device, rec)).rejects.toMatchObject(error);
    expect([device.ledger, paper.buffers.filter(({ destroyed }) => !destroyed), paper.scopes]).toEqual([{}, [], 0]);
  });

  test('what is too large is said without advice as well', async () => {
    device.report.limits.maxBufferSize = 2 ** 17;
    await expect(Machine.build(device, both().rec)).rejects.toMatchObject({ kind: 'out-of-memory', message: expect.stringMatching(/MiB\)\.$/) as string });
  });

  test('a buffer that cannot even be asked for ends it as well', async () => {
    const { rec } = both();
    const create = device.gpu.createBuffer;
    let count = 0;
    device.gpu.createBuffer = (asked) => {
      if (++count === 3) throw new RangeError('too large');
      return create(asked);
    };
    await expect(Machine.build(device, rec)).rejects.toMatchObject({ kind: 'out-of-memory', details: '' });
    expect([device.ledger, paper.scopes, count]).toEqual([{}, 0, 3]);
  });
});

test('bytes are said by role, in MiB, those that take most first', () => {
  expect(bytesText({ input: 2 ** 18, frozen: 3 * 2 ** 20, temp: 2 ** 20 })).toBe('frozen 3.00 MiB, temp 1.00 MiB, input 0.25 MiB');
});

describe('what is written', () => {
  test('lies where it is to, in whole words, in pieces of 16 MiB, and fits', async () => {
    const { rec, x, out, passing } = both(WIDE);
    const machine = await Machine.build(device, rec);
    paper.writes.length = 0;
    machine.write(x, Uint8Array.of(1, 2, 3, 4, 5).subarray(1), 8);
    machine.write(x, Uint8Array.of(6, 7, 8, 9, 10), 16);
    machine.write(out, new Uint8Array(4 * WIDE));
    machine.write(out, new Uint8Array(2 ** 24));
    expect(paper.writes).toEqual([
      { buffer: 'x', offset: 8, bytes: [2, 3, 4, 5] },
      { buffer: 'x', offset: 16, bytes: [6, 7, 8, 9, 10, 0, 0, 0] },
      { buffer: 'out', offset: 0, bytes: 2 ** 24 }, { buffer: 'out', offset: 2 ** 24, bytes: [...Array<number>(12).fill(0)] },
      { buffer: 'out', offset: 0, bytes: 2 ** 24 },
    ]);
    expect(() => machine.write(x, new Uint8Array(8), 4 * WIDE - 8)).not.toThrow();
    expect(() => machine.write(x, new Uint8Array(8), 4 * WIDE - 4)).toThrow(expect.objectContaining({ kind: 'shape' }));
    const unused = rec.declare('input', 'unused', [4]);
    expect(() => machine.write(unused, new Uint8Array(64))).not.toThrow();
    expect([machine.has(unused), machine.has(passing), machine.borrows(x), machine.borrows(unused)]).toEqual([false, true, false, false]);
  });

  test('a slice of a tensor lies within it', async () => {
    const rec = new Recorder();
    const whole = rec.declare('state', 'whole', [128, 4]);
    const rows = rec.rows(whole, 64, 64);
    rec.program('p', () => rec.emit(plainKernel, { tensors: { out: rows }, grid: [1] }));
    const machine = await Machine.build(device, rec);
    machine.write(rows, Uint8Array.of(1, 2, 3, 4), 4);
    expect(paper.writes).toEqual([{ buffer: 'whole', offset: 1028, bytes: [1, 2, 3, 4] }]);
    bufferOf('whole').bytes.fill(9, 1024, 1028);
    expect([...new Uint8Array(await machine.readBytes(rows)).subarray(0, 9)]).toEqual([9, 9, 9, 9, 1, 2, 3, 4, 0]);
    expect([...new Uint8Array((await machine.readLate(rows)).buffer).subarray(0, 5)]).toEqual([9, 9, 9, 9, 1]);
  });
});

describe('what is read', () => {
  test('is what lies there, of any type, and no temporary', async () => {
    const { rec, x, passing } = both();
    const machine = await Machine.build(device, rec);
    machine.write(x, Float32Array.of(1, 2, 3, 4));
    expect([[...(await machine.readF32(x))], [...(await machine.readU32(x))][0]]).toEqual([[1, 2, 3, 4], 0x3f800000]);
    await expect(machine.readF32(passing)).rejects.toMatchObject({ kind: 'shape' });
    await expect(machine.readLate(rec.declare('input', 'unused', [4]))).rejects.toMatchObject({ kind: 'shape' });
    expect([...(await machine.readF32(x))]).toEqual([1, 2, 3, 4]);
  });

  test('late is at most 256 bytes, of four at once, and the fifth waits', async () => {
    const { rec, x, out } = both(70);
    const machine = await Machine.build(device, rec);
    machine.write(x, new Float32Array(70).fill(3));
    expect(await machine.readLate(x)).toEqual(new Float32Array(64).fill(3));
    paper.submits.length = 0;
    const reads = Array.from({ length: 9 }, () => machine.readLate(out));
    await noWait();
    expect(paper.submits.map(({ copies }) => copies)).toEqual([0, 1, 2, 3].map((i) => [{ from: 'out', to: `staging metrics ${i}`, bytes: 256 }]));
    await Promise.all(reads);
    expect(paper.submits).toHaveLength(9);
    // One that fails leaves its place to the next.
    const { check } = device;
    device.check = () => {
      throw new Error('gone');
    };
    await Promise.all(Array.from({ length: 6 }, () => expect(machine.readLate(out)).rejects.toThrow('gone')));
    device.check = check;
    expect(await machine.readLate(x)).toEqual(new Float32Array(64).fill(3));
  });

  test('reads that are asked for at once come one after the other, and one that fails hinders no other', async () => {
    const { rec, x } = both();
    const machine = await Machine.build(device, rec);
    machine.write(x, Float32Array.of(5, 6, 7, 8));
    const failing = machine.gather(() => Promise.reject(new Error('no')));
    const order: string[] = [];
    const first = machine.gather(async () => {
      await noWait();
      order.push('first');
    });
    const second = machine.gather(() => Promise.resolve(void order.push('second')));
    await expect(failing).rejects.toThrow('no');
    await Promise.all([first, second]);
    expect([order, [...(await machine.readF32(x))]]).toEqual([['first', 'second'], [5, 6, 7, 8]]);
  });
});

describe('what is gathered', () => {
  const taken = async (count: number, body: (machine: Machine, of: ReturnType<typeof both>) => Promise<unknown>) => {
    const of = both(count);
    const machine = await Machine.build(device, of.rec);
    machine.write(of.x, Float32Array.from({ length: count }, (_, i) => i));
    machine.write(of.out, new Uint8Array(4 * count).fill(1));
    paper.submits.length = 0;
    await body(machine, of);
    return { submits: paper.submits.map(({ dispatches, copies }) => [dispatches.length, ...copies.map(({ bytes }) => bytes)]), maps: paper.maps };
  };

  test('what a program has made is copied in the submit that ends it, and mapped once', async () => {
    const [a, b] = [new Float32Array(3), new Float32Array(4)];
    const found = await taken(4, (machine, { program, x }) =>
      machine.gather(async (gathering) => {
        await gathering.run(program, { tensor: x, data: a.subarray(1) });
        machine.write(x, Float32Array.of(8, 9));
        await gathering.run(program, { tensor: x, data: b });
        expect(paper.maps).toBe(0);
      }),
    );
    expect([found, [...a], [...b]]).toEqual([{ submits: [[3, 8], [3, 16]], maps: 1 }, [0, 0, 1], [8, 9, 2, 3]]);
  });

  test('a program that runs in pieces is copied from at the end of the last', async () => {
    const { rec, program, out } = entries(Array<number>(70).fill(1));
    const machine = await Machine.build(device, rec);
    const data = new Float32Array(4);
    await machine.gather((gathering) => gathering.run(program, { tensor: out, data }));
    expect(paper.submits.map(({ dispatches, copies }) => [dispatches.length, copies.length])).toEqual([[62, 0], [8, 1]]);
  });

  test('the staging buffer is emptied when the next no longer fits; what is larger goes in pieces', async () => {
    const half = 2 ** 15;
    const data = [1, 2, 3].map(() => new Float32Array(half));
    const runs = await taken(half, (machine, { program, x }) => machine.gather(async (gathering) => {
      for (const one of data) await gathering.run(program, { tensor: x, data: one });
    }));
    expect([runs, data.map((one) => one[half - 1])]).toEqual([{ submits: [[3, 2 ** 17], [3, 2 ** 17], [3, 2 ** 17]], maps: 2 }, [half - 1, half - 1, half - 1]]);
    const all = new Float32Array(2 * half + 1);
    const large = await taken(2 * half + 1, (machine, { program, x }) => machine.gather((gathering) => gathering.run(program, { tensor: x, data: all })));
    expect([large, all[2 * half], all[7]]).toEqual([{ submits: [[3], [0, 2 ** 18], [0, 4]], maps: 4 }, 2 * half, 7]);
    // 160 kB each: the second in two parts.
    const [one, two] = [new Float32Array(40_000), new Float32Array(40_000)];
    const read = await taken(40_000, (machine, { x, out }) => machine.read([{ tensor: x, data: one }, { tensor: out, data: two }]));
    expect([read.submits, one[39_999], new Uint32Array(two.buffer).every((word) => word === 0x01010101)]).toEqual([[[0, 160_000, 2 ** 18 - 160_000], [0, 320_000 - 2 ** 18]], 39_999, true]);
    const exact = await taken(2 * half, (machine, { program, x }) => machine.gather((gathering) => gathering.run(program, { tensor: x, data: all.subarray(0, -1) })));
    expect(exact.submits).toEqual([[3, 2 ** 18]]);
  });

  test('a program of nothing leaves what is there; an abort ends the run', async () => {
    const data = new Float32Array(2);
    await taken(4, async (machine, { rec, program, x }) => {
      await machine.gather(() => Promise.resolve());
      expect([paper.maps, paper.submits]).toEqual([0, []]);
      const nothing = rec.program('nothing', () => undefined);
      const other = await Machine.build(device, rec);
      other.write(x, Float32Array.of(4, 5));
      await other.gather((gathering) => gathering.run(nothing, { tensor: x, data }));
      expect([...data]).toEqual([4, 5]);
      await expect(other.gather((gathering) => gathering.run(nothing, { tensor: x, data }, AbortSignal.abort()))).resolves.toBeUndefined();
      for (const into of [data, new Float32Array(2 ** 17)]) await expect(machine.gather((gathering) => gathering.run(program, { tensor: x, data: into }, AbortSignal.abort()))).rejects.toMatchObject({ kind: 'aborted' });
    });
  });

  test('nothing is taken of a device that has gone', async () => {
    await taken(4, async (machine, { x }) => {
      device.lost = { reason: 'unknown', message: 'gone' };
      await expect(machine.readF32(x)).rejects.toMatchObject({ kind: 'device-lost' });
      expect(paper.submits).toEqual([]);
    });
  });
});

describe('a program runs in pieces', () => {
  /** Pieces of some runs one after the other, all finished in between. */
  const runs = async (works: number[], times = 1, ms = 1) => {
    const { rec, program } = entries(works);
    const machine = await Machine.build(device, rec);
    paper.ms = () => ms;
    const found: number[][] = [];
    for (let i = 0; i < times; i++) {
      const from = paper.submits.length;
      await machine.run(program);
      await machine.idle();
      found.push(pieces(from));
    }
    return found;
  };
  const many = (n: number, work = 1) => Array<number>(n).fill(work);

  test('of about half a second in Node and 120 ms in a browser, of which nothing is known at first: 8 ms an entry', async () => {
    expect(await runs(many(130))).toEqual([[62, 62, 6]]);
    await open({ polls: false });
    expect(await runs(many(40))).toEqual([[15, 15, 10]]);
  });

  test('by operations where they are many, which a software adapter does more slowly', async () => {
    // 250 ms, 250 ms, 8 ms and 500 ms of a card.
    const works = [6.25e10, 6.25e10, 1e9, 1.25e11];
    expect(await runs(works)).toEqual([[2, 1, 1]]);
    await open({ info: { architecture: 'swiftshader' } });
    expect(await runs(works)).toEqual([[1, 1, 1, 1]]);
    expect(await runs(many(6, 1e9))).toEqual([[5, 1]]);
  });

  test('as it was measured the time before: at most four times as long, in a browser a quarter at least', async () => {
    // 62 of 8 ms each took 1 ms each: all of them fit into half a second then.
    expect(await runs(many(130), 2)).toEqual([[62, 62, 6], [130]]);
    expect(await runs(many(130), 3, 100)).toEqual([[62, 62, 6], [15, 15, 15, 15, 15, 15, 15, 15, 10], [5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]]);
    await open({ polls: false });
    expect(await runs(many(70), 3, 0.001)).toEqual([[15, 15, 15, 15, 10], [60, 10], [70]]);
  });

  test('on a processor first one by one, each believed as it was measured', async () => {
    await open({ info: { architecture: 'wasm' } });
    expect(await runs(many(4), 2, 300)).toEqual([[1, 1, 1, 1], [1, 1, 1, 1]]);
    expect(await runs(many(4), 2, 250)).toEqual([[1, 1, 1, 1], [2, 2]]);
  });

  test('of a program that was stopped on a processor the rest is measured the next time', async () => {
    await open({ info: { architecture: 'wasm' } });
    const { rec, program } = entries(many(4));
    const machine = await Machine.build(device, rec);
    const stop = new AbortController();
    paper.compute = ({ grid }) => void (grid[0] === 2 && stop.abort());
    await expect(machine.run(program, stop.signal)).rejects.toMatchObject({ kind: 'aborted' });
    paper.compute = () => undefined;
    await machine.run(program);
    expect(pieces()).toEqual([1, 1, 2, 1, 1]);
  });

  test('of which one is in flight in Node, and two in a browser', async () => {
    for (const [polls, most] of [[true, 1], [false, 2]] as const) {
      await open({ polls });
      const { rec, program } = entries(many(150));
      const machine = await Machine.build(device, rec);
      let [begun, ended, seen] = [0, 0, 0];
      paper.compute = ({ grid }) => void (grid[0] === 1 && begun++);
      const { onSubmittedWorkDone } = device.gpu.queue;
      device.gpu.queue.onSubmittedWorkDone = async () => {
        seen = Math.max(seen, ++begun - ended);
        await onSubmittedWorkDone();
        ended++;
        return undefined;
      };
      begun = -1;
      await machine.run(program);
      expect([polls, seen]).toEqual([polls, most]);
    }
  });

  test('which are waited for by a timer in Node alone, and only once they were measured twice', async () => {
    await runs(many(10), 4, 2);
    // 10 x 2 ms are estimated as 20 ms then.
    expect(paper.timers).toEqual([12, 12]);
    await open({});
    // 6.6 ms: less than 4 ms to wait.
    await runs(many(3), 4, 2.2);
    expect(paper.timers).toEqual([]);
    await open({ polls: false });
    await runs(many(10), 4, 2);
    expect(paper.timers).toEqual([]);
  });

  test('no time is counted twice where one piece waits for another', async () => {
    await open({ polls: false });
    // Pieces of 15, each of 60 ms: 4 ms an entry, whichever of them waited.
    expect(await runs(many(60), 2, 4)).toEqual([[15, 15, 15, 15], [30, 30]]);
  });

  test('nothing runs on a device that has failed, nor after a stop', async () => {
    const { rec, program } = entries(many(3));
    const machine = await Machine.build(device, rec);
    await expect(machine.run(program, AbortSignal.abort())).rejects.toMatchObject({ kind: 'aborted' });
    device.errors.push('wrong');
    await expect(machine.run(program)).rejects.toMatchObject({ kind: 'validation' });
    expect(paper.submits).toEqual([]);
    await expect(machine.idle()).rejects.toMatchObject({ kind: 'validation' });
  });

  test('a failure of what waits for a piece is said by the next check, not by itself', async () => {
    const { rec, program } = entries(many(3));
    const machine = await Machine.build(device, rec);
    const { onSubmittedWorkDone } = device.gpu.queue;
    device.gpu.queue.onSubmittedWorkDone = () => Promise.reject(new Error('gone'));
    await machine.run(program);
    await expect(machine.idle()).rejects.toMatchObject({ kind: 'device-lost' });
    device.gpu.queue.onSubmittedWorkDone = onSubmittedWorkDone;
  });

  test('idle is when everything has run', async () => {
    const { rec, program } = entries(many(3));
    const machine = await Machine.build(device, rec);
    paper.ms = () => 50;
    await machine.run(program);
    expect(paper.now).toBe(0);
    await machine.idle();
    expect(paper.now).toBe(150);
  });
});

describe('memory of another machine', () => {
  const frozen = () => {
    const rec = new Recorder();
    const w = rec.declare('frozen', 'w', [4]);
    const x = rec.declare('input', 'x', [4]);
    const program = rec.program('p', () => rec.emit(copyKernel, { tensors: { x: w, out: x }, params: { count: 1 }, grid: [1] }));
    return { rec, w, x, program };
  };

  test('is used where it is the same, and goes with the lender, last', async () => {
    const base = frozen();
    const lender = await Machine.build(device, base.rec);
    const [lentW, lentX] = [bufferOf('w'), bufferOf('x')];
    const before = { ...device.ledger };
    const one = frozen();
    const machine = await Machine.build(device, one.rec, undefined, { machine: lender, holds: (label) => label === 'w' });
    expect([machine.borrows(one.w), lender.borrows(base.w)]).toEqual([true, false]);
    await machine.run(one.program);
    expect(there(paper.submits[0]?.dispatches[0]).bound[1]?.buffer).toBe(lentW);
    expect(() => machine.write(one.w, new Float32Array(4))).toThrow(expect.objectContaining({ kind: 'shape' }));
    expect(() => lender.write(base.w, Float32Array.of(1, 2, 3, 4))).not.toThrow();
    expect(() => machine.write(one.x, new Float32Array(4))).not.toThrow();
    expect(machine.borrows(one.x)).toBe(true);
    expect(() => lender.destroy()).toThrow(expect.objectContaining({ kind: 'shape' }));
    machine.destroy();
    expect([device.ledger, lentW.destroyed, lentX.destroyed]).toEqual([before, false, false]);
    lender.destroy();
    expect([device.ledger, lentW.destroyed]).toEqual([{}, true]);
  });

  test('one that is refused its own memory borrows nothing any more', async () => {
    const lender = await Machine.build(device, frozen().rec);
    device.gpu.createBindGroup = () => {
      throw new Error('no');
    };
    await expect(Machine.build(device, frozen().rec, undefined, { machine: lender, holds: () => true })).rejects.toThrow('no');
    expect(() => lender.destroy()).not.toThrow();
  });
});

describe('times of dispatches', () => {
  test('are the differences of timestamps around passes of their own', async () => {
    await open({ features: ['timestamp-query'] });
    const { rec, program } = entries(Array<number>(514).fill(1));
    const machine = await Machine.build(device, rec);
    const ledger = { ...device.ledger };
    const during: unknown[] = [];
    paper.compute = () => during.push(device.ledger.staging);
    const times = there(await timeProgram(machine, program));
    // Timestamps are squares here.
    expect(times.map(({ index, ns }) => [index, ns])).toEqual(Array.from({ length: 514 }, (_, i) => [i, 4 * (i % 512) + 1]));
    expect(times[3]).toEqual({ index: 3, label: 'plain', kernel: 'plain', ns: 13 });
    expect(paper.submits.map(({ dispatches }) => [dispatches.length, dispatches[1]?.stamps, dispatches[1]?.grid])).toEqual([[512, [2, 3], [2, 1, 1]], [2, [2, 3], [514, 1, 1]]]);
    expect(there(paper.submits[0]?.dispatches[0]).bound[0]?.buffer.label).toBe('out');
    expect([device.ledger, during[0], paper.querySets]).toEqual([ledger, ledger.staging! + 2 * 8192, 0]);
    expect(paper.buffers.slice(-2).map(({ label, size, usage }) => [label, size, usage])).toEqual([['timestamps', 8192, 0x204], ['timestamps', 8192, 0x9]]);
    paper.submits.length = 0;
    const whole = entries(Array<number>(512).fill(1));
    expect(await timeProgram(await Machine.build(device, whole.rec), whole.program)).toHaveLength(512);
    expect(paper.submits).toHaveLength(1);
  });

  test('are not there where there is no memory for them, of which nothing is left', async () => {
    await open({ features: ['timestamp-query'] });
    const { rec, program } = entries([1]);
    const machine = await Machine.build(device, rec);
    const ledger = { ...device.ledger };
    const left = () => [device.ledger, paper.querySets, paper.submits, paper.scopes];
    paper.errors.push({ message: 'no memory' });
    expect(await timeProgram(machine, program)).toBe(null);
    expect(left()).toEqual([ledger, 0, [], 0]);
    const { createBuffer, popErrorScope } = device.gpu;
    device.gpu.createBuffer = () => {
      throw new RangeError('no memory');
    };
    expect(await timeProgram(machine, program)).toBe(null);
    expect(left()).toEqual([ledger, 0, [], 0]);
    device.gpu.createBuffer = createBuffer;
    device.gpu.popErrorScope = () => Promise.reject(new Error('gone'));
    await expect(timeProgram(machine, program)).rejects.toMatchObject({ kind: 'device-lost' });
    device.gpu.popErrorScope = popErrorScope;
    expect([device.ledger, paper.querySets]).toEqual([ledger, 0]);
  });

  test('are not there without timestamps', async () => {
    const { rec, program } = entries([1]);
    expect(await timeProgram(await Machine.build(device, rec), program)).toBe(null);
    expect(paper.submits).toEqual([]);
  });
});
