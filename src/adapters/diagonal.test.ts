import { describe, expect, test } from 'vitest';
import { Recorder, type Entry } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { there } from '../testing/there';
import { diagonalCost, diagonalForms, type Diagonal } from './diagonal';
import type { LayerTensors } from './method';

const layer = { name: 'layer', in: 8, out: 12 };
const c = { method: 'lora' };

/** Records a form of two layers of rank 4 on five rows. */
function recorded(form: 'merged' | 'streamed', { drop = 0, training = false } = {}): { entries: readonly Entry[]; y: Tensor } {
  const rec = new Recorder();
  const declare = (label: string, shape: number[]) => rec.declare('input', label, shape);
  const { runsAsOne, merged, streamed } = diagonalForms((_, { own }): Diagonal => ({ A: there(own.A), B: there(own.B), d: there(own.d), alpha: 0.5, drop }));
  expect([runsAsOne?.(c, form), runsAsOne?.(c, 'merged')]).toEqual([true, true]);
  let y!: Tensor;
  const { entries } = rec.program('p', () => {
    const t: LayerTensors = { weight: declare('W', [2, 12, 8]), bias: declare('b', [2, 12]), own: { A: declare('A', [2, 4, 8]), B: declare('B', [2, 12, 4]), d: declare('d', [8]) }, common: {}, shared: {}, fixed: {}, stride: 1 };
    y = form === 'merged' ? merged(c, layer, t) : streamed(c, layer, t, declare('x', [5, 8]), undefined, training);
    rec.keep(y);
  });
  return { entries, y };
}
const steps = (entries: readonly Entry[]) => entries.map(({ label, tensors, params }) => [label, Object.values(tensors).map(({ label: of }) => of).filter((of) => /^(W|b|A|B|d|x)$/.test(of)).sort(), params.alpha]);

describe('an update alpha B diag(d) A', () => {
  test('is added to the weight', () => {
    const { entries, y } = recorded('merged');
    expect([steps(entries), y.shape]).toEqual([[['scaled', ['A', 'd'], undefined], ['W + s B diag A', ['B', 'W'], 0.5]], [2, 12, 8]]);
  });

  test('or runs beside it', () => {
    const { entries, y } = recorded('streamed');
    expect([steps(entries), y.shape]).toEqual([[['base', ['W', 'b', 'x'], 1], ['x A', ['A', 'x'], 1], ['scaled', ['d'], undefined], ['s B diag', ['B'], 0.5]], [5, 24]]);
  });

  test('whose inputs are dropped while training alone', () => {
    const dropped = (options: object) => recorded('streamed', options).entries.some(({ kernel }) => kernel.name.includes('dropout'));
    expect([dropped({ drop: 0.5, training: true }), dropped({ drop: 0.5 }), dropped({ training: true })]).toEqual([true, false, false]);
  });

  test('costs so many multiply-adds', () => {
    expect(diagonalCost(4, layer, 5)).toEqual({ streamed: 3 * 5 * 4 * (8 + 12 + 1), merged: 5 * 96, merging: 4 * 4 * 96 });
  });
});
