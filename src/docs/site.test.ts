import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { docsPages } from './site.node';

const pages = await docsPages();
const here = import.meta.dirname;

test('the front page lists all there is, but for the reference, which is made', () => {
  const files = readdirSync(here).filter((name) => name.endsWith('.md')).map((name) => name.replace('.md', ''));
  expect(pages.map(({ name }) => name).filter((name) => !name.startsWith('reference')).sort()).toEqual(files.sort());
});

test('a command that a page names is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(here, '../../package.json'), 'utf8')) as { scripts: Record<string, string> };
  const named = pages.flatMap(({ name, html }) => [...html.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, script]) => ({ name, script: script! })));
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter(({ script }) => !scripts[script])).toEqual([]);
});

test.each(pages.map(({ name, html }) => [name, html] as const))('%s: links lead somewhere, pictures have words, nothing is run', (_, html) => {
  const anchors = new Map(pages.map((page) => [`${page.name}.html`, new Set([...page.html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!))]));
  for (const [, href] of html.matchAll(/<a [^>]*href="([^"]+)"/g)) {
    if (/^https:|^\.\.\/$/.test(href!)) continue;
    const [file, anchor] = href!.split('#') as [string, string?];
    if (file) expect(anchors.has(file), href).toBe(true);
    if (file && anchor) expect(anchors.get(file)!.has(anchor), href).toBe(true);
  }
  for (const [image, src] of html.matchAll(/<img [^>]*?src="([^"]+)"[^>]*>/g)) {
    expect(existsSync(join(here, src!)), src).toBe(true);
    expect(image).toMatch(/ alt="[^"]+"/);
  }
  expect(html).not.toMatch(/<script|style="|javascript:/);
  // Headings step down one at a time, from one of the first rank.
  const ranks = [...html.matchAll(/<h(\d)/g)].map(([, rank]) => Number(rank));
  expect(ranks.filter((rank) => rank === 1)).toHaveLength(1);
  ranks.forEach((rank, i) => expect(rank - (ranks[i - 1] ?? 0)).toBeLessThanOrEqual(1));
});
