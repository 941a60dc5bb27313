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
    query: async () => ({ held: [...held].map((name) => ({ name })) }),
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

test('a page that was just left is no other tab; one that stays is', async () => {
  vi.useFakeTimers();
  const { tellOtherTabs } = await import('./switchProject');
  const { useToasts } = await import('../../kit/toast');
  held.add('fullrank-tab-left');
  const told = tellOtherTabs();
  await vi.advanceTimersByTimeAsync(100);
  held.delete('fullrank-tab-left');
  await vi.runAllTimersAsync();
  await told;
  expect(useToasts.getState().toasts).toEqual([]);
  held.add('fullrank-tab-stays');
  const again = tellOtherTabs();
  await vi.advanceTimersByTimeAsync(3000);
  await again;
  expect(useToasts.getState().toasts).toHaveLength(1);
  vi.useRealTimers();
});
