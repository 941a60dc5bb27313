import { describe, expect, test } from 'vitest';
import { there } from '../testing/there';
import type { Form } from './forms';
import { kernel } from './kernel';
import { Accumulate, Recorder, recorder, type Entry, type Gate, type RecorderOptions, type StackKind } from './record';
import type { Tensor } from './tensor';

const copy = kernel('copied', '@group(0) @binding(0) var<storage, read> x: array<f32>;\n@group(0) @binding(1) var<storage, read_write> out: array<f32>;');
const sum = kernel(
  'summed',
  `struct Params { accumulate: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> previous: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(3) var<uniform> p: Params;`,
);
const grid = [1];

/** Records y = x. */
function copied(rec: Recorder, x: Tensor, out = rec.temp(`copy of ${x.label}`, x.shape, x.requiresGrad), label?: string): Tensor {
  rec.emit(copy, { tensors: { x, out }, grid, label });
  return out;
}

/** Gives the gradient of `t` a contribution, and says how it is to arrive. */
function give(rec: Recorder, t: Tensor, x: Tensor, elements?: { first: number; count: number }): { accumulate: Accumulate; previous: Tensor | null; out: Tensor } {
  let seen: { accumulate: Accumulate; previous: Tensor | null; out: Tensor } | undefined;
  rec.contribute(t, (out, previous, accumulate) => {
    seen = { out, previous, accumulate };
    rec.emit(sum, { tensors: { x, previous, out }, params: { accumulate }, grid });
  }, elements);
  if (!seen) throw new Error('nothing was asked to be written');
  return seen;
}

/** y = x, whose gradient goes on to x. */
function passed(rec: Recorder, x: Tensor): Tensor {
  const y = copied(rec, x);
  rec.onBackward(() => {
    const d = rec.gradOf(y);
    if (d) give(rec, x, d);
  });
  return y;
}

const input = (rec: Recorder, label: string, requiresGrad = false, shape = [4, 64]) => rec.declare('input', label, shape, 'f32', requiresGrad);
const lines = (entries: readonly Entry[]) => entries.map(({ phase, label }) => `${phase} ${label}`);
const refused = (kind: 'shape' | 'shader'): unknown => expect.objectContaining({ name: 'EngineError', kind });

describe('what a recorder is for', () => {
  test('is WebGPU\'s defaults where nothing is said', () => {
    expect(new Recorder()).toMatchObject({ maxBinding: 2 ** 27, align: 256, shaderF16: false, software: false, matrices: [], tileStats: true, attention: {}, mostWork: 4e10, memory: Infinity, unionOf: 0, advise: null });
  });

  test('is what is said', () => {
    const options = { maxBinding: 2 ** 20, align: 64, shaderF16: true, software: true, matrices: [{ M: 8 } as never], tileStats: false, attention: { keep: true }, mostWork: 5, memory: 7 };
    expect(new Recorder(options)).toMatchObject(options);
    expect(new Recorder({ align: 4096 }).align).toBe(256);
  });
});

describe('before its first program a recorder', () => {
  test('is like one whose program begins: nothing has been written, and nothing is to be passed on', () => {
    const rec = new Recorder();
    const x = input(rec, 'x', true);
    expect(rec.writersOf(x)).toEqual([]);
    expect(() => rec.settle()).not.toThrow();
  });

  test('takes a tape, and records a forward', () => {
    const rec = new Recorder();
    expect(rec.recordsGradients).toBe(true);
    const made = rec.once('made', () => {
      expect(rec.recordsGradients).toBe(true);
      return copied(rec, rec.param('p', [4, 64], 'g'));
    });
    expect(rec.collects(made)).toBe(true);
    expect(lines(rec.writersOf(copied(rec, made)))).toEqual(['forward copied']);
  });
});

describe('a program', () => {
  test('begins anew: with a forward, its own random streams, no tape and no gradients of those before it', () => {
    const rec = new Recorder();
    const [x, d] = [input(rec, 'x', true), input(rec, 'd')];
    const first = rec.program('a', () => {
      rec.setGrad(x, d);
      rec.setGate(x, { act: 'relu', pre: d });
      rec.contributeGated(x, (out, previous) => rec.emit(sum, { tensors: { x: d, previous, out }, params: { accumulate: 0 }, grid }));
      expect(rec.gatedGradOf(x)).not.toBeNull();
      expect([rec.stream(), rec.stream(), rec.nextStream]).toEqual([0, 1, 2]);
      rec.onBackward(() => { throw new Error('of another program'); });
      rec.setPhase('update');
      copied(rec, x);
    });
    const second = rec.program('b', () => {
      expect([rec.gradOf(x), rec.gatedGradOf(x), rec.nextStream, rec.stream()]).toEqual([null, null, 0, 0]);
      rec.contributeGated(x, (out, previous, _, gate) => {
        expect([previous, gate]).toEqual([null, null]);
        copied(rec, d, out);
      });
      rec.backward(copied(rec, x), d);
      copied(rec, x);
    });
    expect(lines(first.entries)).toEqual(['forward summed', 'update copied']);
    expect(lines(second.entries)).toEqual(['forward copied', 'forward copied', 'backward copied']);
    expect(rec.programs).toEqual([first, second]);
  });

  test('is refused inside another and by a name that is taken', () => {
    const rec = new Recorder();
    expect(() => rec.program('a', () => rec.program('b', () => {}))).toThrow(refused('shape'));
    rec.program('a', () => {});
    expect(() => rec.program('a', () => {})).toThrow(refused('shape'));
    expect(() => rec.program('b', () => {})).not.toThrow();
    expect(recorder).toThrow(refused('shape'));
    rec.program('c', () => expect(recorder()).toBe(rec));
  });

  test('keeps nothing for a backward that it does not have', () => {
    const rec = new Recorder();
    const seen: boolean[] = [];
    rec.program('with', () => void seen.push(rec.recordsGradients));
    rec.program('without', () => {
      seen.push(rec.recordsGradients);
      rec.onBackward(() => { throw new Error('it has none'); });
      rec.backward(input(rec, 'x', true), input(rec, 'd'));
    }, { gradients: false });
    expect(seen).toEqual([true, false]);
  });

  test('changes the state on which a plan depends, with everything in it', () => {
    const rec = new Recorder();
    const states = [rec.state];
    const then = (what: () => unknown) => {
      what();
      states.push(rec.state);
    };
    const p = input(rec, 'x');
    then(() => rec.declare('input', 'y', [4]));
    let out!: Tensor;
    then(() => rec.program('a', () => void (out = copied(rec, p))));
    then(() => rec.keep(out));
    then(() => rec.readTogether(8));
    then(() => rec.program('b', () => {}));
    then(() => rec.program('c', () => copied(rec, p, out)));
    rec.program('d', () => {
      rec.once('first', () => p);
      // Nothing new is made here.
      then(() => rec.once('second', () => copied(rec, p, out)));
      then(() => rec.once('third', () => copied(rec, p, out)));
    });
    expect(new Set(states).size).toBe(states.length);
    expect(rec.state).toBe(rec.state);
  });
});

