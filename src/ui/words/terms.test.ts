import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { mainName, methodFields } from '../../adapters/fields';
import { trainFields } from '../../train/config';
import { t } from '../strings';
import { terms } from './terms';

const ui = resolve(import.meta.dirname, '..');
const sources = readdirSync(ui, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.tsx')).map((path) => readFileSync(join(ui, path), 'utf8'));

test('every definition opens somewhere: at a word of a panel, beside a setting, or under the table of methods', () => {
  const atWords = sources.flatMap((text) => [...text.matchAll(/<Term name="(\w+)"/g)].map(([, name]) => name!));
  const besideSettings = sources.flatMap((text) => [...(/const termOf[^=]*= \{(.*)\}/.exec(text)?.[1] ?? '').matchAll(/: '(\w+)'/g)].map(([, name]) => name!));
  const ofFields = [...Object.values(methodFields).flatMap(({ fields }) => fields), ...trainFields].flatMap(({ term }) => term ?? []);
  const opened = new Set([...atWords, ...besideSettings, ...ofFields, ...Object.keys(t.methods.terms), ...Object.values(t.methods.symbols)]);
  expect(Object.keys(terms).filter((name) => !opened.has(name))).toEqual([]);
  // Every symbol of a main setting is explained.
  expect(Object.keys(methodFields).map(mainName).filter((symbol) => symbol !== '' && !Object.hasOwn(t.methods.symbols, symbol))).toEqual([]);
  // And what is opened is there.
  expect([...opened].filter((name) => !Object.hasOwn(terms, name))).toEqual([]);
});
