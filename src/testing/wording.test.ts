import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** Words that are no English of the field, in code, in comments and in what is written for people, and what to write instead. */
const wrong: [pattern: RegExp, better: string][] = [
  [/\bseat\b/i, 'say what is placed where'],
  [/\bmeets?\(|\/meet\.wgsl/, 'overlap, compare, find: a budget is met, boxes and pairs are not'],
  [/\bintervals? (of [\w ]+ )?part\b/, 'intervals do not overlap'],
];

const root = resolve(import.meta.dirname, '../..');
const texts = ['src', 'shaders', 'e2e'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(tsx?|mjs|wgsl|md|py|css|html)$/.test(path) && path !== 'testing/wording.test.ts')
    .map((path) => join(folder, path)),
);

test.each(wrong)('nobody writes %s', (pattern, better) => {
  const found = ['README.md', ...texts].flatMap((path) =>
    readFileSync(join(root, path), 'utf8').split('\n').flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim().slice(0, 160)}`] : [])),
  );
  expect(found, better).toEqual([]);
});