describe('labels', () => {
  test('have the scopes around them, also where something failed, and in the backward those of the forward', () => {
    const rec = new Recorder();
    const x = input(rec, 'x', true);
    const { entries } = rec.program('p', () => {
      expect(() => rec.scope('broken', () => { throw new Error('no'); })).toThrow('no');
      const y = rec.scope('a', () => rec.scope('b', () => passed(rec, x)));
      expect(y.label).toBe('a.b.copy of x');
      rec.scope('end', () => {
        rec.backward(y, input(rec, 'd'));
        copied(rec, x, undefined, 'last');
      });
      expect(rec.scope('c', () => 5)).toBe(5);
    });
    expect(lines(entries)).toEqual(['forward a.b.copied', 'backward a.b.summed', 'backward end.last']);
  });
});

describe('tensors that last', () => {
  test('are found again by label, in the shape in which they were declared', () => {
    const rec = new Recorder();
    const w = rec.declare('frozen', 'w', [2, 3], 'f16', false, [4, 3]);
    expect(w).toMatchObject({ label: 'w', role: 'frozen', shape: [2, 3], dtype: 'f16', requiresGrad: false, cornerOf: [4, 3], storage: { label: 'w', role: 'frozen', bytes: 12 } });
    expect(rec.declare('frozen', 'w', [3, 2])).toBe(w);
    expect(rec.declare('input', 'x', [5])).toMatchObject({ dtype: 'f32', requiresGrad: false });
    expect(rec.find('x')).not.toHaveProperty('cornerOf');
    expect([rec.tensors().map(({ label }) => label), rec.find('y')]).toEqual([['w', 'x'], undefined]);
    for (const shape of [[0], [-1], [1.5], [2, 0]]) expect(() => rec.declare('input', 'bad', shape)).toThrow(refused('shape'));
    expect(() => rec.declare('frozen', 'w', [7])).toThrow(refused('shape'));
    expect(new Set(rec.tensors().map(({ storage }) => storage.id)).size).toBe(2);
  });

  test('have storages that nothing else has, also as members of a stack', () => {
    const rec = new Recorder();
    rec.declare('input', 'x', [64]);
    const stack = there(rec.stack(['a', 'b', 'c'], [64], { group: 'g' }));
    rec.declare('input', 'y', [64]);
    const all = [...rec.tensors(), stack, rec.paramGrad(stack)];
    expect(new Set(all.map(({ storage }) => storage.id)).size).toBe(7);
  });

  test('are constants of floats or of whole numbers', () => {
    const rec = new Recorder();
    const [floats, words, made] = [Float32Array.of(1, 2), Uint32Array.of(3), () => new Float32Array(2)];
    const all = [rec.constant('f', [2], floats), rec.constant('u', [1], words), rec.constant('m', [2], made)];
    expect(all.map(({ role, dtype }) => `${role} ${dtype}`)).toEqual(['frozen f32', 'frozen u32', 'frozen f32']);
    expect([...rec.constants]).toEqual([[all[0], floats], [all[1], words], [all[2], made]]);
  });

  test('are parameters, each with its gradient', () => {
    const rec = new Recorder();
    const p = rec.param('p', [2, 3], 'g');
    expect(p).toMatchObject({ role: 'param', requiresGrad: true, dtype: 'f32' });
    expect(rec.paramGrad(p)).toMatchObject({ label: 'grad p', role: 'grad', shape: [2, 3], requiresGrad: false });
    expect(rec.param('p', [3, 2], 'h')).toBe(p);
    expect(rec.flats.params()).toEqual([{ group: 'g', tensor: p }]);
    expect(() => rec.param('p', [4], 'g')).toThrow(refused('shape'));
    expect(() => rec.paramGrad(input(rec, 'x'))).toThrow(refused('shape'));
  });

  test('have gradients by parts, also of parts of parts', () => {
    const rec = new Recorder();
    const stack = there(rec.stack(['a', 'b'], [4, 64], { group: 'g' }));
    const rows = rec.rows(there(rec.find('b')), 1, 2);
    const grad = rec.paramGrad(rows);
    expect(grad).toMatchObject({ role: 'grad', shape: [2, 64] });
    expect(grad.storage).toMatchObject({ bytes: 512, part: { of: rec.paramGrad(stack).storage, offset: 4 * 64 * 4 + 64 * 4 } });
    expect(rec.paramGrad(rec.rows(there(rec.find('b')), 1, 2))).toBe(grad);
    expect(rec.paramGrad(there(rec.find('a'))).storage.part?.offset).toBe(0);
    expect(there(rec.find('b')).storage).toMatchObject({ role: 'param', bytes: 1024, part: { of: stack.storage, offset: 1024 } });
    expect(rec.paramGrad(stack)).toMatchObject({ label: 'grad a + b', shape: [2, 4, 64], dtype: 'f32', requiresGrad: false });
    expect(stack).toMatchObject({ label: 'a + b', requiresGrad: true, storage: { members: ['a', 'b'], bytes: 2048 } });
  });

  test('are stacks of one as well, trained or not', () => {
    const rec = new Recorder();
    expect(rec.stack(['p'], [3], { group: 'g' })).toMatchObject({ role: 'param', shape: [1, 3], storage: { label: 'p' } });
    expect(rec.stack(['w'], [64], { dtype: 'q8' })).toMatchObject({ role: 'frozen', dtype: 'q8', shape: [1, 64] });
    expect(rec.stack(['u', 'v'], [64], {})).toMatchObject({ role: 'frozen', dtype: 'f32', requiresGrad: false });
    expect(rec.flats.params().map(({ tensor }) => tensor.label)).toEqual(['p']);
    // As much as one binding holds, and no more.
    expect(new Recorder({ maxBinding: 512 }).stack(['u', 'v'], [64], {})).not.toBeNull();
    expect(new Recorder({ maxBinding: 511 }).stack(['u', 'v'], [64], {})).toBeNull();
    expect(there(rec.stack(['u', 'v'], [64], {}))).toBe(rec.stack(['u', 'v'], [64], {}));
    expect(new Set(['p', 'w', 'u', 'v'].map((label) => rec.find(label)?.storage.id)).size).toBe(4);
  });

  test.each<[string, number[], StackKind, RecorderOptions]>([
    ['where a member ends between bindings', [9], {}, {}],
    ['where it does on this device', [9], {}, { align: 32 }],
    ['where a member ends within a word', [127], { dtype: 'f16' }, {}],
    ['where a member ends within a block', [16 * 15], { dtype: 'q8', whole: true }, {}],
  ])('are no stack %s', (_, shape, kind, options) => expect(new Recorder(options).stack(['a', 'b'], shape, kind)).toBeNull());

  test('are no stack where one of them is by itself, and are bound whole where they may end anywhere', () => {
    const rec = new Recorder();
    rec.declare('frozen', 'b', [64]);
    expect(rec.stack(['a', 'b'], [64], {})).toBeNull();
    expect(rec.stack(['c', 'd'], [9], { whole: true })).not.toBeNull();
  });

  test('go from step to step beside a parameter, or beside a stack with its members', () => {
    const rec = new Recorder();
    const [p, stack] = [rec.param('p', [2], 'g'), there(rec.stack(['a', 'b'], [64], { group: 'g' }))];
    const [one, both] = [rec.lastingOf('average', p), rec.lastingOf('average', stack)];
    expect([one, both].map(({ role, shape, label }) => ({ role, shape, label }))).toEqual([{ role: 'state', shape: [2], label: 'average p' }, { role: 'state', shape: [2, 64], label: 'average a + b' }]);
    expect([...rec.lasting]).toEqual([['average p', { name: 'average', tensor: one, members: ['p'] }], ['average a + b', { name: 'average', tensor: both, members: ['a', 'b'] }]]);
  });

  test('are pieces of the flats, for the optimizer', () => {
    const rec = new Recorder();
    const range = { chunk: 2, offset: 512, bytes: 1024, groups: [] };
    const of = (name: 'param' | 'grad' | 'm' | 'v' | 'average') => rec.flatRange(name, range);
    expect((['param', 'grad', 'm', 'v', 'average'] as const).map((name) => [of(name).label, of(name).role])).toEqual([['flat param 2', 'param'], ['flat grad 2', 'grad'], ['flat m 2', 'state'], ['flat v 2', 'state'], ['flat average 2', 'state']]);
    expect(of('m')).toMatchObject({ shape: [256], storage: { flat: { name: 'm', chunk: 2, offset: 512 } } });
    expect(rec.flatRange('m', { ...range, piece: 3 }).label).toBe('flat m 2 3');
  });

  test('can be kept only where they would not last, and the most that is read together counts', () => {
    const rec = new Recorder();
    rec.program('p', () => {
      const y = copied(rec, input(rec, 'x'));
      expect([rec.keep(y), rec.keep(input(rec, 'x'))]).toEqual([y, input(rec, 'x')]);
      expect([...rec.kept]).toEqual([[y.storage, y]]);
    });
    for (const bytes of [8, 32, 16]) rec.readTogether(bytes);
    expect(rec.unionOf).toBe(32);
  });
});

