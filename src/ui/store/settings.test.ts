import { expect, test } from 'vitest';
import { standardTrain } from './fields';
import { initialSettings, parseSettings } from './settings';
import { parseTargets } from './targets';

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
