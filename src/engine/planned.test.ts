import { describe, expect, test } from 'vitest';
import { there } from '../testing/there';
import { kernel } from './kernel';
import { beyond, METRIC_BYTES, METRIC_RING, MOST_STAGING_BYTES, placeOf, planMemory, STAGING_BYTES, STEP_BYTES, type BufferSpec, type MemoryPlan } from './plan';
import { Recorder, type RecorderOptions } from './record';
import type { Tensor } from './tensor';

const copy = kernel('copied', '@group(0) @binding(0) var<storage, read> x: array<f32>;\n@group(0) @binding(1) var<storage, read_write> out: array<f32>;');
const both = kernel('both', '@group(0) @binding(0) var<storage, read> x: array<f32>;\n@group(0) @binding(1) var<storage, read> y: array<f32>;\n@group(0) @binding(2) var<storage, read_write> out: array<f32>;');
const scaled = kernel('scaled', `struct Params { count: u32, shift: i32, scale: f32 }\n${copy.text}\n@group(0) @binding(2) var<uniform> p: Params;`);
const grid = [1];

const input = (rec: Recorder, label: string, floats: number) => rec.declare('input', label, [floats]);

/** Records a copy of `x`, of another size where one is given. */
function copied(rec: Recorder, x: Tensor, floats = x.shape[0] ?? 1, label = 'y'): Tensor {
  const out = rec.temp(label, [floats]);
  rec.emit(copy, { tensors: { x, out }, grid });
  return out;
}

/** Buffers that a recorder's programs are planned to take, without those that every plan has. */
const own = ({ buffers }: Pick<MemoryPlan, 'buffers'>) => buffers.filter(({ role }) => role !== 'staging' && role !== 'uniform').map(({ label, role, bytes, bound }) => [label, role, bytes, bound]);
const named = ({ buffers }: MemoryPlan, label: string): BufferSpec => {
  const found = buffers.find((buffer) => buffer.label === label);
  if (!found) throw new Error(`no buffer ${label}`);
  return found;
};

