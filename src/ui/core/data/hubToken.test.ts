import { beforeEach, expect, test } from 'vitest';
import { settingsText, useSettings } from '../settings/settings';
import { accessToHub, setEndpoint, setToken, useHub } from './hub';

beforeEach(() => {
  setEndpoint('');
  setToken('hf_mine');
});

test('a token goes to one endpoint: once it has gone there, naming another forgets it', () => {
  setEndpoint('https://mirror.example');
  expect(accessToHub()).toEqual({ endpoint: 'https://mirror.example', token: 'hf_mine' });
  setEndpoint('https://mirror.example ');
  expect(accessToHub().token).toBe('hf_mine');
  setEndpoint('https://other.example');
  expect(accessToHub()).toEqual({ endpoint: 'https://other.example' });
  setToken('hf_new');
  setEndpoint('');
  expect(accessToHub()).toEqual({ token: 'hf_new' });
  setEndpoint('https://mirror.example');
  expect(useHub.getState().token).toBe('');
});

test('it is no setting, and so neither stored nor in a link', () => {
  accessToHub();
  expect(settingsText(useSettings.getState())).not.toContain('hf_mine');
});
