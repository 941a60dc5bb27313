import { defined } from '../numbers/defined';
import { type OpCase, opCase, type Values } from '../testing/checkOp';
import { plus } from '../testing/reference';
import { add } from './add';
import { rmsNorm } from './rmsNorm';

/** x / sqrt(mean(x^2) + eps) * weight, row by row. */
function reference({ x, weight }: Values, eps: number): Float64Array {
  const width = weight!.length;
  const out = Float64Array.from(x!);
  for (let at = 0; at < out.length; at += width) {
    const row = x!.subarray(at, at + width);
    const rms = Math.sqrt(row.reduce((s, v) => s + v * v, 0) / width + eps);
    row.forEach((v, c) => (out[at + c] = (v / rms) * defined(weight![c])));
  }
  return out;
}

const of = (rows: number, width: number, eps = 1e-6, more: Partial<OpCase['inputs'][string]> = {}) => opCase({
  name: `rmsNorm ${rows}x${width}${more.from ? ' far from zero' : ''}`,
  inputs: { x: { shape: [rows, width], ...more }, weight: { shape: [width] } },
  run: ({ x, weight }) => rmsNorm(x, weight, eps),
  reference: (v) => reference(v, eps),
  uses: [width % 4 ? 'rms_norm.lanes1' : 'rms_norm', 'rms_norm_backward_weight'],
});

export const cases: OpCase[] = [
  of(3, 5),
  of(2, 64),
  of(70, 6),
  of(130, 8, 1e-5),
  of(9, 96),
  of(1, 1, 0.1),
  of(4, 48, 1e-6, { from: (random) => 100 + random() }),
  opCase({
    name: 'rmsNorm, x also in the residual, and a frozen weight',
    inputs: { x: { shape: [2, 3, 8] }, weight: { shape: [8], grad: false } },
    run: ({ x, weight }) => add(x, rmsNorm(x, weight, 1e-6)),
    reference: (v) => plus(v.x, reference(v, 1e-6)),
    lacks: ['rms_norm_backward_weight'],
  }),
];
