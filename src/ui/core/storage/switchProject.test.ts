import { expect, test, vi } from 'vitest';

const sweeps = vi.hoisted(() => ({ going: 0, ended: 0 }));
vi.mock('./database', () => ({
  sweepDatabases: async () => {
    sweeps.going++;
    await new Promise((go) => setTimeout(go, 5));
    sweeps.ended++;
  },
}));
vi.mock('../worker/client', () => ({ messageOf: String, studio: () => ({ sweepProjects: async () => {} }) }));

/** The locks of one tab, as browsers keep them. */
const held = new Set<string>();
vi.stubGlobal('navigator', {
  locks: {
    async request(name: string, _: { ifAvailable: true }, job: (lock: object | null) => unknown) {
      if (held.has(name)) return job(null);
      held.add(name);
      try {
        return await job({});
      } finally {
        held.delete(name);
      }
    },
  },
});
const storage = new Map<string, string>();
vi.stubGlobal('localStorage', { getItem: (key: string) => storage.get(key) ?? null, setItem: (key: string, value: string) => storage.set(key, value), removeItem: (key: string) => storage.delete(key) });

test('a project that is given up while the page still tidies is deleted too, and nobody takes that for another tab', async () => {
  const { setPointer, projectPointer } = await import('./current');
  const { afterEntering, giveUp, tidied } = await import('./switchProject');
  setPointer({ ...projectPointer(), id: 'now', previous: { id: 'before', settings: null, hub: [] } });
  afterEntering();
  giveUp();
  await tidied();
  expect([sweeps.going, sweeps.ended, held.size]).toEqual([2, 2, 0]);
});