describe('rows of a matrix', () => {
  const matrix = () => {
    const rec = new Recorder();
    return { rec, w: rec.declare('frozen', 'w', [10, 64]) };
  };

  test('lie in its memory, and are the same when asked for again', () => {
    const { rec, w } = matrix();
    const some = rec.rows(w, 2, 3);
    expect(some).toMatchObject({ label: 'w', shape: [3, 64], role: 'frozen', storage: { label: 'w', bytes: 768, part: { of: w.storage, offset: 512 } } });
    expect(rec.rows(w, 2, 3)).toBe(some);
    expect(new Set([some, rec.rows(w, 2, 4), rec.rows(w, 3, 3), w].map(({ storage }) => storage.id)).size).toBe(4);
    expect(rec.rows(w, 0, 10)).toBe(w);
    expect(rec.rows(w, 0, 9).storage.part).toEqual({ of: w.storage, offset: 0 });
    expect(rec.rows(w, 9, 1).storage.part?.offset).toBe(9 * 256);
    expect(rec.rows(rec.declare('input', 'labels', [4, 64], 'u32'), 1, 1)).toMatchObject({ dtype: 'u32' });
    expect(rec.rows(rec.declare('input', 'many', [2, 3, 64]), 5, 1).storage.part?.offset).toBe(5 * 256);
  });

  test('begin at whole words and blocks', () => {
    const rec = new Recorder();
    const halves = rec.declare('frozen', 'halves', [4, 128], 'f16');
    expect(rec.rows(halves, 1, 2).storage).toMatchObject({ bytes: 512, part: { offset: 256 } });
    // 127 halves fill 64 words, which is a multiple of 256 bytes; 127 rows of 16 codes fill 64 blocks.
    expect(() => rec.rows(rec.declare('frozen', 'odd', [3, 127], 'f16'), 1, 1)).toThrow(refused('shape'));
    const codes = rec.declare('frozen', 'codes', [200, 16], 'q8');
    expect(() => rec.rows(codes, 127, 4)).toThrow(refused('shape'));
    expect(rec.rows(codes, 128, 4).storage).toMatchObject({ bytes: 72, part: { offset: 64 * 36 } });
  });

  test.each<[string, (rec: Recorder) => Tensor, number, number]>([
    ['before the first', (rec) => rec.declare('frozen', 'w', [10, 64]), -4, 4],
    ['before the first, by whole blocks,', (rec) => rec.declare('frozen', 'codes', [8, 2048], 'q8'), -4, 4],
    ['as many as there are, from the second on,', (rec) => rec.declare('frozen', 'w', [10, 64]), 1, 10],
    ['after the last', (rec) => rec.declare('frozen', 'w', [10, 64]), 8, 3],
    ['where no binding can begin', (rec) => rec.declare('frozen', 'narrow', [8, 9]), 1, 2],
    ['of a temporary', (rec) => rec.temp('t', [8, 64]), 1, 2],
    ['of what is computed', (rec) => input(rec, 'x', true), 1, 2],
    ['of blocks of four bits', (rec) => rec.declare('frozen', 'four', [8, 1024], 'nf4'), 4, 2],
  ])('are refused %s', (_, of, first, count) => {
    const other = new Recorder();
    other.program('p', () => {
      const t = of(other);
      expect(() => other.rows(t, first, count)).toThrow(refused('shape'));
    });
  });

  test('of parameters may be taken', () => {
    const rec = new Recorder();
    expect(rec.rows(rec.param('p', [4, 64], 'g'), 1, 2)).toMatchObject({ role: 'param', requiresGrad: true });
  });
});

