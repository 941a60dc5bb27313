import { expect, test } from 'vitest';
import { completeTrain } from '../../../train/config';
import { exportName } from './exportName';
import { makeRun, type Run } from './runs';

const run = (id: string, dataTitle: string, r = 16): Run => ({ ...makeRun({ id, name: id, model: 'vit', data: dataTitle, method: { method: 'lora', r }, train: completeTrain({}) }, { modelTitle: 'm', dataTitle, classes: [] }, '', 1), state: 'done', adapterBytes: 1, lastStep: 4 });
const alone = (one: Run) => exportName(one, [one]);

test('a file is called after the data, the method and its size, and by the run’s own name only where two are alike', () => {
  const photos = run('wise-heath', 'My Photos.zip');
  expect(alone(photos)).toBe('my-photos-lora-r16');
  expect(exportName(photos, [photos, run('calm-owl', 'My Photos.zip', 8), { ...run('shy-fox', 'My Photos.zip'), deleted: 1 }])).toBe('my-photos-lora-r16');
  expect(exportName(photos, [photos, run('calm-owl', 'My Photos.zip')])).toBe('my-photos-lora-r16-wise-heath');
});

test('a page with a title of its own is called after it', () => {
  const photos = run('wise-heath', 'My Photos.zip');
  expect(exportName(photos, [photos], 'What is for lunch?')).toBe('what-is-for-lunch-lora-r16');
  expect(exportName(photos, [photos, run('calm-owl', 'Other.zip')], 'Lunch')).toBe('lunch-lora-r16-wise-heath');
  expect(exportName(photos, [photos], ' !')).toBe('my-photos-lora-r16');
});

test('no title makes a name that a system refuses, or one without end', () => {
  expect(alone(run('a', '../..\\<b>Äpfel & Öl</b>'))).toBe('b-apfel-ol-b-lora-r16');
  expect(alone(run('a', '写真'))).toBe('写真-lora-r16');
  expect(alone(run('a b', '///'))).toBe('a-b-lora-r16');
  expect(alone(run('a', 'x'.repeat(500))).length).toBeLessThan(60);
});

test('what was imported keeps its name', () => {
  expect(exportName(run('Their LoRA', 'someone/vit'), [])).toBe('their-lora-lora');
});
