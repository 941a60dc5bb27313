import { expect, test } from 'vitest';
import type { DataInfo, ModelInfo } from '../../../train/protocol';
import { heldFrom, standardTrain } from './fields';
import { standardFor } from '../runs/runLength';
import { initialSettings, parseSettings, withChanges, type Values } from './settings';
import { parseTargets } from '../data/targets';

const stored = (change: object) => JSON.stringify({ version: 1, ...initialSettings, ...change });

test('what was stored comes back', () => {
  const settings = { ...initialSettings, methods: ['lora'], train: { steps: 40, flip: true }, lr: { lora: 0.002 }, theme: 'dark' as const, targets: 'all-linear' };
  expect(parseSettings(JSON.stringify({ version: 1, ...settings }))).toEqual(settings);
});

test('damaged, foreign and older settings fall back to the defaults', () => {
  for (const text of [null, '', '{', '[]', '3', 'null', JSON.stringify({ version: 99, theme: 'dark' })]) expect(parseSettings(text)).toEqual(initialSettings);
});

test('single values that do not fit are left out, the others stay', () => {
  const settings = parseSettings(stored({ train: { steps: -5, batch: 64, schedule: 'zigzag', gone: 1 }, overrides: { lora: { r: 'x' }, nope: { r: 1 } }, theme: 'pink', budget: 'many', axis: 'time', methods: ['lora', 'nope'] }));
  expect(settings.train).toEqual({ batch: 64 });
  expect(settings.overrides).toEqual({});
  expect([settings.theme, settings.budget, settings.axis]).toEqual(['auto', 0, 'time']);
  expect(settings.methods).toEqual(['lora']);
});

test('layers are typed as a list, a pattern or all-linear', () => {
  const own = ['query', 'value'];
  expect(parseTargets(' key, value ', own)).toEqual(['key', 'value']);
  expect(parseTargets('query value', own)).toEqual([]);
  expect(parseTargets('', own)).toEqual([]);
  expect(parseTargets('all-linear', own)).toBe('all-linear');
  expect(parseTargets('.*layer\\.[0-3]\\..*', own)).toBe('.*layer\\.[0-3]\\..*');
});

test('a run on the processor is shorter than one on a graphics card, and both can be resumed', () => {
  const [card, processor] = [standardTrain(false), standardTrain(true)];
  expect(processor.steps * processor.batch).toBeLessThan(card.steps * card.batch);
  for (const train of [card, processor]) expect(train.checkpoint_every).toBeGreaterThan(0);
});

test('texts get enough steps to tell classes apart on every device, with evaluations and checkpoints on the way', () => {
  const [card, processor] = [standardTrain(false, 'texts'), standardTrain(true, 'texts')];
  expect([card.steps, processor.steps]).toEqual([600, 600]);
  expect(processor.batch).toBeLessThan(card.batch);
  for (const { steps, eval_every, checkpoint_every } of [card, processor]) expect([steps % eval_every, steps % checkpoint_every, steps > checkpoint_every]).toEqual([0, 0, true]);
});

test('evaluations follow the length where none are set, so that short runs choose their best weights too; the usual lengths keep theirs', () => {
  const data = { train: 960, val: 0, train_per_class: [480, 480] } as DataInfo;
  const every = (own: Values, software = true) => standardFor(own, software, undefined, data).eval_every;
  expect([every({}), every({}, false)]).toEqual([standardTrain(true).eval_every, standardTrain(false).eval_every]);
  expect([20, 1, 60, 6000].map((steps) => every({ steps }))).toEqual([3, 1, 10, 1000]);
  // Two passes over 960 pictures, of which 39 are held back, in batches of 16.
  expect(every({ steps: 0, epochs: 2 })).toBe(Math.round((2 * Math.ceil(921 / 16)) / 6));
  expect(standardFor({ steps: 0 }, true, undefined, undefined).eval_every).toBe(10);
  for (const { steps, eval_every } of [standardTrain(false), standardTrain(true)]) expect(steps / eval_every).toBeGreaterThanOrEqual(6);
});

test('on a processor small pictures get an input of their own size, in whole patches; on a card, of large pictures and where the model has smaller ones the model has its own', () => {
  const size = (side: number | undefined, image_size: number, patch_size: number, software = true) => standardFor({}, software, { image_size, patch_size } as ModelInfo, { train: 500, val: 0, train_per_class: [250, 250], side } as DataInfo).image_size;
  expect([size(64, 224, 16), size(28, 224, 16), size(70, 224, 16), size(64, 224, 14)]).toEqual([64, 64, 80, 70]);
  expect([size(64, 224, 16, false), size(300, 224, 16), size(undefined, 224, 16), size(64, 32, 8)]).toEqual([0, 0, 0, 0]);
});

test('a small set holds back twenty examples to validate, or a fifth; a large one its usual share, and one that brings its own none', () => {
  const share = (examples: number, software = false) => standardTrain(software, 'texts', examples).val_fraction;
  expect([5000, 200, 150, 60, 3].map((n) => share(n))).toEqual([0.1, 0.1, 0.14, 0.2, 0.2]);
  expect([5000, 700, 300, 60].map((n) => share(n, true))).toEqual([0.04, 0.04, 0.07, 0.2]);
  expect([heldFrom({ train: 60, val: 0 }, 0), heldFrom({ train: 5000, val: 0 }, 100), heldFrom({ train: 60, val: 5 }, 0), heldFrom(undefined, 0)]).toEqual([60, 100, Infinity, Infinity]);
  expect(standardTrain(false).val_fraction).toBe(0.1);
});

test('what one tab changed is written beside what another tab did', () => {
  const [before, theirs] = [initialSettings, parseSettings(stored({ theme: 'dark', train: { steps: 40 } }))];
  expect(withChanges(theirs, before, { ...before, budget: 5000, lr: { lora: 0.01 }, train: {} })).toEqual({ ...theirs, budget: 5000, lr: { lora: 0.01 } });
});