describe('a dispatch', () => {
  const form = (change: Partial<Form>): Form => ({ kernel: copy, overrides: {}, grid: [1, 1, 1], ...change });
  const emitted = (call: Partial<Parameters<Recorder['emit']>[1]>) => {
    const rec = new Recorder();
    return there(rec.program('p', () => rec.emit(copy, { tensors: { x: input(rec, 'x'), out: rec.temp('y', [4, 64]) }, grid, ...call })).entries[0]);
  };

  test('is what was said of it, and what was not is plain', () => {
    expect(emitted({})).toMatchObject({ kernel: copy, params: {}, overrides: {}, grid: [1, 1, 1], label: 'copied', phase: 'forward' });
    expect(Object.keys(emitted({}))).not.toEqual(expect.arrayContaining(['forms']));
    expect(Object.keys(emitted({}))).not.toEqual(expect.arrayContaining(['work']));
    const forms = { kind: 'copy', of: { one: form({}) }, usual: () => 'one' };
    expect(emitted({ overrides: { A: 1 }, grid: [2, 3], label: 'named', work: 7, forms })).toMatchObject({ overrides: { A: 1 }, grid: [2, 3, 1], label: 'named', work: 7, forms });
    expect(emitted({ grid: [65_535, 65_535, 65_535] }).grid).toEqual([65_535, 65_535, 65_535]);
    expect(emitted({ grid: [] }).grid).toEqual([1, 1, 1]);
  });

  test.each<[string, number[]]>([['wide', [65_536]], ['high', [1, 65_536]], ['deep', [1, 1, 65_536]], ['flat', [1, 0]], ['thin', [1, 1, 0]]])('is refused where its grid is too %s, in any of its forms', (_, size) => {
    expect(() => emitted({ grid: size })).toThrow(refused('shape'));
    const [x = 1, y = 1, z = 1] = size;
    expect(() => emitted({ forms: { kind: 'copy', of: { one: form({}), two: form({ grid: [x, y, z] }) }, usual: () => 'one' } })).toThrow(refused('shape'));
  });

  test('is refused with a form that binds something else', () => {
    const other = kernel('other', '@group(0) @binding(1) var<storage, read> x: array<f32>;\n@group(0) @binding(0) var<storage, read_write> out: array<f32>;');
    const more = kernel('more', `struct Params { n: u32 }\n${copy.text}\n@group(0) @binding(2) var<uniform> p: Params;`);
    const forms: Record<string, Form>[] = [{ one: form({ kernel: other }) }, { one: form({}), two: form({ kernel: more }) }];
    for (const of of forms) expect(() => emitted({ forms: { kind: 'copy', of, usual: () => 'one' } })).toThrow(refused('shader'));
  });

  test('is refused where it binds or is given something else, or writes what it reads', () => {
    const rec = new Recorder();
    rec.program('p', () => {
      const [x, out] = [input(rec, 'x'), rec.temp('y', [4, 64])];
      const all: Partial<Parameters<Recorder['emit']>[1]>[] = [
        { tensors: { x } },
        { tensors: { x, out, more: x } },
        { params: { n: 1 } },
        { tensors: { x: out, out } },
        { tensors: { x: rec.declare('input', 'labels', [4], 'u32'), out } },
      ];
      for (const call of all) expect(() => rec.emit(copy, { tensors: { x, out }, grid, ...call })).toThrow(refused('shader'));
      expect(() => rec.emit(sum, { tensors: { x, previous: null, out }, grid })).toThrow(refused('shader'));
      // Of two that are read one may stand for both.
      expect(() => rec.emit(sum, { tensors: { x, previous: x, out }, params: { accumulate: 0 }, grid })).not.toThrow();
    });
  });

  test('binds something where a tensor is left out, one for all that is only read', () => {
    const rec = new Recorder();
    const elements = ['f32', 'vec4<f32>', 'u32', 'vec2<u32>', 'f16', 'vec4<f16>'];
    const many = kernel('many', [...elements.map((element, i) => `@group(0) @binding(${i}) var<storage, read> r${i}: array<${element}>;`), ...['f32', 'u32'].map((element, i) => `@group(0) @binding(${8 + i}) var<storage, read_write> w${i}: array<${element}>;`)].join('\n'));
    const { tensors } = there(rec.program('p', () => rec.emit(many, { tensors: Object.fromEntries(many.bindings.map(({ name }, i) => [name, i % 2 ? null : undefined])), grid })).entries[0]);
    const bound = Object.entries(tensors).map(([name, { label, dtype, role, shape }]) => [name, label, dtype, role, shape.join()]);
    expect(bound).toEqual([
      ...['f32', 'f32', 'u32', 'f16', 'f16', 'f16'].map((dtype, i) => [`r${i}`, 'none read', dtype, 'uniform', '4']),
      ['w0', 'none w0', 'f32', 'uniform', '4'],
      ['w1', 'none w1', 'u32', 'uniform', '4'],
    ]);
  });

  test('is found by what it wrote, with the other cuts of the same', () => {
    const rec = new Recorder();
    rec.program('p', () => {
      const [x, y, z] = [input(rec, 'x'), rec.temp('y', [4, 64]), rec.temp('z', [4, 64])];
      expect(rec.writersOf(y)).toEqual([]);
      rec.emit(sum, { tensors: { x, previous: null, out: y }, params: { accumulate: 0 }, grid, label: 'cut' });
      for (const label of ['other', 'cut', 'cut']) copied(rec, x, y, label);
      const { length } = rec.writersOf(y);
      expect([length, ...rec.writersOf(y).map(({ kernel, label }) => `${kernel.name} ${label}`)]).toEqual([2, 'copied cut', 'copied cut']);
      // What only reads it stands between no more than what writes another.
      copied(rec, y, z, 'cut');
      expect(rec.writersOf(y)).toHaveLength(2);
      copied(rec, x, y, 'cut');
      expect([rec.writersOf(y).length, rec.writersOf(z).length, rec.writersOf(x).length]).toEqual([1, 1, 0]);
      rec.setPhase('backward');
      expect(rec.writersOf(y)).toEqual([]);
    });
    const { entries } = rec.program('q', () => {
      const y = rec.temp('y', [4, 64]);
      for (let i = 0; i < 3; i++) copied(rec, input(rec, 'x'), y);
      expect(rec.writersOf(y)).toHaveLength(3);
    });
    expect(entries).toHaveLength(3);
    // Of another kernel, or with another label before it, it is not the same one's.
    rec.program('r', () => {
      const y = rec.temp('y', [4, 64]);
      rec.emit(sum, { tensors: { x: input(rec, 'x'), previous: null, out: y }, params: { accumulate: 0 }, grid, label: 'cut' });
      copied(rec, input(rec, 'x'), y, 'cut');
      expect(rec.writersOf(y)).toHaveLength(1);
    });
  });

  test('may change in place what nobody has read since it was written', () => {
    const rec = new Recorder();
    rec.program('p', () => {
      const y = rec.temp('y', [4, 64]);
      copied(rec, input(rec, 'x'), y);
      copied(rec, y);
      expect(() => rec.changesInPlace(y, 'op')).toThrow(refused('shape'));
      copied(rec, input(rec, 'x'), y);
      copied(rec, input(rec, 'x'));
      expect(() => rec.changesInPlace(y, 'op')).not.toThrow();
      expect(() => rec.changesInPlace(input(rec, 'x'), 'op')).toThrow(refused('shape'));
    });
  });
});

