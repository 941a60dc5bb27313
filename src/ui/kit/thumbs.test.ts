import { expect, test } from 'vitest';
import type { Picture } from '../../train/protocol';
import { ThumbLoader, type Thumbs } from './thumbs';

const names = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${from + i}.png`);
const picture: Picture = { label: 0, width: 1, height: 1, rgba: new Uint8ClampedArray(4) };

function setUp(keep?: number) {
  const asked: string[][] = [];
  const answers: (() => void)[] = [];
  const errors: unknown[] = [];
  let thumbs: Thumbs = new Map();
  const loader = new ThumbLoader({
    load: (names) => new Promise((done, fail) => (asked.push(names), answers.push(() => (names.includes('bad') ? fail(new Error('bad')) : done(names.map((name) => (name === '1.png' ? null : picture))))))),
    onChange: (now) => (thumbs = now),
    onError: (error) => errors.push(error),
    batch: 3,
    keep,
  });
  const answer = async () => (answers.shift()!(), await new Promise((done) => setTimeout(done)));
  return { loader, asked, errors, answer, thumbs: () => thumbs };
}

test('a few at a time, and what was scrolled past is never asked for', async () => {
  const { loader, asked, answer, thumbs } = setUp();
  loader.want(names(0, 9));
  expect(asked).toEqual([names(0, 3)]);
  loader.want(names(1000, 1004));
  expect(asked.length).toBe(1);
  await answer();
  expect(asked[1]).toEqual(names(1000, 1003));
  await answer();
  await answer();
  expect(asked).toEqual([names(0, 3), names(1000, 1003), ['1003.png']]);
  expect([thumbs().size, thumbs().get('1.png'), thumbs().get('1003.png')]).toEqual([7, null, picture]);
  // What is there is not asked for again.
  loader.want(names(0, 3));
  expect(asked.length).toBe(3);
});

test('no more than a bound are kept, those in sight among them', async () => {
  const { loader, answer, thumbs } = setUp(4);
  for (let from = 0; from < 30; from += 3) {
    loader.want(names(from, from + 3));
    await answer();
    expect(thumbs().size).toBeLessThanOrEqual(4);
    for (const name of names(from, from + 3)) expect(thumbs().has(name)).toBe(true);
  }
});

test('an error is told, and later wishes are tried; the end is the end', async () => {
  const { loader, asked, errors, answer, thumbs } = setUp();
  loader.want(['bad']);
  await answer();
  expect(errors).toEqual([new Error('bad')]);
  loader.want(['1.png', '2.png']);
  expect(asked.length).toBe(2);
  loader.end();
  await answer();
  expect(thumbs().size).toBe(0);
});
