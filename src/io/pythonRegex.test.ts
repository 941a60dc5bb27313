import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from './formatError';
import { fullMatch } from './pythonRegex';

test("PEFT's own patterns", () => {
  const vit = fullMatch('.*(attention\\.attention\\.(query|key|value)|intermediate\\.dense|(?<!attention\\.)output\\.dense)');
  expect(vit('vit.encoder.layer.0.attention.attention.query')).toBe(true);
  expect(vit('vit.encoder.layer.0.output.dense')).toBe(true);
  expect(vit('vit.encoder.layer.0.attention.output.dense')).toBe(false);
  expect(fullMatch('.*decoder.*(SelfAttention|EncDecAttention).*(q|v)$')('decoder.0.SelfAttention.q')).toBe(true);
});

test.each([
  ['a(?P<x>b)?c', 'ac', true], ['(?i)AB[c-e]', 'abD', true], ['[^]a]+', 'bc', true], ['[]a]', ']', true], ['[\\d-]+', '1-2', true],
  ['\\Aa\\Z', 'a', true], ['a{2}', 'aa', true], ['a{,2}', '', true], ['a{x}', 'a{x}', true], ['x|', '', true], ['a\\.b', 'axb', false],
  ['\\bfc1\\b.*', 'fc1.x', true], ['(?!a).*', 'ab', false], ['(?=ab)a.', 'ab', true], ['\\x61\\u0062', 'ab', true], ['a.c', 'a\nc', false], ['(?i)[^a]', 'A', false],
])('%s on %j', (pattern, text, result) => expect(fullMatch(pattern)(text)).toBe(result));

test.each([
  ['(', /"\(" is not closed/], [')', /closes nothing/], ['a**', /repeat follows a repeat/], ['*a', /nothing to repeat/], ['[a', /"\[" is not closed/],
  ['(a)\\1', /refers back/], ['(?>a)', /kind of group/], ['[b-a]', /backwards/], ['\\q', /not known/], ['a\\', /backslash/],
  ['a{1000}', /above 100/], ['a'.repeat(1001), /1001 characters/], ['('.repeat(60), /50 deep/], ['((((a*)*)*)*)*', /nested more than 3/],
])('%s is refused', (pattern, message) => {
  expect(() => fullMatch(pattern)).toThrow(FormatError);
  expect(() => fullMatch(pattern)).toThrow(message);
});

test('patterns that hang a backtracking engine take moments', () => {
  const text = 'a'.repeat(300);
  const start = process.cpuUsage();
  for (const p of ['(a+)+b', '(a|a)*b', '(a|aa)+b', '.*.*.*.*.*.*.*.*.*.*b', 'a?'.repeat(300) + 'a'.repeat(300) + 'b', '((a*)*)*b', '(?:(?<=a)a)*b', '(.*)(.*){50}b']) {
    expect(fullMatch(p)(text)).toBe(false);
  }
  const { user } = process.cpuUsage(start);
  expect(user / 1e6).toBeLessThan(5); // seconds of the processor; 2^300 steps would never end
});

describe("agrees with JavaScript's engine where both speak the same language", () => {
  const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\.', '^', '$'),
      fc.tuple(tie('pattern'), tie('pattern')).map(([x, y]) => x + y),
      fc.tuple(tie('pattern'), tie('pattern')).map(([x, y]) => `(?:${x}|${y})`),
      fc.tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '*?')).map(([x, q]) => `(?:${x})${q}`),
      fc.tuple(fc.constantFrom('?=', '?!', '?<=', '?<!'), tie('pattern')).map(([k, x]) => `(${k}${x})`),
    ),
  }));
  test('on random patterns and texts', () => {
    let compared = 0;
    fc.assert(
      fc.property(pattern, fc.array(fc.stringMatching(/^[ab.]{0,8}$/), { minLength: 5, maxLength: 5 }), (p, texts) => {
        let mine;
        try {
          mine = fullMatch(p);
        } catch {
          return; // nested too deep
        }
        const theirs = new RegExp(`^(?:${p})$`);
        for (const text of texts) {
          expect(mine(text), `${p} on ${text}`).toBe(theirs.test(text));
          compared++;
        }
      }),
      { numRuns: 3000 },
    );
    expect(compared).toBeGreaterThan(5000);
  });
});

test('any text as a pattern is a FormatError or answers', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[()[\]{}*+?|\\.^$,\-a1:<!=P]{0,30}$/)), fc.string(), (p, text) => {
      try {
        fullMatch(p)(text);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { numRuns: 3000 },
  );
});
