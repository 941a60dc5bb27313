import { beforeEach, expect, test, vi } from 'vitest';
import { emptyBin, putAway, withRoom } from './bin';
import { forgetHistory, redo, undoNewest } from '../settings/history';
import { closeToast, useToasts } from '../../kit/toast';

vi.mock('../worker/client', () => ({ messageOf: (error: Error) => error.message }));
const lastToast = () => useToasts.getState().toasts.at(-1)?.text;
const closeAll = () => useToasts.getState().toasts.forEach(({ id }) => closeToast(id));
const settled = () => new Promise((done) => setTimeout(done));

/** Something that can be deleted. */
function thing(text: string) {
  const state = { there: true, purged: false };
  const set = (there: boolean) => {
    state.there = there;
    return true;
  };
  return { state, deletion: { text, away: () => set(false), back: async () => set(true), purge: async () => void (state.purged = true) } };
}

beforeEach(async () => {
  await emptyBin();
  forgetHistory();
  closeAll();
});

test('a deletion is taken back when its notice has long gone, and done again', async () => {
  const { state, deletion } = thing('Deleted a');
  putAway(deletion);
  expect([state.there, lastToast()]).toEqual([false, 'Deleted a']);
  closeAll();
  expect(state.purged).toBe(false);
  expect(undoNewest()).toBe(true);
  await settled();
  expect([state.there, lastToast()]).toEqual([true, 'Undid “Deleted a”']);
  redo();
  await settled();
  expect([state.there, lastToast()]).toEqual([false, 'Redid “Deleted a”']);
  expect(await emptyBin()).toBe(true);
  expect(state.purged).toBe(true);
});

test('the newest twenty can be taken back; those before them are gone for good', async () => {
  const things = Array.from({ length: 22 }, (_, i) => thing(`Deleted ${i}`));
  for (const { deletion } of things) putAway(deletion);
  await settled();
  expect(things.map(({ state }) => state.purged)).toEqual(things.map((_, i) => i < 2));
  for (let i = 0; i < 22; i++) undoNewest();
  await settled();
  expect(things.map(({ state }) => state.there)).toEqual(things.map((_, i) => i >= 2));
});

test('where room is needed the bin is emptied, and nothing says any more that it could be taken back', async () => {
  const { state, deletion } = thing('Deleted a');
  putAway(deletion);
  let tries = 0;
  const full = Object.assign(new Error('full'), { kind: 'quota' });
  expect(await withRoom(async () => (tries++ === 0 ? Promise.reject(full) : 'kept'))).toBe('kept');
  expect([state, useToasts.getState().toasts, undoNewest()]).toEqual([{ there: false, purged: true }, [], false]);
  // With nothing to free, or for another reason, it is not tried again.
  await expect(withRoom(() => Promise.reject(full))).rejects.toBe(full);
  putAway(deletion);
  await expect(withRoom(() => Promise.reject(new Error('other')))).rejects.toThrow('other');
  expect(undoNewest()).toBe(true);
});

test('what cannot be brought back says why, and not that it was undone', async () => {
  putAway({ ...thing('Deleted a').deletion, back: () => Promise.reject(new Error('gone')) });
  closeAll();
  undoNewest();
  await settled();
  expect(useToasts.getState().toasts.map(({ text }) => text)).toEqual(['gone']);
});
