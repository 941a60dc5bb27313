import { readdirSync, readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { newId } from './newId.meta';

test('ids are UUIDs and differ, also where the context is not secure', () => {
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
  const ids = Array.from({ length: 100 }, newId);
  vi.unstubAllGlobals();
  expect(new Set(ids).size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('nothing else makes ids', () => {
  const src = `${import.meta.dirname}/..`;
  const users = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path) && !/newId|\.test\./.test(path) && readFileSync(`${src}/${path}`, 'utf8').includes('randomUUID'));
  expect(users).toEqual([]);
});