describe('a plan', () => {
  test('has no temporary that two programs use, unless it is kept or made once a step', () => {
    const left = (leave: (rec: Recorder, body: () => Tensor) => Tensor) => {
      const rec = new Recorder();
      let y!: Tensor;
      rec.program('one', () => void (y = leave(rec, () => copied(rec, input(rec, 'x', 4)))));
      rec.program('two', () => void rec.keep(copied(rec, y, 4, 'z')));
      return () => planMemory(rec);
    };
    expect(left((_, body) => body())).toThrow(expect.objectContaining({ kind: 'shape' }));
    expect(left((rec, body) => rec.keep(body()))).not.toThrow();
    expect(left((rec, body) => rec.once('y', body))).not.toThrow();
  });

  test('gives what lasts buffers of whole vec4, and what is kept is output', () => {
    const rec = new Recorder();
    let y!: Tensor;
    rec.program('p', () => void (y = rec.keep(copied(rec, input(rec, 'x', 5), 3))));
    input(rec, 'unused', 8);
    const plan = planMemory(rec);
    expect(own(plan)).toEqual([['x', 'input', 32, 32], ['y', 'output', 16, 16]]);
    expect([there(rec.find('x')), y].map(({ storage }) => plan.places.get(storage))).toEqual([{ buffer: 0, offset: 0, bytes: 32 }, { buffer: 1, offset: 0, bytes: 16 }]);
    expect(placeOf(plan.places, there(rec.find('unused')).storage)).toBeUndefined();
    expect(named(plan, 'x')).not.toHaveProperty('members');
  });

  test('ends with the scalars of the step, what is read through, and a ring of small buffers for what is read late', () => {
    const rec = new Recorder();
    rec.program('p', () => void copied(rec, input(rec, 'x', 4)));
    const { buffers, uniforms, bytes, total } = planMemory(rec);
    expect(buffers.slice(2)).toEqual([
      { label: 'step', role: 'uniform', bytes: STEP_BYTES, bound: STEP_BYTES },
      { label: 'staging', role: 'staging', bytes: STAGING_BYTES, bound: 0 },
      ...Array.from({ length: METRIC_RING }, (_, i) => ({ label: `staging metrics ${i}`, role: 'staging', bytes: METRIC_BYTES, bound: 0 })),
    ]);
    expect([uniforms.length, bytes, total]).toEqual([0, { input: 16, temp: 16, uniform: STEP_BYTES, staging: STAGING_BYTES + METRIC_RING * METRIC_BYTES }, 32 + STEP_BYTES + STAGING_BYTES + METRIC_RING * METRIC_BYTES]);
  });

  test('lets temporaries share a buffer where none is used when another is, the largest first', () => {
    const rec = new Recorder();
    const t: Tensor[] = [];
    // Small, large, middle, and one as large as that: each is read by the next dispatch.
    rec.program('p', () => [4, 64, 30, 32].reduce((x, floats, i) => (t[i] = copied(rec, x, floats, `t${i}`)), input(rec, 'x', 4)));
    const plan = planMemory(rec);
    expect(own(plan).slice(1)).toEqual([['temp 0', 'temp', 256, 256], ['temp 1', 'temp', 128, 128]]);
    expect(t.map(({ storage }) => plan.places.get(storage))).toEqual([
      { buffer: 2, offset: 0, bytes: 16 },
      { buffer: 1, offset: 0, bytes: 256 },
      { buffer: 2, offset: 0, bytes: 128 },
      { buffer: 1, offset: 0, bytes: 128 },
    ]);
  });

  test('keeps apart what one dispatch reads and writes, and what is used until later', () => {
    const rec = new Recorder();
    rec.program('p', () => {
      const a = copied(rec, input(rec, 'x', 4), 4, 'a');
      const b = copied(rec, a, 4, 'b');
      copied(rec, b, 4, 'c');
      rec.emit(both, { tensors: { x: a, y: b, out: rec.temp('d', [4]) }, grid });
    });
    // a and b live to the end beside c and d, of which each is alone.
    const plan = planMemory(rec);
    expect(own(plan).slice(1).map(([label]) => label)).toEqual(['temp 0', 'temp 1', 'temp 2']);
    const at = there(rec.programs[0]).entries.map(({ tensors }) => plan.places.get(there(tensors.out).storage)?.buffer);
    expect(at).toEqual([1, 2, 3, 3]);
  });

  test('of temporaries that are equal takes the one recorded first, and programs have the same buffers', () => {
    const rec = new Recorder();
    const outs: Tensor[] = [];
    for (const name of ['p', 'q']) rec.program(name, () => outs.push(copied(rec, copied(rec, input(rec, 'x', 4)))));
    const plan = planMemory(rec);
    expect(own(plan)).toEqual([['x', 'input', 16, 16], ['temp 0', 'temp', 16, 16], ['temp 1', 'temp', 16, 16]]);
    expect(outs.map(({ storage }) => plan.places.get(storage)?.buffer)).toEqual([2, 2]);
  });

  test('of temporaries that are equal gives the first buffer to the one that was made first', () => {
    const rec = new Recorder();
    rec.program('p', () => {
      const [later, first] = [rec.temp('later', [4]), rec.temp('first', [4])];
      rec.emit(copy, { tensors: { x: input(rec, 'x', 4), out: first }, grid });
      rec.emit(copy, { tensors: { x: first, out: later }, grid });
    });
    const plan = planMemory(rec);
    expect(there(rec.programs[0]).entries.map(({ tensors }) => plan.places.get(there(tensors.out).storage)?.buffer)).toEqual([2, 1]);
  });

  test('has one buffer for all that lies in a flat', () => {
    const rec = new Recorder();
    const [p, q] = [rec.param('p', [4], 'g'), rec.param('q', [4], 'g')];
    rec.program('p', () => rec.emit(both, { tensors: { x: p, y: q, out: rec.declare('state', 's', [4]) }, grid }));
    expect(own(planMemory(rec))).toEqual([['flat param 0', 'param', 512, 16], ['s', 'state', 16, 16]]);
  });

  test('puts parameters and their gradients into the flats, also those that no dispatch reads', () => {
    const rec = new Recorder();
    const [p, unread, grad] = [rec.param('p', [4], 'g'), rec.param('unread', [64], 'g'), () => rec.paramGrad(p)];
    rec.program('p', () => rec.emit(copy, { tensors: { x: p, out: grad() }, grid }));
    const plan = planMemory(rec);
    expect(own(plan)).toEqual([['flat param 0', 'param', 512, 16], ['flat grad 0', 'grad', 512, 16]]);
    expect([p, unread, grad(), rec.paramGrad(unread)].map(({ storage }) => plan.places.get(storage))).toEqual([{ buffer: 0, offset: 0, bytes: 16 }, { buffer: 0, offset: 256, bytes: 256 }, { buffer: 1, offset: 0, bytes: 16 }, undefined]);
  });

  test('has no place for parameters of which no dispatch reads any', () => {
    const rec = new Recorder({ maxBinding: 256 });
    const [p, q] = [rec.param('p', [64], 'g'), rec.param('q', [64], 'g')];
    rec.program('p', () => void copied(rec, q));
    const plan = planMemory(rec);
    expect(own(plan).slice(0, 1)).toEqual([['flat param 1', 'param', 256, 256]]);
    expect([p, q].map(({ storage }) => plan.places.get(storage))).toEqual([undefined, { buffer: 0, offset: 0, bytes: 256 }]);
  });

  test('places parts within their wholes, however deep, and within those of stacks that are trained', () => {
    const rec = new Recorder();
    const w = there(rec.stack(['a', 'b'], [4, 64], {}));
    const rows = rec.rows(there(rec.find('b')), 1, 2);
    const stack = there(rec.stack(['p', 'q'], [64], { group: 'g' }));
    const big = rec.declare('state', 's', [2, 64]);
    rec.program('p', () => {
      rec.emit(copy, { tensors: { x: rows, out: rec.temp('y', [128]) }, grid });
      rec.emit(copy, { tensors: { x: there(rec.find('q')), out: rec.rows(big, 1, 1) }, grid });
    });
    const plan = planMemory(rec);
    expect(own(plan).sort()).toEqual([['a + b', 'frozen', 2048, 512], ['flat param 0', 'param', 512, 256], ['s', 'state', 512, 256], ['temp 0', 'temp', 512, 512]]);
    expect(named(plan, 'a + b').members).toEqual(['a', 'b']);
    const place = (t: Tensor) => {
      const at = placeOf(plan.places, t.storage);
      return at && [plan.buffers[at.buffer]?.label, at.offset, at.bytes];
    };
    expect([w, there(rec.find('a')), there(rec.find('b')), rows, rec.rows(there(rec.find('b')), 3, 1)].map(place)).toEqual([['a + b', 0, 2048], ['a + b', 0, 1024], ['a + b', 1024, 1024], ['a + b', 1280, 512], ['a + b', 1792, 256]]);
    expect([stack, there(rec.find('p')), there(rec.find('q'))].map(place)).toEqual([['flat param 0', 0, 512], ['flat param 0', 0, 256], ['flat param 0', 256, 256]]);
    expect(plan.places.get(rows.storage)).toEqual({ buffer: 0, offset: 1280, bytes: 512 });
  });

  test('gives a part no more than its whole has', () => {
    const rec = new Recorder({ align: 4 });
    rec.stack(['a', 'b', 'c'], [3], {});
    rec.program('p', () => void copied(rec, there(rec.find('b'))));
    const plan = planMemory(rec);
    // 36 bytes of three, of which the buffer has 48: the last reaches to its end.
    expect(['a', 'b', 'c'].map((label) => placeOf(plan.places, there(rec.find(label)).storage))).toEqual([0, 12, 24].map((offset) => ({ buffer: 0, offset, bytes: 16 })));
    const tight = new Recorder({ align: 4 });
    tight.stack(['a', 'b', 'c', 'd'], [3], {});
    tight.program('p', () => void copied(tight, there(tight.find('d'))));
    expect(placeOf(planMemory(tight).places, there(tight.find('d')).storage)).toEqual({ buffer: 0, offset: 36, bytes: 12 });
  });

  test('refuses to bind a member where no binding can begin', () => {
    const record = (align: number) => {
      const rec = new Recorder({ align });
      rec.stack(['a', 'b'], [24], { whole: true });
      rec.program('p', () => void copied(rec, there(rec.find('b'))));
      return rec;
    };
    expect(() => planMemory(record(256))).toThrow(expect.objectContaining({ kind: 'shape' }));
    expect(() => planMemory(record(32))).not.toThrow();
  });

  test('counts the most that is bound of a buffer', () => {
    const rec = new Recorder();
    const x = rec.declare('input', 'x', [8, 64]);
    rec.program('p', () => {
      for (const [first, count] of [[0, 1], [2, 3], [5, 2]] as const) rec.emit(copy, { tensors: { x: rec.rows(x, first, count), out: rec.declare('state', 's', [4]) }, grid });
    });
    expect(own(planMemory(rec)).sort()).toEqual([['s', 'state', 16, 16], ['x', 'input', 2048, 768]]);
  });

  test('has what is made once a step as long as the run, as what it is for, where another program reads it', () => {
    const rec = new Recorder();
    const [p, w] = [rec.param('p', [4], 'g'), rec.declare('frozen', 'w', [4])];
    let made!: Tensor;
    rec.program('a', () => {
      made = rec.once('made', () => copied(rec, copied(rec, p, 4, 'inner'), 4, 'made'), 'texts');
      copied(rec, made, 4, 'reader');
      copied(rec, w, 4, 'other');
    });
    rec.once('unread', () => copied(rec, w, 4, 'unread'));
    const plan = planMemory(rec);
    expect(own(plan)).toEqual([['flat param 0', 'param', 256, 16], ['made', 'texts', 16, 16], ['w', 'frozen', 16, 16], ['temp 0', 'temp', 16, 16]]);
    expect(rec.programs.map(({ entries }) => entries.map(({ tensors }) => plan.places.get(there(tensors.out).storage)?.buffer))).toEqual([[3, 1, 3], [3, 3]]);
  });

  test('stores params once for each set of them, as the kernels read them', () => {
    const rec = new Recorder();
    const emit = (params: Record<string, number>) => rec.emit(scaled, { tensors: { x: input(rec, 'x', 4), out: rec.temp('y', [4]) }, params, grid });
    const one = { count: 2 ** 31 + 5, shift: -3, scale: 0.1 };
    const [p, q] = [
      rec.program('p', () => {
        emit(one);
        copied(rec, input(rec, 'x', 4));
        emit({ ...one, scale: 0.2 });
      }),
      rec.program('q', () => {
        emit({ ...one, scale: 0.2 });
        emit(one);
        emit({ ...one, shift: 3 });
      }),
    ];
    const plan = planMemory(rec);
    expect([p, q].map((program) => plan.paramOffsets.get(program))).toEqual([[0, -1, 256], [256, 0, 512]]);
    expect(named(plan, 'params')).toEqual({ label: 'params', role: 'uniform', bytes: 768, bound: 256 });
    const view = new DataView(plan.uniforms.buffer);
    expect([0, 256, 512].map((at) => [view.getUint32(at, true), view.getInt32(at + 4, true), view.getFloat32(at + 8, true), view.getUint32(at + 12, true)])).toEqual([[2 ** 31 + 5, -3, Math.fround(0.1), 0], [2 ** 31 + 5, -3, Math.fround(0.2), 0], [2 ** 31 + 5, 3, Math.fround(0.1), 0]]);
    expect(plan.bytes.uniform).toBe(768 + STEP_BYTES);
  });

  test('knows params that are bound first', () => {
    const before = kernel('before', `@group(0) @binding(0) var<uniform> p: Params;\nstruct Params { count: u32 }\n@group(0) @binding(1) var<storage, read_write> out: array<f32>;`);
    const rec = new Recorder();
    const program = rec.program('p', () => rec.emit(before, { tensors: { out: rec.temp('y', [4]) }, params: { count: 3 }, grid }));
    expect(planMemory(rec).paramOffsets.get(program)).toEqual([0]);
  });

  test('is made once for what is recorded, and again once there is more', () => {
    const rec = new Recorder();
    let y!: Tensor;
    rec.program('p', () => void (y = copied(rec, input(rec, 'x', 4))));
    const first = planMemory(rec);
    expect(planMemory(rec)).toBe(first);
    rec.keep(y);
    const second = planMemory(rec);
    expect(own(second).map(([, role]) => role)).toEqual(['input', 'output']);
    expect(planMemory(rec)).toBe(second);
    // A loan leaves it as it is.
    const lent = planMemory(rec, { plan: first, holds: () => true });
    expect(lent.buffers[0]).toHaveProperty('lent', 0);
    expect(planMemory(rec)).toBe(second);
    expect(second.buffers.some((buffer) => 'lent' in buffer)).toBe(false);
    expect([lent.places, lent.uniforms]).toEqual([second.places, second.uniforms]);
    // Parameters are laid out for good.
    expect(() => rec.param('late', [1], 'g')).toThrow(expect.objectContaining({ kind: 'shape' }));
  });
});

