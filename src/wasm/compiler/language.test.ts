import { setFlagsFromString } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { defined } from '../../numbers/defined';
import { canFuse } from '../relaxed.meta';
import { kernel, run } from '../../testing/runKernel';
import { compile } from './compile';

/** The value of an expression of `x`, as f32. */
const valueOf = (expression: string, x: number[] = [1, 2, 3, 4]): number => defined(run(kernel(`out[0] = ${expression};`), { x }).f32[0]);
const wholeOf = (expression: string, type: 'u32' | 'i32', x = [1, 2, 3, 4]): number => defined(run(kernel(`out[0] = ${expression};`, { type }), { x })[type][0]);

describe('numbers', () => {
  test.each([
    ['x[0] + x[1] * x[2]', 7],
    ['1.0 / (1.0 + x[2])', 0.25],
    ['-x[3] - -2.0', -2],
    ['f32(u32(x[2]) + 1u)', 4],
    ['select(x[0], x[1], x[2] > 2.0)', 2],
    ['clamp(x[3], 0.0, 2.5)', 2.5],
    ['sign(-x[0])', -1],
    ['bitcast<f32>(bitcast<u32>(x[1]) ^ 0x80000000u)', -2],
    ['f32(1 + 2) + 0x10 * 1.0', 19],
  ])('%s = %f', (expression, value) => {
    expect(valueOf(expression)).toBe(value);
  });

  test.each([
    ['7u / u32(x[0] - 1.0)', 7],
    ['7u % u32(x[0] - 1.0)', 0],
    ['7u % u32(x[2])', 1],
    ['0xffffffffu >> 28u', 15],
    ['1u << (32u + u32(x[0]))', 2],
    ['u32(x[0] * -5.0)', 0],
    ['u32(x[0] * 1e20)', 0xffffffff],
    ['~u32(x[0])', 0xfffffffe],
    ['u32(x[0] < 2.0 && x[5] == 4.0)', 1],
    ['extractBits(0xabcdu + u32(x[0] - 1.0), 4u, 8u)', 0xbc],
  ])('%s = %i of u32', (expression, value) => {
    expect(wholeOf(expression, 'u32')).toBe(value);
  });

  test.each([
    ['i32(x[0]) * -7 / 2', -3],
    ['-7 % (i32(x[0]) + 1)', -1],
    ['(-2147483647 - i32(x[0])) / -i32(x[0])', -2147483648],
    ['-16 >> u32(x[1])', -4],
    ['extractBits(i32(x[2]) << 4u, 4u, 2u)', -1],
    ['i32(x[0] * -3.9)', -3],
  ])('%s = %i of i32', (expression, value) => {
    expect(wholeOf(expression, 'i32')).toBe(value);
  });
});

describe('vectors and matrices', () => {
  const four = 'vec4<f32>(x[0], x[1], x[2], x[3])';
  test.each([
    [`dot(${four}, vec4<f32>(1.0, 2.0, 3.0, 4.0))`, 30],
    [`${four}.wzyx.x`, 4],
    [`${four}[u32(x[1])]`, 3],
    [`(mat4x4<f32>(${four}, vec4<f32>(1.0), vec4<f32>(), ${four}) * ${four}).z`, 17],
    [`(vec4<f32>(1.0) * mat4x4<f32>(${four}, vec4<f32>(1.0), vec4<f32>(), ${four})).x`, 10],
    [`transpose(mat4x4<f32>(${four}, vec4<f32>(), vec4<f32>(), vec4<f32>()))[2].x`, 3],
    [`select(vec4<f32>(), ${four}, ${four} > vec4<f32>(2.0)).z`, 3],
    ['f32((vec4<i32>(i32(x[0])) << vec4<u32>(30u, 28u, 26u, 24u))[1] >> 28u)', 1],
    ['unpack4x8snorm(0x7f81007fu + u32(x[0] - 1.0)).z', -1],
  ])('%s = %f', (expression, value) => {
    expect(valueOf(expression)).toBe(value);
  });

  test('halves are unpacked to the bit', () => {
    const halves: [number, number][] = [[0x3c00, 1], [0xc000, -2], [0x0001, 2 ** -24], [0x03ff, 1023 * 2 ** -24], [0x7bff, 65504], [0x7c00, Infinity], [0x8000, -0]];
    for (const [half, value] of halves) expect(valueOf(`unpack2x16float(${half << 16 >>> 0}u + u32(x[0] - 1.0)).y`)).toBe(value);
  });
});

