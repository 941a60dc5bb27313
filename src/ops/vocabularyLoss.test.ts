import { describe, expect, test } from 'vitest';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import type { DType, Tensor } from '../engine/tensor';
import { packing } from '../io/stored';
import { defined } from '../numbers/defined';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { crossEntropy, matmul } from '../testing/reference';
import { tokenEmbedding } from './tokenEmbedding';
import { passGrad } from './add';
import { vocabularyLoss } from './vocabularyLoss';

const IGNORED = 0xffffff9c; // -100

interface Case {
  B: number;
  T: number;
  C: number;
  V: number;
  shift: number;
  smoothing?: number;
  dtype?: DType;
  maxBinding?: number;
  /** The weight is trained, and looked up in besides. */
  trained?: boolean;
  /** Something is added to each token's score, and trained too. */
  biased?: boolean;
  /** True if a label counts. */
  counts: (i: number) => boolean;
}

const INV = 0.25;

async function run({ B, T, C, V, shift, smoothing = 0, dtype = 'f32', maxBinding, trained = false, biased = false, counts }: Case) {
  const random = randomNormal(B + T + V);
  const draw = (n: number) => Float32Array.from({ length: n }, random);
  const [x, w, b] = [draw(B * T * C), draw(V * C), draw(V)];
  const labels = Uint32Array.from({ length: B * T }, (_, i) => (counts(i) ? (i * 37 + 11) % V : IGNORED));
  const ids = Uint32Array.from({ length: B * T }, (_, i) => (i * 5) % V);
  const rec = new Recorder({ maxBinding });
  const found: { dx?: Tensor; rows?: Tensor } = {};
  const given = rec.declare('input', 'x', [B, T, C], 'f32', true);
  const weight = trained ? rec.param('w', [V, C], 'adapter') : rec.declare('frozen', 'w', [V, C], dtype);
  const [targets, tokens] = [rec.declare('input', 'labels', [B, T], 'u32'), rec.declare('input', 'ids', [B, T], 'u32')];
  const bias = biased ? rec.param('b', [V], 'adapter') : null;
  const train = rec.program('train', () => {
    const looked = trained ? tokenEmbedding(weight, tokens) : null;
    const { rows, dx } = vocabularyLoss(given, weight, targets, { shift, smoothing, bias });
    found.rows = rec.keep(rows);
    found.dx = rec.keep(dx!);
    rec.backward(given, dx!, () => looked && passGrad(looked, dx!));
  });
  const machine = await Machine.build(await mustOpen(gpu()), rec);
  const stored = packing[dtype as keyof typeof packing].pack(w);
  machine.write(weight, stored);
  if (bias) machine.write(bias, b);
  machine.write(given, x);
  machine.write(targets, labels);
  machine.write(tokens, ids);
  machine.setStep({ ...noStep, invCount: INV });
  await machine.run(train);
  const got = { rows: await machine.readF32(found.rows!), dx: await machine.readF32(found.dx!), dw: trained ? await machine.readF32(rec.paramGrad(weight)) : null, db: bias && (await machine.readF32(rec.paramGrad(bias))) };
  const largest = Math.max(...machine.plan.buffers.map(({ bound }) => bound));
  machine.destroy();

  // The same with all logits there.
  const values = Float64Array.from(packing[dtype as keyof typeof packing].unpack(stored, w.length));
  const x64 = Float64Array.from(x);
  const logits = matmul(x64, values, { M: B * T, N: V, K: C, wT: true }).map((v, i) => v + (biased ? defined(b[i % V]) : 0));
  const shifted = Array.from({ length: B * T }, (_, r) => ((r % T) + shift < T ? defined(labels[r + shift]) : IGNORED));
  const { rows, dlogits } = crossEntropy(logits, shifted, V, smoothing, INV);
  // What does not count is left at zero altogether.
  shifted.forEach((label, r) => label >= V && (rows[4 * r + 3] = 0));
  const dx = matmul(dlogits, values, { M: B * T, N: C, K: V });
  const dw = matmul(dlogits, x64, { M: V, N: C, K: B * T, xT: true });
  ids.forEach((id, i) => { for (let c = 0; c < C; c++) dw[id * C + c] = defined(dw[id * C + c]) + defined(dx[i * C + c]); });
  const db = Float64Array.from({ length: V }, (_, v) => shifted.reduce((sum, _, r) => sum + defined(dlogits[r * V + v]), 0));
  return { got, want: { rows, dx, dw, db }, largest, entries: train.entries.map(({ kernel }) => kernel.name) };
}

