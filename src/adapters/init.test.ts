import { expect, test } from 'vitest';
import { Mersenne } from '../io/mersenne';
import { generator, kaimingUniform, normal } from './init';

const draw = (random: () => number, count: number) => Array.from({ length: count }, random);

test('a key gives the numbers of the generator that is seeded by its FNV-1a hash', () => {
  // Of "a" and of "foobar", as the authors of the hash give them.
  for (const [key, hash] of [['', 0x811c9dc5], ['a', 0xe40c292c], ['foobar', 0xbf9cf968]] as const) {
    const twister = new Mersenne(hash);
    expect(draw(generator(key), 3)).toEqual([twister.next(), twister.next(), twister.next()].map((n) => n / 2 ** 32));
  }
  const many = draw(generator('many'), 1000);
  expect([Math.min(...many) >= 0, Math.max(...many) < 1, new Set(many).size]).toEqual([true, true, 1000]);
});

test('normal numbers are Box and Muller\'s, two of each pair of uniform ones', () => {
  const uniform = [0.25, 0.125, 0.75, 0.9];
  const from = () => {
    let at = 0;
    return () => uniform[at++ % 4] ?? NaN;
  };
  const expected = [[0.25, 0.125], [0.75, 0.9]].flatMap(([u = NaN, v = NaN]) => [Math.cos, Math.sin].map((f) => 3 * Math.sqrt(-2 * Math.log(1 - u)) * f(2 * Math.PI * v)));
  for (const count of [0, 1, 2, 3, 4]) {
    let drew = 0;
    const next = from();
    const drawn = normal(count, 3, () => {
      drew++;
      return next();
    });
    expect(drawn).toHaveLength(count);
    expect(drew).toBe(2 * Math.ceil(count / 2));
    drawn.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 6));
  }
  const random = generator('spread');
  const many = normal(4000, 2, random);
  expect(Math.sqrt(many.reduce((sum, x) => sum + x * x, 0) / many.length)).toBeCloseTo(2, 1);
});

test('uniform start values lie within 1 / sqrt(fan in), on both sides', () => {
  const values = [0, 0.5, 1, 0.25];
  expect([...kaimingUniform(2, 4, () => values.shift() ?? 0.75)]).toEqual([-0.5, 0, 0.5, -0.25, 0.25, 0.25, 0.25, 0.25]);
});
