import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { methodFields, trainsOf } from './fields';

const docs = readFileSync(resolve(import.meta.dirname, '../docs/methods.md'), 'utf8');

test.each(Object.values(methodFields))('$title says in a sentence what it trains and, where it has one, which paper it is from, as the documentation does', ({ method, help, paper }) => {
  expect(help).toMatch(/^[A-Z].{20,}\.$/);
  // A head alone and all weights are nobody's method.
  if (['weights', 'head'].includes(trainsOf(method))) return expect(paper).toBeUndefined();
  expect(paper!.url).toMatch(/^https:\/\/(arxiv\.org\/abs\/\d{4}\.\d{5}|openreview\.net\/forum\?id=\w+)$/);
  expect(docs).toContain(`${paper!.at}](${paper!.url})`);
});