const some = (i: number) => i % 3 !== 1;

describe('the loss over a vocabulary, and its gradients, are those of cross entropy on all logits', () => {
  test.each<[string, Case]>([
    ['the token that follows', { B: 2, T: 7, C: 8, V: 50, shift: 1, counts: some }],
    ['the row\'s own', { B: 2, T: 5, C: 12, V: 33, shift: 0, counts: some }],
    ['label smoothing', { B: 1, T: 9, C: 8, V: 37, shift: 1, smoothing: 0.1, counts: () => true }],
    ['several chunks', { B: 2, T: 10, C: 16, V: 301, shift: 1, maxBinding: 8192, counts: some }],
    ['several chunks and a trained table that is looked up in too', { B: 2, T: 10, C: 16, V: 301, shift: 1, smoothing: 0.05, maxBinding: 8192, trained: true, counts: some }],
    ['a table stored as f16', { B: 1, T: 6, C: 32, V: 300, shift: 1, dtype: 'f16', maxBinding: 8192, counts: some }],
    ['a table stored in 8 bits', { B: 1, T: 6, C: 32, V: 300, shift: 1, dtype: 'q8', maxBinding: 8192, counts: some }],
    ['more rows than a workgroup takes', { B: 3, T: 50, C: 8, V: 70, shift: 1, trained: true, counts: (i) => i % 50 > 20 }],
    ['the row\'s own, with a bias', { B: 2, T: 5, C: 12, V: 33, shift: 0, biased: true, trained: true, counts: some }],
    ['several chunks with a bias', { B: 2, T: 10, C: 16, V: 301, shift: 0, maxBinding: 8192, biased: true, counts: some }],
    ['nothing that counts, with a bias', { B: 1, T: 4, C: 8, V: 20, shift: 0, biased: true, counts: () => false }],
    ['nothing that counts', { B: 1, T: 4, C: 8, V: 20, shift: 1, trained: true, counts: () => false }],
  ])('%s', async (_, c) => {
    const { got, want, largest } = await run(c);
    if (c.maxBinding) expect(largest).toBeLessThanOrEqual(c.maxBinding);
    expect(maxError(got.rows, want.rows)).toBeLessThan(2e-6);
    expect(maxError(got.dx, want.dx, !want.dx.some((v) => v !== 0))).toBeLessThan(5e-6);
    if (got.db) expect(maxError(got.db, want.db, !want.db.some((v) => v !== 0))).toBeLessThan(5e-6);
    if (got.dw) expect(maxError(got.dw, want.dw, !want.dw.some((v) => v !== 0))).toBeLessThan(5e-6);
  });
});

test('no tensor holds a value for each row and each token of the vocabulary', async () => {
  const [N, C, V] = [512, 8, 40_000];
  const rec = new Recorder();
  rec.program('train', () => {
    const x = rec.declare('input', 'x', [1, N, C], 'f32', true);
    const { dx } = vocabularyLoss(x, rec.param('w', [V, C], 'adapter'), rec.declare('input', 'labels', [1, N], 'u32'), { shift: 1 });
    rec.backward(x, dx!);
  });
  const temporary = defined(rec.programs[0]).entries.flatMap(({ tensors }) => Object.values(tensors)).filter(({ role }) => role === 'temp');
  expect(Math.max(...temporary.map(({ storage }) => storage.bytes))).toBeLessThanOrEqual(16 * 1024 * 1024);
  expect(4 * N * V).toBeGreaterThan(4 * 16 * 1024 * 1024);
});
