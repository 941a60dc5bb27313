import type { FetchResult } from 'vite';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { madeModules } from './made.mjs';

const folder = mkdtempSync(join(tmpdir(), 'fullrank-made-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [file, source] = [join(folder, 'modules.json'), join(folder, 'a.ts')];

/** A command that asks for the module and for a package; how often it had to make one, and the module's text. */
async function ask(key: string): Promise<[number, string]> {
  let times = 0;
  const modules = madeModules(file, key);
  const make = (result: FetchResult) => () => Promise.resolve((times++, result));
  const module = await modules.of(source, undefined, make({ code: readFileSync(source, 'utf8'), file: source, id: source, url: source, invalidate: true }));
  expect(await modules.of('fflate', source, make({ externalize: 'file:///fflate.js', type: 'module' }))).toMatchObject({ externalize: 'file:///fflate.js' });
  modules.keep();
  return [times, 'code' in module ? module.code : ''];
}

test('a module is made once, and anew when its file or what all hang on has changed; a file that is cut short is none', async () => {
  writeFileSync(source, 'one');
  utimesSync(source, 1000, 1000);
  expect(await ask('key')).toEqual([2, 'one']);
  expect(await ask('key')).toEqual([0, 'one']);
  // Two commands at once lose nothing of one another.
  rmSync(file);
  const [other, text] = [madeModules(file, 'key'), { externalize: 'file:///other.js', type: 'module' as const }];
  expect(await ask('key')).toEqual([2, 'one']);
  await other.of('other', source, () => Promise.resolve(text));
  other.keep();
  expect(await ask('key')).toEqual([0, 'one']);
  // Of the same size.
  writeFileSync(source, 'two');
  utimesSync(source, 1001, 1001);
  expect(await ask('key')).toEqual([1, 'two']);
  // Of the same time.
  writeFileSync(source, 'three');
  utimesSync(source, 1001, 1001);
  expect(await ask('key')).toEqual([1, 'three']);
  expect(await ask('another')).toEqual([2, 'three']);
  writeFileSync(file, readFileSync(file).subarray(0, statSync(file).size / 2));
  expect(await ask('another')).toEqual([2, 'three']);
  // What is written while it is made may be another already: it is not kept.
  utimesSync(source, Date.now() / 1000 + 60, Date.now() / 1000 + 60);
  expect(await ask('another')).toEqual([1, 'three']);
  expect(await ask('another')).toEqual([1, 'three']);
});