describe('gradients', () => {
  test('of what is computed add up, each time into something new', () => {
    const rec = new Recorder();
    const d = input(rec, 'd');
    rec.program('p', () => {
      expect(rec.temp('plain', [4]).requiresGrad).toBe(false);
      const y = copied(rec, input(rec, 'x', true));
      expect(rec.gradOf(y)).toBeNull();
      const [first, second] = [give(rec, y, d), give(rec, y, d)];
      expect([first.previous, first.accumulate, first.out.label, first.out.role, first.out.requiresGrad]).toEqual([null, Accumulate.write, `d ${y.label}`, 'temp', false]);
      expect([second.previous, second.accumulate]).toEqual([first.out, Accumulate.write]);
      expect(second.out.storage).not.toBe(first.out.storage);
      expect(rec.gradOf(y)).toEqual(second.out);
      // A view has the same gradient, in its shape.
      expect(rec.gradOf(rec.view(y, [256]))).toEqual({ ...second.out, shape: [256] });
      expect(give(rec, rec.view(y, [256]), rec.view(d, [256])).previous?.shape).toEqual([256]);
    });
  });

  test('are asked for only where one flows', () => {
    const rec = new Recorder();
    const unasked = () => { throw new Error('asked for'); };
    rec.program('p', () => {
      const x = input(rec, 'x');
      rec.contribute(x, unasked);
      rec.setGate(x, { act: 'relu', pre: x });
      rec.contributeGated(x, unasked);
      expect([rec.gradOf(x), rec.gatedGradOf(x)]).toEqual([null, null]);
    });
  });

  test('of parameters add up over the dispatches of a step, and from the second micro-batch on', () => {
    const rec = new Recorder();
    const [p, q, d] = [rec.param('p', [4, 64], 'g'), rec.param('q', [4, 64], 'g'), input(rec, 'd')];
    for (const name of ['a', 'b']) {
      rec.program(name, () => {
        const all = [give(rec, p, d), give(rec, rec.view(p, [256]), d)];
        expect(all.map(({ accumulate, previous }) => [accumulate, previous])).toEqual([[Accumulate.addAfterFirst, null], [Accumulate.add, null]]);
        expect(all.map(({ out }) => [out.storage, out.shape])).toEqual([[rec.paramGrad(p).storage, [4, 64]], [rec.paramGrad(p).storage, [256]]]);
        expect([rec.gradOf(p), rec.collects(p), rec.collects(d)]).toEqual([null, true, false]);
      });
    }
    // After the micro-batches: to what they wrote it is added, what they did not write is replaced.
    rec.program('update', () => {
      rec.settle(() => expect([give(rec, p, d).accumulate, give(rec, q, d).accumulate, give(rec, q, d).accumulate]).toEqual([Accumulate.add, Accumulate.write, Accumulate.add]));
      expect(give(rec, rec.param('r', [4, 64], 'g'), d).accumulate).toBe(Accumulate.addAfterFirst);
    });
    expect(lines(there(rec.programs[2]).entries)[0]).toBe('backward summed');
  });

  test('of slices that several programs have reached are all there after the micro-batches', () => {
    const rec = new Recorder();
    const [p, d] = [rec.param('p', [4, 64], 'g'), input(rec, 'd')];
    for (const [name, first] of [['a', 0], ['b', 2]] as const) rec.program(name, () => void give(rec, rec.rows(p, first, 2), d));
    rec.program('update', () => rec.settle(() => expect([give(rec, p, d).accumulate, rec.gradOf(p)]).toEqual([Accumulate.add, null])));
  });

  test('of a parameter may arrive element by element, or slice by slice', () => {
    const rec = new Recorder();
    const [c, p] = [rec.param('c', [8], 'g'), rec.param('p', [4, 64], 'g')];
    rec.program('p', () => {
      const d = input(rec, 'd');
      const how = (t: Tensor, first?: number, count?: number) => give(rec, t, d, first === undefined || count === undefined ? undefined : { first, count }).accumulate;
      expect([how(c, 0, 4), how(c, 4, 4), how(c, 2, 4), how(c), how(c, 7, 1)]).toEqual([2, 2, 1, 1, 1]);
      expect([how(rec.rows(p, 2, 2)), how(rec.rows(p, 0, 2)), how(rec.rows(p, 1, 1)), how(p)]).toEqual([2, 2, 1, 1]);
      const q = rec.param('q', [2, 64], 'g');
      expect([how(rec.rows(q, 1, 1), 0, 32), how(rec.rows(q, 1, 1), 32, 32), how(rec.rows(q, 0, 1)), how(q)]).toEqual([2, 2, 2, 1]);
      const part = rec.param('part', [8], 'g');
      how(part, 2, 2);
      for (const [first, count] of [[1, 2], [3, 2], [0, 8]] as const) expect(() => how(part, first, count)).toThrow(refused('shape'));
      expect(() => how(part)).toThrow(refused('shape'));
      expect([how(part, 0, 2), how(part, 4, 4), how(part)]).toEqual([2, 2, 1]);
      // Rows of a stack's member lie within the stack.
      rec.stack(['a', 'b'], [4, 64], { group: 'g' });
      const b = there(rec.find('b'));
      how(rec.rows(b, 1, 1));
      expect(() => how(b)).toThrow(refused('shape'));
    });
  });

  test('must be written, and added to what is there', () => {
    const rec = new Recorder();
    const d = input(rec, 'd');
    rec.program('p', () => {
      const [p, y] = [rec.param('p', [4, 64], 'g'), copied(rec, input(rec, 'x', true))];
      const writing = (t: Tensor, how: (out: Tensor, previous: Tensor | null, accumulate: Accumulate) => void) => () => rec.contribute(t, how);
      expect(writing(y, () => {})).toThrow(refused('shape'));
      expect(writing(p, (out) => void copied(rec, d, out))).toThrow(refused('shape'));
      expect(writing(p, (out) => rec.emit(sum, { tensors: { x: d, previous: null, out }, params: { accumulate: 0 }, grid }))).toThrow(refused('shape'));
      expect(writing(y, (out) => void copied(rec, d, out))).not.toThrow();
      expect(writing(y, (out) => void copied(rec, d, out))).toThrow(refused('shape'));
      // What only reads the place does not write it, and the first that writes decides.
      expect(writing(p, (out) => void copied(rec, out))).toThrow(refused('shape'));
      expect(writing(y, (out, previous) => {
        copied(rec, d);
        rec.emit(sum, { tensors: { x: d, previous, out }, params: { accumulate: 0 }, grid });
        copied(rec, d, out);
      })).not.toThrow();
      expect(() => rec.setGrad(p, d)).toThrow(refused('shape'));
    });
  });

  test('that are gated are kept apart from those that are not', () => {
    const rec = new Recorder();
    const d = input(rec, 'd');
    rec.program('p', () => {
      const y = copied(rec, input(rec, 'x', true));
      const gate: Gate = { act: 'relu', pre: d };
      const seen: unknown[] = [];
      const gated = (t: Tensor) => rec.contributeGated(t, (out, previous, accumulate, by) => {
        seen.push([previous?.label ?? null, out.label, by]);
        expect(out.requiresGrad).toBe(false);
        rec.emit(sum, { tensors: { x: d, previous, out }, params: { accumulate }, grid });
      });
      gated(y);
      rec.setGate(y, gate);
      gated(y);
      expect(rec.gatedGradOf(y)?.storage).not.toBe(rec.gradOf(y)?.storage);
      expect(rec.gatedGradOf(y)?.role).toBe('temp');
      gated(rec.view(y, [256]));
      expect(seen).toEqual([[null, `d ${y.label}`, null], [null, `d ${y.label} gated`, gate], [`d ${y.label} gated`, `d ${y.label} gated`, gate]]);
      expect([rec.gatedGradOf(y)?.shape, rec.gatedGradOf(rec.view(y, [256]))?.shape]).toEqual([[4, 64], [256]]);
      // Those of a parameter add up where they lie, whatever is said of a gate.
      const p = rec.param('p', [4, 64], 'g');
      rec.setGate(p, gate);
      gated(p);
      expect([(seen[3] as unknown[])[2], rec.gatedGradOf(p)]).toEqual([null, null]);
      expect(() => rec.contributeGated(y, () => {})).toThrow(refused('shape'));
    });
  });

  test('go back from the last to the first, and from what gets one besides', () => {
    const rec = new Recorder();
    const [x, d, e] = [input(rec, 'x', true), input(rec, 'd'), input(rec, 'e')];
    const { entries } = rec.program('p', () => {
      const order: string[] = [];
      const noted = (what: string) => rec.onBackward(() => void order.push(what));
      noted('first');
      const side = passed(rec, x);
      noted('second');
      const out = passed(rec, side);
      rec.backward(out, d, () => {
        order.push(there(rec.gradOf(out)).label);
        rec.setGrad(side, e);
      });
      expect(order).toEqual(['d', 'second', 'first']);
      // It was there before that of `out` arrived.
      expect(rec.gradOf(side)?.label).toBe('d copy of x');
    });
    expect(entries.slice(2).map(({ tensors }) => [tensors.x?.label, tensors.previous?.label])).toEqual([['d', 'e'], ['d copy of x', 'none read']]);
  });
});

