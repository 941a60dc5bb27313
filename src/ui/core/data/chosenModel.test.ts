import { beforeEach, expect, test } from 'vitest';
import type { ModelInfo } from '../../../train/protocol';
import { useCatalog } from './catalog';
import { chosenModel } from './chosenModel';
import { useSettings } from '../settings/settings';

const models = [{ id: 'a' }, { id: 'b' }] as ModelInfo[];

beforeEach(() => {
  useCatalog.setState({ models: [], failure: '' });
  useSettings.setState({ model: '' });
});

test('the chosen model is told at once where the page has it, else when it does', async () => {
  const waiting = chosenModel();
  useCatalog.setState({ models });
  useSettings.setState({ model: 'b' });
  expect(await waiting).toBe('b');
  expect(await chosenModel()).toBe('b');
});

test('one that is not here is waited for until another stands in for it', async () => {
  useSettings.setState({ model: 'gone' });
  const waiting = chosenModel();
  useCatalog.setState({ models });
  useSettings.setState({ model: 'a' });
  expect(await waiting).toBe('a');
});

test('where no model could be opened, that is the reason', async () => {
  const waiting = chosenModel();
  useCatalog.setState({ failure: 'no network' });
  await expect(waiting).rejects.toThrow('no network');
});
