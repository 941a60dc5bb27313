import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { SAME } from '../testing/same';
import { sameRun } from '../testing/sameRun';
import { here, root, threadsHere } from './here.node';

test('a run of a bundled model on bundled pictures gives the recorded bits, on one thread and on two', async () => {
  const base = 'http://page/';
  vi.stubGlobal('fetch', async (url: string) => new Response(await readFile(url.replace(base, join(root, 'public/')))));
  for (const threads of [1, 2]) expect(await sameRun(here(threadsHere(threads)), base)).toEqual({ ...SAME, errors: [] });
});
