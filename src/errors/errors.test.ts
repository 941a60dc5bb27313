import { describe, expect, test } from 'vitest';
import { FullrankError, messageOf } from './errors';
import { cut, listFirst, quote } from './text';

class TestError extends FullrankError {
  override name = 'TestError';
}

describe('errors', () => {
  test('are errors with a message and the name of their class', () => {
    const error = new TestError('There is no model "x".');
    expect(error).toMatchObject({ name: 'TestError', message: 'There is no model "x".' });
    expect(error).toBeInstanceOf(Error);
  });

  test('a value of any length floods no message', () => {
    const { message } = new TestError(`There is no ${'x'.repeat(1e5)} here.`);
    expect(message).toMatch(/^There is no x+…$/);
    expect(message).toHaveLength(4001);
  });

  test('whatever is thrown has a message', () => {
    expect([new TestError('It is cut short.'), new Error('broken'), 'gone'].map(messageOf)).toEqual(['It is cut short.', 'broken', 'gone']);
  });
});

describe('text from outside', () => {
  test('is cut and quoted', () => {
    expect([cut('abc', 3), cut('abcd', 3)]).toEqual(['abc', 'abc…']);
    expect([quote('a "b"\n'), quote('abcd', 3), quote('x'.repeat(81))]).toEqual(['"a \\"b\\"\\n"', '"abc…"', `"${'x'.repeat(80)}…"`]);
  });

  test('the first of a list, and how many more there are', () => {
    expect([listFirst(['a', 'b'], 2), listFirst(['a', 'b', 'c'], 2), listFirst(['a', 'b'], 5, 300), listFirst([], 2)]).toEqual(['a, b', 'a, b and 1 more', 'a, b and 298 more', '']);
  });
});
