import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Batches } from './batches';
import { Random } from './random';
import { streams } from './streams';

const first = (random: Random) => [random.next(), random.next(), random.next()].join();
const numbers = Array.from({ length: 24 }, (_, i) => i);

/** The beginnings of all streams of a purpose, by small keys, which are seeds, epochs, classes, places and so on. */
function beginnings(name: keyof typeof streams): string[] {
  const draw: (...keys: number[]) => Random = streams[name];
  const keys = numbers.flatMap((a) => numbers.flatMap((b) => [0, 1, 5].map((c) => [a, b, c].slice(0, draw.length))));
  return [...new Set(keys.map((key) => first(draw(...key))))];
}

test('no two purposes share a stream, whatever their keys; that of the data is the one of an epoch where a run has the seed of its data', () => {
  const of = new Map<string, string>();
  for (const name of Object.keys(streams) as (keyof typeof streams)[]) {
    if (name === 'parts') continue;
    const all = beginnings(name);
    // Each key has a stream of its own as well.
    expect(all.length).toBe([1, numbers.length, numbers.length ** 2, 3 * numbers.length ** 2][streams[name].length]);
    for (const one of all) {
      expect([of.get(one), name]).toEqual([undefined, name]);
      of.set(one, name);
    }
  }
  expect(new Set(beginnings('parts').map((one) => of.get(one)))).toEqual(new Set(['order']));
});

test('nothing draws by a stream that does not stand there, and each purpose has one place', () => {
  const src = join(import.meta.dirname, '..');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file) && !/\.(test|arbitrary)\.ts|^testing\/|chaos/.test(file));
  const drawing: string[] = [];
  const places = new Map<string, string[]>(Object.keys(streams).map((name) => [name, []]));
  for (const file of files) {
    const text = readFileSync(join(src, file), 'utf8');
    if (/new Random\(/.test(text.replaceAll(/^ *\*.*$/gm, ''))) drawing.push(file);
    for (const [, name = ''] of text.matchAll(/\bstreams\.(\w+)/g)) places.get(name)?.push(file);
  }
  expect(drawing).toEqual(['data/streams.ts']);
  expect([...places].filter(([, at]) => at.length !== 1)).toEqual([]);
});

test('epochs have the order they always had', () => {
  const batches = new Batches({ count: 8, batch: 8, seed: 3, last: 'drop' });
  expect([0, 1, 2].map((epoch) => [...batches.at(epoch).indices])).toEqual([[6, 1, 7, 0, 4, 5, 3, 2], [5, 6, 2, 1, 0, 3, 7, 4], [2, 5, 1, 0, 7, 3, 4, 6]]);
  expect(first(streams.order(3, 2))).toBe(first(new Random(3, 2)));
});