describe('statements', () => {
  test('loops, branches, continue and break', () => {
    expect(run(kernel('var s = 0.0; for (var i = 0u; i < 10u; i++) { if (i == 3u) { continue; } if (i == 6u) { break; } s += f32(i); } out[0] = s;')).f32[0]).toBe(12);
    expect(run(kernel('var i = 0u; while (i < 5u) { i += 2u; } out[0] = f32(i);')).f32[0]).toBe(6);
  });

  test('functions, early returns, structs and pointers', () => {
    const before = 'struct Two { a: f32, b: vec4<f32> }\nfn pick(i: u32) -> f32 { if (i == 0u) { return 5.0; } for (var k = 0u; k < 9u; k++) { if (k == i) { return f32(k) * 10.0; } } return -1.0; }\nfn add(to: ptr<function, f32>, by: f32) { *to += by; }\nfn two(v: f32) -> Two { var t = Two(); t.a = v; t.b[1] = v + 1.0; return t; }';
    expect(run(kernel('var s = pick(0u) + pick(u32(x[2])); add(&s, 2.0); out[0] = s; out[1] = pick(20u); let t = two(3.0); out[2] = t.a; out[3] = t.b.y;', { before }), { x: [1, 2, 3] }).f32).toEqual([37, -1, 3, 4]);
  });

  test('arrays of registers by an index that is known late', () => {
    expect(run(kernel('var a = array<f32, 4>(1.0, 2.0, 3.0, 4.0); a[u32(x[0])] = 9.0; for (var i = 0u; i < 4u; i++) { out[i] = a[i]; }'), { x: [2] }).f32).toEqual([1, 2, 9, 4]);
  });

  test('what an operand was before a call changed it', () => {
    const before = 'fn grow(to: ptr<function, f32>) -> f32 { *to += 1.0; return *to; }';
    expect(run(kernel('var s = 1.0; out[0] = s + grow(&s) * 10.0;', { before })).f32[0]).toBe(21);
  });

  test('overrides take their value, and rule branches out', () => {
    const text = kernel('if (MODE == 2u) { out[0] = 2.0; } else { out[0] = 1.0; }', { before: 'override MODE: u32 = 1u;' });
    expect(run(text).f32[0]).toBe(1);
    expect(run(text, { overrides: { MODE: 2 } }).f32[0]).toBe(2);
  });
});

describe('workgroups', () => {
  test('each invocation has its place', () => {
    expect(run(kernel('out[gid.x] = f32(lane + 10u * wid.x);', { size: 2 }), { groups: 2 }).f32).toEqual([0, 1, 10, 11]);
  });

  const before = 'var<workgroup> shared_sums: array<f32, 4>;\nfn sum(v: f32, lane: u32) -> f32 { shared_sums[lane] = v; workgroupBarrier(); var s = 0.0; for (var i = 0u; i < 4u; i++) { s += shared_sums[i]; } workgroupBarrier(); return s; }';

  test('barriers in functions and in loops, with what lives across them', () => {
    expect(run(kernel('var t = f32(lane); for (var i = 0u; i < 3u; i++) { t += sum(t, lane); } out[lane] = t;', { size: 4, before })).f32).toEqual([186, 187, 188, 189]);
  });

  test('all leave a loop with a barrier together', () => {
    expect(run(kernel('var t = 1.0; for (var i = 0u; i < 9u; i++) { if (i == 2u) { t += 0.5; break; } t = sum(t, lane); } out[lane] = t; if (x[0] > 0.0) { return; } workgroupBarrier(); out[lane] = -1.0;', { size: 4, before }), { x: [1] }).f32).toEqual([16.5, 16.5, 16.5, 16.5]);
  });

  test('memory of a workgroup begins as zeros', () => {
    expect(run(kernel('out[wid.x] = shared_sums[lane]; shared_sums[lane] = 7.0;', { before }), { groups: 4 }).f32).toEqual([0, 0, 0, 0]);
  });
});

describe('bounds', () => {
  test('what lies outside is read as the last and not written', () => {
    expect(run(kernel('out[0] = x[100]; out[4000000000u] = 5.0; out[4] = 6.0; out[1] = x[u32(x[0]) * 1000000000u];'), { x: [3, 8] }).f32).toEqual([8, 8, 0, 0]);
  });

  // What is written beyond `a` would be found in `b`.
  const before = 'var<workgroup> a: array<f32, 4>;\nvar<workgroup> b: array<f32, 4>;\nfn grow(i: ptr<function, u32>) { *i += 4u; }';
  const written = (body: string) => run(kernel(`${body} out[0] = a[0]; out[1] = a[3]; out[2] = b[0];`, { before }), { x: [4], out: 3 }).f32;

  test('a counter of a loop that is known to lie inside is not asked', () => {
    const bytes = (end: string) => compile('test', kernel(`for (var i = 0u; i < ${end}; i++) { a[i] = x[i]; } out[0] = a[0];`, { before })).wasm.length;
    expect(bytes('4u')).toBeLessThan(bytes('5u'));
    expect(bytes('min(u32(x[0]), 4u)')).toBeLessThan(bytes('min(u32(x[0]), 5u)'));
    expect(written('for (var i = 0u; i < 4u; i++) { a[i] = f32(i) + 1.0; }')).toEqual([1, 4, 0]);
  });

  test.each([
    ['goes beyond', 'for (var i = 0u; i < 5u; i++) { a[i] = 1.0; }', [1, 1, 0]],
    ['is changed in the loop', 'for (var i = 0u; i < 4u; i++) { i += u32(x[0]); a[i] = 1.0; }', [0, 0, 0]],
    ['is changed through a pointer', 'for (var i = 0u; i < 4u; i++) { grow(&i); a[i] = 1.0; }', [0, 0, 0]],
    ['is behind its loop', 'var k = 0u; for (var i = 0u; i < 4u; i++) { k = i; } k += 1u; a[k] = 1.0;', [0, 0, 0]],
    ['begins anew at zero', 'for (var i = 0u; i < 4u; i++) { a[i * 0x7fffffffu + 4u] = 1.0; }', [0, 0, 0]],
    ['is below zero', 'for (var i = 0u; i < 4u; i++) { a[i - 1u] = 1.0; }', [1, 0, 0]],
  ])('a counter that %s is held inside', (_, body, values) => {
    expect(written(body)).toEqual(values);
  });
});