describe('the buffer that is read through', () => {
  const staging = (together: number, options: RecorderOptions = {}) => {
    const rec = new Recorder(options);
    rec.program('p', () => void rec.keep(copied(rec, input(rec, 'x', 64))));
    rec.readTogether(together);
    const plan = planMemory(rec);
    return { bytes: named(plan, 'staging').bytes, total: plan.total };
  };
  const MiB = 2 ** 20;

  test('is as large as what is read together, within bounds', () => {
    expect([0, 16, STAGING_BYTES + 16, MiB, MOST_STAGING_BYTES, MOST_STAGING_BYTES + 16, 100 * MiB].map((bytes) => staging(bytes).bytes)).toEqual([STAGING_BYTES, STAGING_BYTES, STAGING_BYTES + 16, MiB, MOST_STAGING_BYTES, MOST_STAGING_BYTES, MOST_STAGING_BYTES]);
    expect(staging(100 * MiB, { maxBinding: 2 * MiB + 24 }).bytes).toBe(2 * MiB + 16);
  });

  test('leaves the plan within the memory that it should take', () => {
    expect(staging(100 * MiB, { memory: 3 * MiB }).total).toBe(3 * MiB);
    expect(staging(100 * MiB, { memory: 3 * MiB + 15 }).total).toBe(3 * MiB);
    expect(staging(100 * MiB, { memory: 1 }).bytes).toBe(STAGING_BYTES);
  });
});