describe('what is recorded again in the backward', () => {
  /** y = x through a checkpoint whose backward reads what its forward made, or does not. */
  const checkpointed = (early: boolean) => {
    const rec = new Recorder();
    const [x, d] = [input(rec, 'x', true), input(rec, 'd')];
    const seen: unknown[] = [];
    const { entries } = rec.program('p', () => {
      rec.stream();
      const before = passed(rec, x);
      const out = rec.checkpoint(() => {
        seen.push([rec.recordsGradients, rec.stream(), rec.stream()]);
        const y = copied(rec, before, undefined, 'again');
        rec.onBackward(() => {
          seen.push(rec.recordsGradients);
          if (early) copied(rec, x);
          // It has been there all along.
          give(rec, before, early ? y : before);
        });
        return y;
      });
      seen.push(rec.recordsGradients);
      expect(rec.stream()).toBe(3);
      rec.onBackward(() => expect(rec.nextStream).toBe(4));
      rec.backward(out, d);
      expect(rec.nextStream).toBe(4);
    });
    return { labels: entries.map(({ label, phase }) => `${phase} ${label}`), seen };
  };

  test('is made where its backward reads it, with the same random numbers', () => {
    const { labels, seen } = checkpointed(true);
    expect(labels).toEqual(['forward copied', 'forward again', 'backward again', 'backward copied', 'backward summed', 'backward summed']);
    expect(seen).toEqual([[false, 1, 2], true, [true, 1, 2], true]);
  });

  test('is made after that where it does not', () => {
    expect(checkpointed(false).labels).toEqual(['forward copied', 'forward again', 'backward summed', 'backward again', 'backward summed']);
  });

  test('has the gradient of what it made before, and is made after that also where it writes what was read before it', () => {
    const rec = new Recorder();
    const [x, d, state] = [input(rec, 'x', true), input(rec, 'd'), rec.declare('state', 'state', [4, 64])];
    const { entries } = rec.program('p', () => {
      copied(rec, state, undefined, 'reads');
      const out = rec.checkpoint(() => {
        copied(rec, d, state, 'writes');
        return passed(rec, x);
      });
      rec.backward(out, d);
      expect(rec.gradOf(x)).not.toBeNull();
    });
    expect(lines(entries)).toEqual(['forward reads', 'forward writes', 'forward copied', 'backward summed', 'backward writes', 'backward copied']);
  });

  test('is not where no gradient arrives', () => {
    const rec = new Recorder();
    const { entries } = rec.program('p', () => {
      rec.checkpoint(() => copied(rec, input(rec, 'x', true)));
      rec.backward(input(rec, 'y', true), input(rec, 'd'));
    });
    expect(lines(entries)).toEqual(['forward copied']);
  });

  test('takes no tape while its gradient is set, and gives back the one before, also where something fails', () => {
    const rec = new Recorder();
    rec.program('p', () => {
      const d = input(rec, 'd');
      const order: string[] = [];
      rec.onBackward(() => void order.push('before'));
      rec.onBackward(() => {
        rec.replay(() => {
          rec.onBackward(() => void order.push('inside'));
          return copied(rec, input(rec, 'x', true));
        }, 7, (again) => {
          expect([rec.recordsGradients, rec.nextStream]).toEqual([false, 0]);
          rec.setGrad(again, d);
        });
        order.push('after');
      });
      expect(() => rec.untaped(() => { throw new Error('no'); })).toThrow('no');
      expect(rec.recordsGradients).toBe(true);
      expect(rec.untaped(() => rec.recordsGradients)).toBe(false);
      rec.backward(copied(rec, input(rec, 'x', true)), d);
      expect(order).toEqual(['inside', 'after', 'before']);
    });
  });
});

