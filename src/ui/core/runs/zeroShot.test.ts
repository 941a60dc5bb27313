import { expect, test } from 'vitest';
import type { Evaluation, RunSpec } from '../../../train/protocol';
import { baselinesOf } from './baselines';
import { wilson } from '../../../numbers/pairs';
import { initialSettings } from '../settings/settings';
import { targetsOf, trainConfig } from './specs';
import { forModel, learnsOf, presetOf, problemOf, setLearns, setTemplates, templatesOf } from '../data/texts';
import { useSettings } from '../settings/settings';
import { parseKept, zeroShotKey } from './zeroShot';

const spec = (train: object = {}, change: object = {}): RunSpec => ({ id: 'x', name: 'x', model: 'clip', data: 'pets', method: { method: 'lora' }, train: { ...trainConfig('lora', initialSettings, true), ...train }, ...change });
const evaluation = (step: number, split: Evaluation['split'], accuracy: number): Evaluation => ({ step, split, accuracy, loss: 1, count: 10, per_class: [accuracy], confusion: [[1]] });

test('the interval is that of Wilson, also at the ends', () => {
  // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
  const published = [[81, 263, 0.2553, 0.3662], [15, 148, 0.0624, 0.1605], [0, 20, 0, 0.1611], [1, 29, 0.0061, 0.1718]] as const;
  for (const [right, n, low, high] of published) {
    const found = wilson(right / n, n);
    expect(Math.abs(found[0] - low) + Math.abs(found[1] - high)).toBeLessThan(2e-4);
  }
  expect(wilson(1, 20)[1]).toBe(1);
});

test('a result is of its model, data, edits, classes, prompts and limits, whatever is trained', () => {
  const key = zeroShotKey(spec(), ['a', 'b']);
  expect(zeroShotKey(spec({ lr: 1, steps: 7, batch: 2, loss: 'contrastive' }), ['a', 'b'])).toBe(key);
  const others = [spec({ templates: '{}' }), spec({ test_limit: 3 }), spec({ image_size: 64 }), spec({ seed: 1 }), spec({}, { model: 'other' }), spec({}, { data: 'other' }), spec({}, { edits: { version: 1, disabled: ['p'], disabled_classes: [], relabelled: [] } })];
  expect(new Set([key, zeroShotKey(spec(), ['a', 'c']), ...others.map((one) => zeroShotKey(one, ['a', 'b']))]).size).toBe(2 + others.length);
  // Without validation images the seed changes nothing.
  expect(zeroShotKey(spec({ val_fraction: 0, seed: 1 }), ['a'])).toBe(zeroShotKey(spec({ val_fraction: 0 }), ['a']));
});

test('baselines are what was measured and what runs saw before their first step', () => {
  const source = (one: RunSpec, ...evaluations: Evaluation[]) => ({ spec: one, classes: ['a'], modelTitle: 'CLIP', evaluations });
  const runs = [source(spec(), evaluation(0, 'val', 0.5), evaluation(20, 'val', 0.75)), source(spec({ lr: 1 }), evaluation(0, 'val', 0.5)), source(spec({ templates: '{}\na {}' }), evaluation(0, 'val', 0.25)), source(spec({ seed: 9 }), evaluation(20, 'val', 0.9))];
  expect(baselinesOf(runs, {}).map(({ prompts, val, test }) => [prompts, val?.accuracy, test?.accuracy])).toEqual([[1, 0.5, undefined], [2, 0.25, undefined]]);
  // Prompts that stand in a text have changed it before the first step.
  expect(baselinesOf([source(spec({ seed: 8 }, { method: { method: 'coop' } }), evaluation(0, 'val', 0.1))], {})).toEqual([]);
  const kept = { [zeroShotKey(spec(), ['a'])]: { sets: [{ split: 'test' as const, accuracy: 0.6, count: 20, per_class: [0.6] }] } };
  expect(baselinesOf(runs, kept)[0]).toMatchObject({ model: 'CLIP', test: { accuracy: 0.6, count: 20 }, val: { accuracy: 0.5, count: 10 } });
});

test('what was kept comes back; what is damaged is dropped', () => {
  const sets = [{ split: 'test', accuracy: 0.5, count: 4, per_class: [0.5, NaN] }];
  const text = JSON.stringify({ kept: { a: { model: 'm', data: 'd', sets }, b: { model: 'm', data: 'd', sets: [{ ...sets[0], accuracy: 7 }] }, c: 3 } });
  expect(parseKept(text)).toEqual({ kept: { a: { model: 'm', data: 'd', sets } } });
  for (const bad of [null, '', '{', '[]', '3', '{"kept":[1]}']) expect(parseKept(bad)).toEqual({ kept: {} });
});

test('each prompt has exactly one place for the name', () => {
  expect(['a {}.', '  ', 'a photo', '{} {}', 'a {} | b', `{}${'x'.repeat(1000)}`].map(problemOf)).toEqual(['', 'empty', 'none', 'several', 'bar', 'long']);
});

test('prompts and what trains are training settings; standard ones are not kept', () => {
  const train = () => useSettings.getState().train;
  expect([presetOf(templatesOf(train())), learnsOf(train())]).toEqual(['plain', 'vision']);
  setTemplates(['a {}.', 'the {}.']);
  setLearns('both');
  expect(train()).toEqual({ templates: 'a {}.\nthe {}.', loss: 'contrastive' });
  expect([presetOf(templatesOf(train())), learnsOf(train())]).toEqual(['own', 'both']);
  const clip = { target_modules: ['q'], texts: { target_modules: ['q', 't'] } };
  expect([targetsOf({ targets: [], train: train() }, clip), targetsOf({ targets: [], train: train() }, { target_modules: ['q'] })]).toEqual([['q', 't'], ['q']]);
  // A model that reads no texts is trained as ever, whatever was set for another one.
  const config = trainConfig('lora', useSettings.getState(), true);
  expect(forModel(config, clip).loss).toBe('contrastive');
  expect(forModel(config, { texts: undefined })).toMatchObject({ loss: 'cross_entropy', head: 'auto', templates: 'a photo of a {}.' });
  setLearns('head');
  expect([learnsOf(train()), train().loss]).toEqual(['head', undefined]);
  setLearns('vision');
  setTemplates(['a photo of a {}.']);
  expect(train()).toEqual({});
});
