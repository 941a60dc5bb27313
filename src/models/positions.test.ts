import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { resize } from '../data/resize';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { recordedOps } from '../nn/recording';
import { defined } from '../numbers/defined';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { antialiasMatrix, bicubicMatrix, interpolatePositions } from './positions';

interface Case {
  channels: number;
  from: number;
  to: [number, number];
  y: number[];
}
const { cases } = JSON.parse(readFileSync(new URL('../testing/fixtures/bicubic.json', import.meta.url), 'utf8')) as { cases: Case[] };
const value = (k: number) => Math.fround(Math.sin(0.7 * k) + Math.cos(0.3 * k * k));

describe('positions for another grid equal torch\'s bicubic interpolation', () => {
  test.each(cases)('$channels x $from x $from to $to', async ({ channels: C, from: n, to: [rows, cols], y }) => {
    const rec = new Recorder();
    const positions = rec.declare('input', 'positions', [1, 1 + n * n, C], 'f32', true);
    const dy = rec.declare('input', 'dy', [1 + rows * cols, C]);
    const keep: Parameters<Recorder['keep']>[0][] = [];
    const program = rec.program('positions', () => {
      const out = interpolatePositions(recordedOps, positions, n, rows, cols);
      keep.push(rec.keep(out));
      rec.backward(out, dy);
      keep.push(rec.keep(rec.gradOf(positions)!));
    });
    const machine = await Machine.build(await mustOpen(gpu()), rec);
    // torch has channels first, the embedding has them last, behind the class token's row.
    const x = new Float32Array((1 + n * n) * C);
    for (let c = 0; c < C; c++) {
      x[c] = 10 + c;
      for (let i = 0; i < n * n; i++) x[(1 + i) * C + c] = value(c * n * n + i);
    }
    const want = new Float32Array((1 + rows * cols) * C);
    for (let c = 0; c < C; c++) {
      want[c] = 10 + c;
      for (let i = 0; i < rows * cols; i++) want[(1 + i) * C + c] = defined(y[c * rows * cols + i]);
    }
    machine.write(positions, x);
    const d = want.map((_, i) => value(3 * i + 1));
    machine.write(dy, d);
    machine.setStep(noStep);
    await machine.run(program);
    const got = await machine.readF32(defined(keep[0]));
    expect(maxError(got, want)).toBeLessThan(1e-6);
    // Linear: <dy, f(x)> = <f'(dy), x>.
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((s, v, i) => s + v * defined(b[i]), 0);
    const g = await machine.readF32(defined(keep[1]));
    expect(Math.abs(dot(d, got) - dot(g, x))).toBeLessThan(1e-4 * Math.hypot(...got) * Math.hypot(...d));
    machine.destroy();
  });

  test('rows of the matrix add up to one, and the same size is left alone', () => {
    for (const [from, to] of [[14, 6], [3, 9], [1, 4], [7, 7]] as const) {
      const m = bicubicMatrix(from, to);
      for (let i = 0; i < to; i++) expect(m.subarray(i * from, i * from + from).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    }
    expect([...bicubicMatrix(3, 3)]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });
});

describe('antialiased positions, of DINOv2 with registers', () => {
  // torch's antialiased bicubic is Pillow's, which `resize` equals to the bit, in float.
  test.each([[37, 16], [37, 41], [16, 5], [8, 8], [3, 7], [9, 1]])('%i to %i are Pillow\'s', (from, to) => {
    const levels = Uint8Array.from({ length: from }, (_, i) => 128 + Math.round(50 * Math.sin(3.1 * i * i)));
    const column = resize({ width: 1, height: from, data: Uint8Array.from({ length: 3 * from }, (_, i) => defined(levels[Math.floor(i / 3)])) }, 1, to, 'bicubic').data;
    const m = antialiasMatrix(from, to);
    for (let i = 0; i < to; i++) {
      const row = m.subarray(i * from, (i + 1) * from);
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      expect(Math.abs(row.reduce((s, w, j) => s + w * defined(levels[j]), 0) - defined(column[3 * i]))).toBeLessThan(0.5001);
    }
  });

  test('with more than one token in front, those stay', async () => {
    const rec = new Recorder();
    const positions = rec.declare('input', 'positions', [1, 2 + 9, 2]);
    let out!: Parameters<Recorder['keep']>[0];
    const program = rec.program('positions', () => void (out = rec.keep(interpolatePositions(recordedOps, positions, 3, 2, 4, { extra: 2, antialias: true }))), { gradients: false });
    const machine = await Machine.build(await mustOpen(gpu()), rec);
    const x = Float32Array.from({ length: 22 }, (_, i) => value(i));
    machine.write(positions, x);
    machine.setStep(noStep);
    await machine.run(program);
    const got = await machine.readF32(out);
    machine.destroy();
    const [down, across] = [antialiasMatrix(3, 2), antialiasMatrix(3, 4)];
    const want = Array.from({ length: 20 }, (_, k) => {
      const [t, c] = [Math.floor(k / 2), k % 2];
      if (t < 2) return defined(x[k]);
      const [y, col] = [Math.floor((t - 2) / 4), (t - 2) % 4];
      let s = 0;
      for (let j = 0; j < 3; j++) for (let i = 0; i < 3; i++) s += defined(down[y * 3 + j]) * defined(across[col * 3 + i]) * defined(x[(2 + j * 3 + i) * 2 + c]);
      return s;
    });
    expect(maxError(got, want)).toBeLessThan(1e-6);
  });
});