describe('what is beyond a device', () => {
  const plan = { buffers: [{ label: 'a', role: 'input', bytes: 100, bound: 90 }, { label: 'b', role: 'frozen', bytes: 300, bound: 50 }, { label: 'c', role: 'grad', bytes: 200, bound: 60 }] as BufferSpec[] };

  test('is the largest buffer, or what is bound with most bytes', () => {
    expect(beyond(plan)).toBeNull();
    expect(beyond(plan, { maxBufferSize: 300, maxStorageBufferBindingSize: 90 })).toBeNull();
    expect(beyond(plan, { maxBufferSize: 299 })).toEqual({ label: 'b', role: 'frozen', what: 'bytes', needed: 300, limit: 299 });
    expect(beyond(plan, { maxStorageBufferBindingSize: 89 })).toEqual({ label: 'a', role: 'input', what: 'bound', needed: 90, limit: 89 });
    expect(beyond(plan, { maxBufferSize: 1, maxStorageBufferBindingSize: 1 })).toMatchObject({ what: 'bytes' });
    expect(beyond({ buffers: ['one', 'two'].map((label): BufferSpec => ({ label, role: 'input', bytes: 8, bound: 8 })) }, { maxBufferSize: 1 })).toMatchObject({ label: 'one' });
  });
});

