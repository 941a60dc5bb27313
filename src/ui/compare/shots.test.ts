import { expect, test } from 'vitest';
import { completeTrain } from '../../train/config';
import { makeRun, type Run } from '../core/runs/runs';
import { linesOf } from './Shots';

const run = (method: string, shots: number, steps: number, seed = 0): Run =>
  makeRun({ id: `${method} ${shots} ${steps} ${seed}`, name: '', model: 'm', data: 'd', method: { method }, train: completeTrain({ shots, steps, seed }) }, { modelTitle: '', dataTitle: '', classes: [] }, '', 0);

test('runs of another length are no further point of a line', () => {
  const lines = linesOf([run('lora', 2, 6), run('lora', 8, 6), run('lora', 8, 6, 1), run('lora', 0, 20), run('full', 2, 6)]);
  expect(lines.map(({ some, name }) => [name, some.length])).toEqual([['steps 6', 3], ['steps 20', 1], ['', 1]]);
});
