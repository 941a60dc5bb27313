import { expect, test } from 'vitest';
import { Readings, type Begun } from './readings';

/** Results by experiment, and how often each was made. */
function results(texts: Record<number, string>, most?: number) {
  const made: number[] = [];
  const readings = new Readings(async (experiment) => {
    made.push(experiment);
    return texts[experiment] ?? '';
  }, most);
  const kept = () => [...(readings as unknown as { kept: Map<number, unknown> }).kept.keys()];
  const piece = async (reader: Begun, experiment: number, from: number) => Buffer.from(await readings.piece(reader, experiment, from, 10)).toString();
  const whole = async (reader: Begun, experiment: number) => {
    let text = '';
    for (let next = ''; text === '' || next.length === 10; text += next) next = await piece(reader, experiment, text.length);
    return text;
  };
  return { texts, made, kept, piece, whole };
}

test('a result is made once for each reader, whatever the number of its pieces', async () => {
  const long = 'ü0123456789'.repeat(1000);
  const { texts, made, whole } = results({ 0: '', 1: 'exactly ten'.slice(0, 10) });
  texts[2] = long.replaceAll('ü', 'u');
  for (const [i, text] of Object.entries(texts)) if (text !== '') expect(await whole(new Map(), Number(i))).toBe(text);
  expect(made).toEqual([1, 2]);
  await Promise.all([whole(new Map(), 2), whole(new Map(), 2)]);
  expect(made.length).toBeLessThanOrEqual(4);
});

test('pieces of a result that has changed are not mixed with those of before: the reader begins again', async () => {
  const { texts, piece, whole } = results({ 0: 'a'.repeat(25), 1: 'c' });
  const [slow, quick]: [Begun, Begun] = [new Map(), new Map()];
  expect(await piece(slow, 0, 0)).toBe('a'.repeat(10));
  texts[0] = 'b'.repeat(25);
  // What this reader began is kept for it, and another sees the result as it is now.
  expect(await piece(slow, 0, 10)).toBe('a'.repeat(10));
  expect(await whole(quick, 0)).toBe('b'.repeat(25));
  await expect(piece(slow, 0, 20)).rejects.toThrow('gone');
  expect(await whole(slow, 0)).toBe('b'.repeat(25));
});

test('what is kept is bounded; what was given up is made again for whoever goes on', async () => {
  const { made, kept, piece } = results({ 0: 'a'.repeat(25), 1: 'b'.repeat(25), 2: 'c'.repeat(100) }, 60);
  const reader: Begun = new Map();
  for (const experiment of [0, 1]) await piece(reader, experiment, 0);
  expect(kept()).toEqual([0, 1]);
  await piece(reader, 0, 10);
  await piece(reader, 2, 0);
  // Larger than all that may be kept, and kept alone while it is read.
  expect(kept()).toEqual([2]);
  await piece(reader, 2, 10);
  expect([await piece(reader, 0, 20), made]).toEqual(['aaaaa', [0, 1, 2, 0]]);
});
