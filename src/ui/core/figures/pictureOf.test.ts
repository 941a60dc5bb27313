import { expect, test } from 'vitest';
import { pictureOf, pictureOfAnalysis } from './pictureOf';
import { makeRun, type Run } from '../runs/runs';

const run = (id: string, seed: number, lastStep: number, count: number): Run => ({ ...makeRun({ id, name: id, model: 'm', data: 'd', method: { method: 'lora' }, train: { seed, steps: 60 } as never }, { modelTitle: 'DeiT', dataTitle: 'Signs', classes: [] }, '', 0), lastStep, evaluations: [{ split: 'test', step: lastStep, count, accuracy: 0.5, loss: 1 }] as never });

test('a picture says what it is of: data, model, steps, test pictures, seeds, and whose runs they are', () => {
  expect(pictureOf([run('a', 0, 1200, 1024), run('b', 1, 1200, 1024)])).toBe('DeiT on Signs, 1,200 steps, 1,024 test pictures, 2 seeds. Own runs.');
  expect(pictureOf([run('recorded x', 0, 60, 200), { ...run('b', 0, 240, 100), theirs: 'somebody' as never }])).toMatch(/, 60 to 240 steps, 100 to 200 test pictures, one seed\. Recorded runs and .*person\.$/i);
  // Seeds are those of a setting: five recorded ones are none of a run beside them.
  expect(pictureOf([run('a', 0, 60, 20), run('recorded x', 0, 60, 20), run('recorded y', 1, 60, 20)])).toMatch(/, 1 to 2 seeds\. /);
  expect(pictureOf([])).toBe('');
  const { id, name, spec } = run('gone', 0, 60, 1);
  expect(pictureOfAnalysis([{ id, name, method: 'lora', spec }], 52, 'train')).toBe('m on d, 60 steps, 52 training pictures, one seed. Recorded runs.');
});
