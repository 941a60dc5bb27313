import { expect, test } from 'vitest';
import { runRecord } from '../../../testing/runRecord';
import { recordOf, runOf, shortest } from './runRecords';

test('a run comes back from a file as it was, curve and all', () => {
  const record = runRecord({ state: 'done', created: 1, ended: 2, seconds: 1, model_title: 'ViT nano', data_title: 'Fashion-MNIST', classes: ['a', 'b'], adapter_bytes: 0 });
  const { run, curve } = runOf(record, record.spec.id);
  const { adapter_bytes, ...kept } = record;
  expect(adapter_bytes).toBe(0);
  expect(recordOf(run, curve)).toEqual(kept);
  expect(run.best?.accuracy).toBe(0.75);
});

test('a run.json without the page\'s own fields becomes a finished run under the new id', () => {
  const { run, curve } = runOf(runRecord(), 'new');
  expect(run).toMatchObject({ id: 'new', spec: { id: 'new' }, state: 'done', modelTitle: 'vit-nano', seconds: 1, lastStep: 4, owner: '' });
  expect(curve.n).toBe(4);
});

test('a run without an end is interrupted', () => {
  expect(runOf(runRecord({ summary: null }), 'x').run.state).toBe('interrupted');
});

test('float32 values are written in few digits, and exactly', () => {
  for (const value of [0.003, 1 / 3, 123456.789, 1e-20, 0, -0.1]) {
    const single = Math.fround(value);
    expect(Math.fround(shortest(single))).toBe(single);
    expect(String(shortest(single)).length).toBeLessThan(15);
  }
  expect(shortest(Math.fround(0.003))).toBe(0.003);
  expect(shortest(NaN)).toBeNaN();
});