describe('what is made once a step', () => {
  /** A parameter's copy, made once. */
  const copyOf = (rec: Recorder, p: Tensor) => rec.once('made', () => {
    const t = copied(rec, p);
    rec.onBackward(() => {
      const grad = rec.gradOf(t);
      if (grad) give(rec, p, grad);
    });
    return t;
  }, 'texts');

  test('is recorded in a program of its own, as a forward, and leaves the one around it as it was', () => {
    const rec = new Recorder();
    const p = rec.param('p', [4, 64], 'g');
    const before = rec.program('before', () => {});
    expect(rec.onceProgram).toBeNull();
    const order: string[] = [];
    rec.program('a', () => {
      rec.onBackward(() => void order.push('of a'));
      rec.setPhase('backward');
      const made = rec.untaped(() => copyOf(rec, p));
      expect(copyOf(rec, p)).toBe(made);
      copied(rec, made);
      expect([rec.collects(made), rec.recordsGradients, rec.gradOf(made)]).toEqual([true, true, null]);
      expect(rec.paramGrad(made)).toMatchObject({ label: `grad ${made.label}`, role: 'grad', shape: [4, 64], requiresGrad: false });
      expect([made, p].map(({ storage }) => rec.roleOfOnce.get(storage))).toEqual(['texts', 'texts']);
      rec.backward(copied(rec, p), input(rec, 'd'));
      expect(order).toEqual(['of a']);
    });
    expect(rec.programs.map(({ name, entries }) => [name, lines(entries)])).toEqual([['before', []], ['once', ['forward copied']], ['a', ['backward copied', 'backward copied']]]);
    expect([rec.programs[0], rec.onceProgram]).toEqual([before, rec.programs[1]]);
    // Others join it, of the role that is theirs, and those before keep theirs.
    rec.program('b', () => {
      const q = rec.param('q', [4, 64], 'g');
      const other = rec.once('other', () => copied(rec, q));
      expect([other, p].map(({ storage }) => rec.roleOfOnce.get(storage))).toEqual(['merged', 'texts']);
    });
    expect(rec.programs.map(({ name, entries }) => [name, entries.length])).toEqual([['before', 0], ['once', 2], ['a', 2], ['b', 0]]);
  });

  test('passes its gradient on after the micro-batches, once', () => {
    const rec = new Recorder();
    const [p, d] = [rec.param('p', [4, 64], 'g'), input(rec, 'd')];
    rec.program('train', () => {
      const made = copyOf(rec, p);
      expect([give(rec, made, d).accumulate, give(rec, made, d).accumulate]).toEqual([Accumulate.addAfterFirst, Accumulate.add]);
      expect(rec.gradOf(made)).toBeNull();
    });
    const update = rec.program('update', () => {
      let unwound = false;
      rec.settle(() => {
        rec.onBackward(() => (unwound = true));
        const made = copyOf(rec, p);
        expect(rec.gradOf(made)?.storage).toBe(rec.paramGrad(made).storage);
      });
      expect(unwound).toBe(true);
      expect(rec.gradOf(copyOf(rec, p))).toBeNull();
      rec.settle();
    });
    expect(update.entries.map(({ label, phase, params, tensors }) => [label, phase, params.accumulate, tensors.x?.label, tensors.out?.label])).toEqual([['summed', 'backward', Accumulate.write, 'grad copy of p', 'grad p']]);
  });

  test('passes nothing on where nothing arrived, and has no gradient in a program without a backward', () => {
    const rec = new Recorder();
    rec.program('train', () => void copyOf(rec, rec.param('p', [4, 64], 'g')));
    expect(rec.program('update', () => rec.settle()).entries).toEqual([]);
    const other = new Recorder();
    other.program('evaluate', () => {
      const made = other.once('made', () => {
        expect(other.recordsGradients).toBe(false);
        return copied(other, other.param('p', [4, 64], 'g'));
      });
      const frozen = other.once('frozen', () => copied(other, input(other, 'x')));
      expect([other.collects(made), other.collects(frozen)]).toEqual([false, false]);
    }, { gradients: false });
    other.program('train', () => expect(other.collects(other.once('frozen still', () => copied(other, input(other, 'x'))))).toBe(false));
  });
});
