import { afterEach, beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => void vi.resetModules());
afterEach(() => void vi.unstubAllGlobals());

/** A browser whose person has not answered yet, or has. */
async function asked(storage: object | undefined) {
  vi.stubGlobal('navigator', { storage });
  const { askToPersist, usePersistence } = await import('./persistence');
  const before = usePersistence.getState().promised;
  const ends = askToPersist();
  void askToPersist();
  await new Promise((later) => setTimeout(later));
  return { before, now: () => usePersistence.getState().promised, ends };
}

test('nothing is said before it was asked, and it is asked once', async () => {
  const persist = vi.fn(async () => true);
  const { before, now } = await asked({ persisted: async () => false, persist });
  expect([before, now()]).toEqual([null, true]);
  expect(persist).toHaveBeenCalledTimes(1);
});

test('without an answer there is no promise; the answer counts when it comes', async () => {
  let answer!: (yes: boolean) => void;
  const { now, ends } = await asked({ persisted: async () => false, persist: () => new Promise<boolean>((done) => (answer = done)) });
  expect(now()).toBe(false);
  answer(true);
  await ends;
  expect(now()).toBe(true);
});

test.each([undefined, {}, { persisted: () => Promise.reject(new Error('no')), persist: () => Promise.reject(new Error('no')) }])('a browser that cannot promise it has not', async (storage) => {
  expect((await asked(storage)).now()).toBe(false);
});
