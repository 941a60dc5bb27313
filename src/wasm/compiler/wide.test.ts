import { describe, expect, test } from 'vitest';
import { kernel, run } from '../../testing/runKernel';

const x = [3, -1, 4, 1.5, -5, 9, 2.25, 6, 5, -3, 5.5, 8, -9, 7, 9.5, 0.125];

describe('four invocations side by side give the bits of one at a time', () => {
  /** Compares with workgroups of one invocation, which has none beside it. */
  const both = (body: string, before = '', n = 16): void => {
    const [beside, alone] = [8, 1].map((size) => run(kernel(body, { size, before }), { x, out: n, groups: n / size }));
    expect(beside!.u32).toEqual(alone!.u32);
    expect(new Set(beside!.u32).size).toBeGreaterThan(1);
  };

  test.each([
    ['numbers', 'out[gid.x] = sqrt(abs(x[gid.x])) * 3.0 - x[gid.x] / 7.0 + exp(x[gid.x]) + floor(x[gid.x]);'],
    ['whole numbers', 'out[gid.x] = f32((gid.x * 2654435761u) >> (gid.x % 7u)) + f32(i32(x[gid.x]) / (i32(gid.x) - 3)) + f32(gid.x % (gid.x / 3u));'],
    ['conditions as numbers', 'out[gid.x] = f32(x[gid.x] > 2.0) + 10.0 * f32(u32(x[gid.x] < 5.0 && gid.x != 3u)) + select(0.0, 100.0, !(x[gid.x] > 4.0 || gid.x == 1u));'],
    ['what lies in another order', 'out[15u - gid.x] = x[(gid.x * 5u) % 16u] + x[15u - gid.x] * 100.0;'],
    ['what lies outside', 'out[gid.x + 3u] = x[gid.x + 13u] + 1.0;'],
    ['what lies apart', 'if (gid.x < 5u) { out[3u * gid.x] = x[2u * gid.x]; }'],
    ['ways that part', 'var s = x[gid.x]; if (s > 4.0) { s = s * 2.0; if (gid.x > 8u) { s += 0.5; } } else if (s < 0.0) { s = -s; } else { s = 1.0; } out[gid.x] = s;'],
    ['an early end', 'if (gid.x % 3u == 1u) { return; } out[gid.x] = x[gid.x];'],
    ['an early end of some in a way', 'var s = 0.0; if (x[gid.x] > 0.0) { s = 1.0; if (gid.x % 2u == 0u) { return; } s += x[gid.x]; } out[gid.x] = s + 2.0;'],
    ['all end', 'if (gid.x < 100u) { out[gid.x] = x[gid.x]; return; } out[gid.x] = 7.0;'],
    ['loops of different lengths', 'var s = 0.0; for (var i = gid.x; i < 16u; i += 3u) { s = s * 0.5 + x[i]; } out[gid.x] = s;'],
    ['a counter that is looked at behind its loop', 'var i = gid.x; while (i < 15u && x[i] > 0.0) { i += 1u; } out[gid.x] = f32(i);'],
    ['a loop in a loop with a counter of the outer one', 'var s = 0.0; var i = gid.x; for (var k = 0u; k < 3u; k++) { for (; i < 4u + 3u * k; i++) { s += x[i] * f32(k + 1u); } s += f32(i); } out[gid.x] = s;'],
    ['break and continue', 'var s = 0.0; for (var i = 0u; i < 9u; i++) { if (i == gid.x) { continue; } if (x[i] + f32(gid.x) > 12.0) { break; } s += x[i]; } out[gid.x] = s;'],
    ['continue, and then break in a way', 'var s = 0.0; for (var i = 0u; i < 12u; i++) { if (i % 3u == gid.x % 3u) { s += 0.25; continue; } if (x[gid.x] > 2.0) { if (i > gid.x) { break; } s += 1.0; } s += x[i]; } out[gid.x] = s;'],
    ['an end within loops', 'var s = 1.0; for (var i = 0u; i < 5u; i++) { for (var k = 0u; k < 5u; k++) { if (i * k > gid.x) { out[gid.x] = s; return; } s += x[i + k]; } } out[gid.x] = -s;'],
    ['a break that all take', 'var s = 0.0; for (var i = 0u; i < 9u; i++) { if (i == 4u) { break; } s += x[i] + f32(gid.x); } out[gid.x] = s;'],
    ['a break of the inner loop that ends a way of the outer', 'var s = 0.0; for (var i = 0u; i < 4u; i++) { if (x[gid.x] > f32(i)) { for (var k = 0u; k < 6u; k++) { if (k > gid.x % 4u) { break; } s += f32(k); } s += 10.0; } else { continue; } s += 100.0; } out[gid.x] = s;'],
    ['what is alike for all', 'let n = u32(x[0]); var s = 0.0; for (var i = 0u; i < n; i++) { if (n > 2u) { s += x[i]; } else { s = 9.0; } } out[gid.x] = s + f32(gid.x);'],
    ['variables of a way', 'var s = 0.0; for (var i = 0u; i < 3u; i++) { if (gid.x % 2u == i % 2u) { var t = f32(i); for (var k = 0u; k < gid.x; k++) { t += x[k]; } s += t; } } out[gid.x] = s;'],
    ['an element of registers', 'var a = array<f32, 4>(1.0, 2.0, 3.0, 4.0); a[gid.x % 4u] = x[gid.x]; out[gid.x] = a[(gid.x + 1u) % 4u] + a[gid.x % 3u] * 10.0;'],
    ['the bits of numbers', 'out[gid.x] = bitcast<f32>(bitcast<u32>(x[gid.x]) ^ (gid.x << 31u));'],
    ['who writes last', 'out[gid.x] = 1.0; out[u32(x[5]) + gid.x / 8u] = f32(gid.x);'],
  ])('%s', (_, body) => both(body));

  test('functions that end early', () => {
    const before = 'fn pick(i: u32) -> f32 { if (i == 0u) { return 5.0; } for (var k = 0u; k < 9u; k++) { if (k == i) { return f32(k) * 10.0; } if (k > 6u) { break; } } if (i % 2u == 0u) { return 0.5; } return -1.0; }';
    both('out[gid.x] = pick(gid.x) + pick(gid.x / 2u) * 100.0;', before);
  });

  test('places of a grid whose sides are multiples of four, and others', () => {
    for (const side of [4, 6, 8]) both(`out[gid.x] = x[(gid.x % ${side}u) * 2u] + f32(gid.x / ${side}u) * 100.0 + f32(gid.x & 3u);`);
  });
});

describe('workgroups of four', () => {
  const before = 'var<workgroup> sums: array<f32, 8>;';

  test('a sum in halves, with what lives across barriers', () => {
    const body = 'let own = x[lane]; sums[lane] = own; workgroupBarrier(); for (var s = 4u; s > 0u; s = s / 2u) { if (lane < s) { sums[lane] += sums[lane + s]; } workgroupBarrier(); } out[lane] = sums[0] + own;';
    const sum = x.slice(0, 8).reduce((a, b) => a + b);
    expect(run(kernel(body, { size: 8, before }), { x, out: 8 }).f32).toEqual(x.slice(0, 8).map((own) => own + sum));
  });

  test('a condition on which all agree', () => {
    const body = 'sums[lane] = x[lane]; workgroupBarrier(); if (sums[0] > 1.0) { if (lane == 5u) { sums[1] = 40.0; } workgroupBarrier(); out[lane] = sums[1] + sums[lane]; }';
    expect(run(kernel(body, { size: 8, before }), { x, out: 8 }).f32).toEqual(x.slice(0, 8).map((own, i) => 40 + (i === 1 ? 40 : own)));
  });
});
