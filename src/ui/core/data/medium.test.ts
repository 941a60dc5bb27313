import { beforeEach, expect, test, vi } from 'vitest';
import type { DataInfo, ModelInfo } from '../../../train/protocol';
import { useCatalog } from './catalog';
import { followHistory, forgetHistory, undoNewest } from '../settings/history';
import { chooseMedium, followMedium, readingOf } from './medium';
import { changeSettings, initialSettings, parseSettings, setLr, setTrain, settingsText, useSettings } from '../settings/settings';

vi.mock('../worker/client', () => ({ messageOf: String, studio: () => ({ models: async () => [], datasets: async () => [] }) }));

const models = [{ id: 'vit' }, { id: 'bert', language: { reads: ['text'] } }] as unknown as ModelInfo[];
const datasets = [{ id: 'shirts' }, { id: 'moods', texts: { labels: 'classes', reading: { reads: 'text' } } }] as unknown as DataInfo[];
const now = () => useSettings.getState();

followMedium();
followHistory();
beforeEach(() => {
  useCatalog.setState({ models, datasets });
  useSettings.setState({ ...initialSettings, model: 'vit', data: 'shirts' });
  forgetHistory();
});

test('budgets, lengths, storage, rates and methods of pictures are none of texts, and each finds its own again, after a reload too', async () => {
  setTrain('steps', 7);
  setTrain('frozen_dtype', 'f16');
  setLr('lora', 0.5);
  changeSettings({ budget: 5000, methods: ['lora'], sweepSeeds: '1, 2' });
  await chooseMedium('texts');
  // What one compares goes along at first.
  expect(now()).toMatchObject({ model: 'bert', data: 'moods', train: {}, lr: {}, budget: 0, sweepSeeds: '', methods: ['lora'] });
  setTrain('steps', 9);
  changeSettings({ methods: ['lora', 'vera'], match: 'memory', memoryBudget: 40 });
  useSettings.setState(parseSettings(settingsText(now())));
  await chooseMedium('pictures');
  expect(now()).toMatchObject({ model: 'vit', data: 'shirts', train: { steps: 7, frozen_dtype: 'f16' }, lr: { lora: 0.5 }, budget: 5000, sweepSeeds: '1, 2', methods: ['lora'], match: 'parameters', memoryBudget: 0 });
  await chooseMedium('texts');
  expect(now()).toMatchObject({ train: { steps: 9 }, methods: ['lora', 'vera'], match: 'memory', memoryBudget: 40 });
});

test('a model or data of the other medium bring its settings, however they are chosen, and undo brings back those before', async () => {
  setTrain('steps', 7);
  changeSettings({ model: 'bert', targets: [] });
  await vi.waitFor(() => expect(now()).toMatchObject({ data: 'moods', train: {} }));
  setTrain('steps', 9);
  changeSettings({ data: 'shirts' });
  await vi.waitFor(() => expect(now()).toMatchObject({ model: 'vit', train: { steps: 7 } }));
  expect(undoNewest()).toBe(true);
  expect(now()).toMatchObject({ model: 'bert', data: 'moods', train: { steps: 9 } });
  expect(undoNewest()).toBe(true);
  expect(now()).toMatchObject({ model: 'bert', data: 'moods', train: {} });
  expect(undoNewest()).toBe(true);
  expect(now()).toMatchObject({ model: 'vit', data: 'shirts', train: { steps: 7 } });
});

test('what a person set as most tokens of a text is read, as far as the model has positions, and of texts alone', async () => {
  const most = () => readingOf('moods', { language: { max_tokens: 64, reads: ['text'], onnx: true, gguf: false } })?.text?.max_length;
  expect(most()).toBeUndefined();
  await chooseMedium('texts');
  changeSettings({ maxLength: 48 });
  expect(most()).toBe(48);
  changeSettings({ maxLength: 900 });
  expect([most(), parseSettings(settingsText(now())).maxLength]).toEqual([64, 900]);
  await chooseMedium('pictures');
  expect([now().maxLength, readingOf('shirts', models[0])]).toEqual([0, undefined]);
});

test('who chooses a model with settings, as a link does, has these', async () => {
  setTrain('steps', 7);
  useSettings.setState({ ...initialSettings, media: now().media, model: 'bert', data: 'shirts', train: { steps: 3 } });
  await vi.waitFor(() => expect(now()).toMatchObject({ data: 'moods', train: { steps: 3 } }));
  await chooseMedium('pictures');
  expect(now().train).toEqual({ steps: 7 });
});

test('what older versions kept of a medium is its model and data, and all else is standard', async () => {
  useSettings.setState(parseSettings(JSON.stringify({ version: 1, model: 'vit', data: 'shirts', train: { steps: 7 }, media: { texts: { model: 'bert', data: 'moods', targets: ['q'] } } })));
  await chooseMedium('texts');
  expect(now()).toMatchObject({ model: 'bert', targets: ['q'], train: {}, methods: initialSettings.methods });
});