describe('functions of our own', () => {
  /** Largest error in units in the last place. */
  const error = (name: 'exp' | 'log', at: number[]): number => {
    const got = run(kernel(`out[gid.x] = ${name}(x[gid.x]);`), { x: at, out: at.length, groups: at.length }).f32;
    return Math.max(...at.map((value, i) => {
      const want = Math[name](Math.fround(value));
      return Math.abs(defined(got[i]) - want) / 2 ** Math.max(Math.floor(Math.log2(Math.abs(want))) - 23, -149);
    }));
  };
  const many = Array.from({ length: 1000 }, (_, i) => i);

  test('exp', () => {
    expect(error('exp', many.map((i) => i * 0.17 - 86))).toBeLessThan(2);
    expect([valueOf('exp(x[0])', [0]), valueOf('exp(x[0])', [100]), valueOf('exp(x[0])', [-200]), valueOf('exp(x[0])', [NaN])]).toEqual([1, Infinity, 0, NaN]);
  });

  test('log', () => {
    expect(error('log', many.map((i) => 1.3 ** (i / 5 - 100) + 1e-30))).toBeLessThan(2);
    expect([1, 0, -1, Infinity, NaN].map((x) => valueOf('log(x[0])', [x]))).toEqual([0, -Infinity, NaN, Infinity, NaN]);
  });
});

describe('what is not supported', () => {
  test.each([
    ['out[0] = nothing;', 'there is nothing called nothing'],
    ['out[0] = acos(x[0]);', 'the function acos is not supported'],
    ['out[0] = 1u;', 'this is u32 and not f32'],
    ['x[0] = 1.0;', 'this is only to be read'],
    ['out[0] = x[0] + 1u;', 'f32 + u32 is not an operation of WGSL'],
    ['var a = 1.0; break;', 'there is no loop to break'],
  ])('%s says which kernel, where and why', (body, reason) => {
    expect(() => compile('name', kernel(body))).toThrow(new RegExp(`^name:6:\\d+ ${reason.replace(/[+]/g, '\\$&')}\n`));
  });
});

describe('fused', () => {
  if (!canFuse()) setFlagsFromString('--experimental-wasm-relaxed-simd');
  // (1 + 2^-12)^2 is 1 + 2^-11 + 2^-24, whose last bit only a sum that is rounded once has.
  const [a, rest] = [1 + 2 ** -12, -(1 + 2 ** -11)];
  const both = (body: string, x: number[]) => [false, true].map((isFused) => defined(run(kernel(body, { type: 'vec4<f32>' }), { x, out: 4, isFused }).f32[0]));

  test.each([
    ['a product and a number', 'out[0] = vec4<f32>(x[0]) * vec4<f32>(x[1]) + vec4<f32>(x[2]);'],
    ['a number and a product', 'out[0] = vec4<f32>(x[2]) + vec4<f32>(x[0]) * vec4<f32>(x[1]);'],
    ['a sum that grows', 'var sum = vec4<f32>(x[2]); for (var i = 0u; i < 1u; i++) { sum += x[i] * vec4<f32>(x[i + 1u]); } out[0] = sum;'],
  ])('%s', (_, body) => {
    const [exact, once] = both(body, [a, a, rest]);
    expect(exact).toBe(0);
    // As the machine has it.
    expect([0, 2 ** -24]).toContain(once);
    expect(compile('test', kernel(body, { type: 'vec4<f32>' })).products).toHaveLength(2);
  });

  test('a product of which more is made is left as it is', () => {
    const body = 'let p = vec4<f32>(x[0]) * vec4<f32>(x[1]); out[0] = (p + vec4<f32>(x[2])) * p;';
    expect(compile('test', kernel(body, { type: 'vec4<f32>' })).products).toEqual([]);
    expect(both(body, [2, 3, 4])).toEqual([60, 60]);
  });

  test('the sum of two products', () => {
    const body = 'out[0] = vec4<f32>(x[0]) * vec4<f32>(x[1]) + vec4<f32>(x[2]) * vec4<f32>(x[3]);';
    expect(both(body, [2, 3, 4, 5])).toEqual([26, 26]);
  });
});