describe('memory that is lent', () => {
  /** Weights, an input, a state, an output and two temporaries. */
  const record = ({ weights = 64, floats = 64, middle = 32, constant = false, together = 0 } = {}) => {
    const rec = new Recorder();
    rec.program('p', () => {
      const w = there(rec.stack(['a', 'b'], [weights], {}));
      const c = constant ? rec.constant('c', [4], new Float32Array(4)) : rec.declare('frozen', 'c', [4]);
      rec.emit(both, { tensors: { x: w, y: c, out: rec.temp('y', [floats]) }, grid });
      const y = copied(rec, input(rec, 'x', floats), middle, 'first');
      rec.emit(scaled, { tensors: { x: y, out: rec.declare('state', 's', [4]) }, params: { count: 1, shift: 0, scale: 1 }, grid });
      rec.keep(copied(rec, copied(rec, rec.param('p', [4], 'g'), floats, 'second'), 4, 'out'));
    });
    rec.readTogether(together);
    return rec;
  };
  const lender = () => planMemory(record());
  const lent = (rec: Recorder, holds: (label: string) => boolean = () => true, plan: Pick<MemoryPlan, 'buffers'> = lender()) => {
    const { buffers, bytes, total } = planMemory(rec, { plan, holds });
    const taken = buffers.filter((b) => b.lent !== undefined);
    for (const { lent: at = -1, role } of taken) expect(plan.buffers[at]?.role).toBe(role);
    expect(total).toBe(buffers.filter((b) => b.lent === undefined).reduce((sum, b) => sum + b.bytes, 0));
    expect(Object.values(bytes).reduce((sum, n) => sum + n, 0)).toBe(total);
    return Object.fromEntries(taken.map((b) => [b.label, plan.buffers[b.lent ?? -1]?.label]));
  };
  const rewritten = ['x', 'step', 'staging', ...Array.from({ length: METRIC_RING }, (_, i) => `staging metrics ${i}`)];
  const same = (...labels: string[]) => Object.fromEntries([...rewritten, ...labels].map((label) => [label, label]));

  test('is what is the same, what is written anew at each run, and room for temporaries', () => {
    expect(lent(record())).toEqual(same('a + b', 'c', 'temp 0'));
    expect(Object.keys(planMemory(record(), { plan: lender(), holds: () => true }).bytes).sort()).toEqual(['output', 'param', 'state', 'uniform']);
  });

  test('is only what the lender says is the same, in all members of a stack, and no constant', () => {
    expect(lent(record(), () => false)).toEqual(same('temp 0'));
    expect(lent(record(), (label) => label !== 'b')).toEqual(same('c', 'temp 0'));
    expect(lent(record(), (label) => label === 'a + b')).toEqual(same('temp 0'));
    expect(lent(record({ constant: true }))).toEqual(same('a + b', 'temp 0'));
  });

  test('is of the same size, except for what is large enough to be passed through', () => {
    const { x, ...others } = same('c', 'temp 0');
    expect(x).toBe('x');
    expect(lent(record({ weights: 128, floats: 32 }))).toEqual(others);
    const { staging, ...rest } = same('a + b', 'c', 'temp 0');
    expect(staging).toBe('staging');
    expect(lent(record({ together: STAGING_BYTES + 16 }))).toEqual(rest);
    expect(lent(record(), undefined, planMemory(record({ together: STAGING_BYTES + 16 })))).toEqual({ staging, ...rest });
  });

  test('for temporaries is the smallest that is large enough, each once', () => {
    const temps = (...bytes: number[]): Pick<MemoryPlan, 'buffers'> => ({ buffers: bytes.map((size, i) => ({ label: `temp ${i}`, role: 'temp', bytes: size, bound: 0 })) });
    const chain = (...floats: number[]) => {
      const rec = new Recorder();
      rec.program('p', () => {
        const made = floats.map((n, i) => copied(rec, rec.declare('state', 's', [4]), n, `t${i}`));
        for (const t of made) copied(rec, t, 1, 'end');
        rec.emit(both, { tensors: { x: there(made[0]), y: there(made.at(-1)), out: rec.declare('state', 's', [4]) }, grid });
      });
      return planMemory(rec).buffers.filter(({ role }) => role === 'temp').map(({ bytes }) => bytes);
    };
    expect(chain(64, 32)).toEqual([256, 128, 16]);
    const of = (plan: Pick<MemoryPlan, 'buffers'>) => {
      const rec = new Recorder();
      rec.program('p', () => {
        const [a, b] = [copied(rec, rec.declare('state', 's', [4]), 64, 'a'), copied(rec, rec.declare('state', 's', [4]), 32, 'b')];
        rec.emit(both, { tensors: { x: a, y: b, out: rec.declare('state', 's', [4]) }, grid });
      });
      return planMemory(rec, { plan, holds: () => false }).buffers.filter(({ role }) => role === 'temp').map((b) => b.lent);
    };
    expect(of(temps(512, 128, 256, 1024))).toEqual([2, 1]);
    expect(of(temps(1024, 300))).toEqual([1, 0]);
    expect(of(temps(256))).toEqual([0, undefined]);
    expect(of(temps(255, 100))).toEqual([undefined, 0]);
    expect(of({ buffers: [{ label: 'temp 0', role: 'frozen', bytes: 4096, bound: 0 }] })).toEqual([undefined, undefined]);
  });
});
