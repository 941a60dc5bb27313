import { expect, test } from 'vitest';
import { isClassName, isEnough, removeShots, shotsOf, useCamera, type Shot } from './camera';
import { undoNewest } from '../../core/settings/history';

const shot = (id: number): Shot => ({ id, url: `blob:${id}`, file: new Blob() });

test('a class name is a folder name, whatever else it is', () => {
  for (const name of ['cup', 'blue cup', '__proto__', 'constructor', 'Tasse 2']) expect(isClassName(name)).toBe(true);
  for (const name of ['', 'a/b', 'a\\b', '.hidden', 'x'.repeat(81)]) expect(isClassName(name)).toBe(false);
});

test('pictures are removed and come back where they were; a class without pictures is none', () => {
  useCamera.setState({ shots: { cup: [shot(1), shot(2), shot(3)], keys: [shot(4), shot(5)] } });
  expect(isEnough(useCamera.getState().shots)).toBe(true);
  removeShots('cup', [shot(2)]);
  expect(shotsOf(useCamera.getState().shots, 'cup').map(({ id }) => id)).toEqual([1, 3]);
  expect(undoNewest()).toBe(true);
  expect(shotsOf(useCamera.getState().shots, 'cup').map(({ id }) => id)).toEqual([1, 2, 3]);
  removeShots('keys', [shot(4), shot(5)]);
  expect(Object.keys(useCamera.getState().shots)).toEqual(['cup']);
  expect(isEnough(useCamera.getState().shots)).toBe(false);
  expect(shotsOf(useCamera.getState().shots, 'constructor')).toEqual([]);
});
