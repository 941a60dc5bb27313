import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Licences of what is installed here, by the lock file and by each package's own word. The tables are in docs/proof.md. */

const root = resolve(import.meta.dirname, '../..');
const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<string, unknown>;

/** Licences that ask for no more than to be named. */
const permissive = ['MIT', 'Apache-2.0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'CC0-1.0', 'Unlicense', 'Python-2.0', 'Zlib'];

/**
 * Others, for those packages alone. The typeface is in the page with its licence beside it, unchanged; none of the others is in the
 * page or in the package that is published. What is changed in a file under MPL stays under it, what is linked with an LGPL library
 * lets it be replaced, and the data under CC-BY are named.
 */
const others: Record<string, RegExp> = {
  'MPL-2.0': /^(axe-core|@axe-core\/playwright|lightningcss(-[\w-]+)?)$/,
  'LGPL-3.0-or-later': /^@img\/sharp-(libvips-[\w-]+|win32-\w+|wasm32)$/,
  'CC-BY-4.0': /^caniuse-lite$/,
  'OFL-1.1': /^@fontsource\/source-sans-3$/,
};

interface Locked {
  license?: string;
  /** The registry of whoever installs where it is left out. */
  resolved?: string;
  integrity?: string;
  link?: boolean;
}

const locked = Object.entries(json('package-lock.json').packages as Record<string, Locked>).filter(([path, { link }]) => path !== '' && !link);
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Licences of an expression that all hold: `(MIT AND ISC)`; of `MIT OR GPL` one may be chosen. */
const isAllowed = (name: string, expression: string): boolean =>
  expression
    .replace(/[()]/g, '')
    .split(' AND ')
    .every((part) => part.split(' OR ').some((one) => permissive.includes(one.trim()) || others[one.trim()]?.test(name)));

describe('every dependency in the lock file', () => {
  test('has a licence of the list, by its own package.json', () => {
    const faults = locked.flatMap(([path, { license }]) => {
      // What is for other machines is not installed here; its licence stands in the lock file.
      const own = existsSync(join(root, path, 'package.json')) ? json(`${path}/package.json`).license : license;
      return typeof own === 'string' && isAllowed(nameOf(path), own) ? [] : [`${nameOf(path)}: ${JSON.stringify(own)}`];
    });
    expect(faults).toEqual([]);
    expect(locked.length).toBeGreaterThan(100);
  });

  test('is installed from the registry, under a checksum', () => {
    const faults = locked.filter(([, { resolved, integrity }]) => (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')) || !integrity?.startsWith('sha512-')).map(([path]) => path);
    expect(faults).toEqual([]);
  });
});

test('the documentation lists every licence and the packages of those that ask for more', () => {
  const page = readFileSync(join(root, 'src/docs/proof.md'), 'utf8');
  const found = new Set(locked.flatMap(([path, { license }]) => ((existsSync(join(root, path, 'package.json')) ? (json(`${path}/package.json`).license as string) : license) ?? '').replace(/[()]/g, '').split(/ AND | OR /)));
  for (const licence of found) expect(page).toContain(`| ${licence} |`);
});

test('the reading of expressions', () => {
  expect([isAllowed('a', 'MIT'), isAllowed('a', '(Apache-2.0 AND BSD-3-Clause)'), isAllowed('a', 'GPL-3.0 OR MIT')]).toEqual([true, true, true]);
  expect([isAllowed('a', 'GPL-3.0'), isAllowed('a', 'MIT AND GPL-3.0'), isAllowed('axe-core-2', 'MPL-2.0'), isAllowed('a', 'UNLICENSED')]).toEqual([false, false, false, false]);
});
