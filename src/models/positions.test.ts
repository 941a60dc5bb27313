import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { bicubicMatrix, interpolatePositions } from './positions';

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
      const out = interpolatePositions(positions, n, rows, cols);
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
      for (let i = 0; i < rows * cols; i++) want[(1 + i) * C + c] = y[c * rows * cols + i]!;
    }
    machine.write(positions, x);
    const d = want.map((_, i) => value(3 * i + 1));
    machine.write(dy, d);
    machine.setStep(noStep);
    await machine.run(program);
    const got = await machine.readF32(keep[0]!);
    expect(maxError(got, want)).toBeLessThan(1e-6);
    // Linear: <dy, f(x)> = <f'(dy), x>.
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((s, v, i) => s + v * b[i]!, 0);
    const g = await machine.readF32(keep[1]!);
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
