import { expect, test } from 'vitest';
import { FormatError } from './formatError';
import { fullMatch } from './pythonRegex';

/** Texts that a pattern matches as a whole, and texts that it does not, by `re.fullmatch` of Python 3.11. */
const cases: [string, string[], string[]][] = [
  ['\\d', ['5', '\u0663'], ['a', '', '\u00bd']],
  ['\\D', ['a'], ['5', '\u0663']],
  ['\\w', ['a', '_', '\u00e9', '7', '\u0663'], ['-', ' ']],
  ['\\W', ['-', ' '], ['a', '_']],
  ['\\s', [' ', '\t', '\n'], ['a', '']],
  ['\\S', ['a'], [' ', '\n']],
  ['\\n\\t\\r\\f\\v\\a\\0', ['\n\t\r\f\u000b\u0007\u0000'], ['\n\t\r\f\u000b\u0007', 'ntrfva0']],
  ['[\\b]', ['\b'], ['b']],
  ['[\\n\\d]+', ['1\n2'], ['n', '1a']],
  ['[\\D]', ['a'], ['1']],
  ['[^\\d]', ['a'], ['1']],
  ['[\\w.]+', ['a.b'], ['a-b']],
  ['[a-c]', ['a', 'b', 'c'], ['d', '-', '`']],
  ['[a-a]', ['a'], ['b']],
  ['[\\d-]', ['5', '-'], ['a']],
  ['[a-]', ['a', '-'], ['b']],
  ['[-a]', ['-', 'a'], ['b']],
  ['[^-a]', ['b'], ['-', 'a']],
  ['[]-a]+', ['^', ']', 'a'], ['b', '-']],
  ['[a-c-e]+', ['a-e'], ['d']],
  ['[\\]a]', [']', 'a'], ['\\']],
  ['[\\x41-\\x43]', ['B'], ['D', 'x']],
  ['[+--]', ['+', ',', '-'], ['.']],
  ['[a\\-z]', ['a', '-', 'z'], ['b']],
  ['[.]', ['.'], ['a']],
  ['[(*]+', ['(*'], ['a']],
  ['[^a]', ['b', '\n'], ['a', '']],
  ['[a^]', ['a', '^'], ['b']],
  ['\\x41\\u00e9', ['A\u00e9'], ['A']],
  ['\\.\\-\\[\\(\\\\', ['.-[(\\'], ['.-[(']],
  ['\u00e9', ['\u00e9'], ['e']],
  ['aB', ['aB'], ['ab', 'AB']],
  ['(?i)ab', ['AB', 'aB', 'ab'], ['ac']],
  ['(?i)[a-c]X', ['Bx', 'bX'], ['dx']],
  ['(?i)[^a]', ['b'], ['a', 'A']],
  ['(?i)\u00c9', ['\u00e9'], []],
  ['(?i)\\u00c9', ['\u00e9'], []],
  ['ab|cd', ['ab', 'cd'], ['abcd', 'abd', '']],
  ['a|', ['a', ''], ['b']],
  ['(ab|a)(bc|c)', ['abc', 'abbc', 'ac'], ['abcbc', 'a']],
  ['(?:a|b)c', ['ac', 'bc'], ['c']],
  ['(?P<x1>a)b', ['ab'], ['a']],
  ['(a)(?P<x>b)', ['ab'], ['a']],
  ['()', [''], ['a']],
  ['(|a)b', ['b', 'ab'], []],
  ['a*', ['', 'a', 'aaa'], ['b']],
  ['a+', ['a', 'aa'], ['']],
  ['a?', ['', 'a'], ['aa']],
  ['a*?b', ['b', 'aab'], []],
  ['a+?', ['a'], ['']],
  ['a??', ['', 'a'], ['aa']],
  ['a{2}', ['aa'], ['a', 'aaa']],
  ['a{2,}', ['aa', 'aaaaa'], ['a']],
  ['a{,2}', ['', 'aa'], ['aaa']],
  ['a{2,3}', ['aa', 'aaa'], ['a', 'aaaa']],
  ['a{2,3}?', ['aa', 'aaa'], ['a']],
  ['a{0}', [''], ['a']],
  ['a{1}', ['a'], ['aa', '']],
  ['a{,}', ['', 'aaa'], []],
  ['a{10}b', ['aaaaaaaaaab'], ['aaaaaaaaab']],
  ['a{99,100}', ['a'.repeat(99), 'a'.repeat(100)], ['a'.repeat(98), 'a'.repeat(101)]],
  ['(ab){2}', ['abab'], ['ab']],
  ['(?:a|bc){2,}', ['abc', 'bcbca'], ['a']],
  ['a{', ['a{'], ['a']],
  ['a{x}', ['a{x}'], []],
  ['a{1,x}', ['a{1,x}'], ['a']],
  ['{', ['{'], []],
  ['a{}', ['a{}'], ['a']],
  ['a{1', ['a{1'], []],
  ['}', ['}'], []],
  [']', [']'], []],
  ['a{-1}', ['a{-1}'], []],
  ['.', ['a'], ['\n', '', 'ab']],
  ['a.c', ['abc'], ['a\nc']],
  ['.*', ['', 'abc'], ['a\nb']],
  ['^a$', ['a'], ['a\n']],
  ['a$\n', ['a\n'], ['a']],
  ['a$b', [], ['ab']],
  ['a$\nb', [], ['a\nb']],
  ['(?:a$)\n?', ['a', 'a\n'], []],
  ['a^b', [], ['ab']],
  ['^^a', ['a'], []],
  ['a$$', ['a'], []],
  ['a\n$\n', ['a\n\n'], ['a\n']],
  ['$', [''], ['\n']],
  ['x$.', [], ['xy', 'x']],
  ['\\Aa\\Z', ['a'], []],
  ['a\\Z\n', [], ['a\n']],
  ['a\\Ab', [], ['ab']],
  ['\\A\\Z', [''], []],
  ['\\bab\\b', ['ab'], []],
  ['a\\bb', [], ['ab']],
  ['a\\b-\\bb', ['a-b'], []],
  ['a\\Bb', ['ab'], []],
  ['\\Ba', [], ['a']],
  ['-\\B-', ['--'], []],
  ['a\\B', [], ['a']],
  ['\\b', [], ['']],
  ['.\\b.', ['a ', ' a'], ['ab', '  ']],
  ['(?=ab)a.', ['ab'], ['ac']],
  ['(?!ab)a.', ['ac'], ['ab']],
  ['a(?=b)', [], ['a']],
  ['a(?!b)', ['a'], []],
  ['.*(?<=b)c', ['abc'], ['ac', 'c']],
  ['.*(?<!b)c', ['ac', 'c'], ['abc']],
  ['(?<=a)', [], ['']],
  ['(?<!a)', [''], []],
  ['(?<=ab)', [], ['']],
  ['ab(?<=ab)', ['ab'], []],
  ['xab(?<=ab)(?<!xx)', ['xab'], []],
  ['(?=.*b)a.*', ['acb'], ['acc', 'b']],
  ['(?!.*b)a.*', ['acc'], ['acb']],
  ['(?=)a', ['a'], []],
  ['a(?<=(?:a|b))', ['a'], []],
  ['b(?<=[ab])', ['b'], ['c']],
  ['a-b', ['a-b'], []],
  ['a,b=:!<P', ['a,b=:!<P'], []],
  ['\\ ', [' '], []],
  ['\\_', ['_'], []],
  ['((a*)b*)*c', ['aabbac'], ['aab']],
  ['(((a)))', ['a'], []],
  ['(?:a*b){2}', ['aabab'], ['aab']],
  ['(a?){3}', ['', 'a', 'aaa'], ['aaaa']],
  ['(?:){5}a', ['a'], []],
  ['.*\\.(?:q|v)_proj', ['model.layers.0.q_proj'], ['model.layers.0.k_proj', 'q_proj']],
];

test.each(cases)('%j', (pattern, matching, others) => {
  const matches = fullMatch(pattern);
  expect(matching.filter((text) => !matches(text))).toEqual([]);
  expect(others.filter(matches)).toEqual([]);
});

// Python refuses all of these but the last three, whose kinds of groups are not had here.
test.each([
  ['a{3,2}', /larger number first/], ['a**', /repeat follows a repeat \(at character 3\)/], ['a+*', /repeat follows/], ['a{2}{3}', /repeat follows/], ['a{2}*', /repeat follows/], ['a*{2}', /repeat follows/], ['*', /nothing to repeat/], ['+a', /nothing to repeat/], ['?', /nothing to repeat/], ['|*', /nothing to repeat/], ['(*a)', /nothing to repeat/],
  ['(a', /"\(" is not closed/], ['a)', /"\)" closes nothing/], [')', /at character 1\)/], ['ab)', /at character 3\)/], ['[', /"\[" is not closed/], ['[^', /"\[" is not closed/], ['[]', /"\[" is not closed/], ['[a-', /"\[" is not closed/], ['[\\', /"\[" is not closed/], ['\\', /ends in a backslash/],
  ['[b-a]', /backwards/], ['[a-\\d]', /backwards/], ['[!-\\d]', /backwards/], ['[\\d-a]', /backwards/], ['(?a', /kind of group/], ['(?<a)', /kind of group/], ['(?P=x)', /kind of group/], ['(?P<x)', /kind of group/], ['(?P<>a)', /kind of group/], ['a(?i)b', /kind of group/], ['(?i', /kind of group/],
  ['\\q', /\\q is not known/], ['\\8', /refers back/], ['\\1', /refers back/], ['[\\q]', /not known/], ['[\\1]', /not known/], ['\\x4', /\\x needs 2/], ['\\xg1', /\\x needs 2/], ['\\x1g', /\\x needs 2/], ['\\u123', /\\u needs 4/], ['\\u123g', /\\u needs 4/], ['[\\x4]', /\\x needs 2/], ['[\\B]', /not known/],
  ['(?>a)', /kind of group/], ['(?#c)', /kind of group/], ['(?a)', /kind of group/],
])('%j is refused', (pattern, message) => {
  expect(() => fullMatch(pattern)).toThrow(FormatError);
  expect(() => fullMatch(pattern)).toThrow(message);
});

test('bounds of patterns and texts', () => {
  const takes = (pattern: string) => () => fullMatch(pattern);
  expect(takes('a'.repeat(1000))).not.toThrow();
  expect(takes('a'.repeat(1001))).toThrow(/1001 characters/);
  expect(takes('('.repeat(49) + ')'.repeat(49))).not.toThrow();
  expect(takes('('.repeat(50) + ')'.repeat(50))).toThrow(/50 deep/);
  // Groups one after another are no deeper than one.
  expect(takes('(a)'.repeat(60))).not.toThrow();
  expect(takes('a{100}')).not.toThrow();
  for (const pattern of ['a{101}', 'a{1,101}', 'a{101,}']) expect(takes(pattern)).toThrow(/above 100/);
  expect([fullMatch('.*')('a'.repeat(500)), fullMatch('.*')('a'.repeat(501))]).toEqual([true, false]);
  // Braces of many digits are a repeat as well.
  expect(takes('a{0000000001}')).not.toThrow();
});

test('repeats and look-around within one another are no more than three deep, those beside one another as many as there are', () => {
  const fine = ['((a*)*)*', '(?=(?=(?=a)))a', '(?:(?<!(?:b+)c)a)*', '((a*)*b)*', '(b(a*)*)*', '((a*)*|b)*', '(b|(a*)*)*', 'a*b*c*d*e*', '(a*)(b*)(c*)(d*)', '(a*|b*|c*|d*)*', '((((a?)?)?)?)?', '((((a{1}){1}){1}){1}){1}', '((((a))))', '(?:(?:(?:(?:a*))))'];
  for (const pattern of fine) expect(() => fullMatch(pattern), pattern).not.toThrow();
  const deep = ['(((a*)*)*)*', '(?=(?=(?=(?=a))))a', '(?!(?<=(?<!(?:a*))))', '(((a*)*b)*)*', '(((a+)+|b)+)+', '((b|(a{2})*){0,2})*', '(b((a*)*)*c)*'];
  for (const pattern of deep) expect(() => fullMatch(pattern), pattern).toThrow(/more than 3 deep/);
});

test('an end that is reached in many ways is looked at once', () => {
  // 2^40 ways.
  expect(fullMatch('(a|a)*b')('a'.repeat(40))).toBe(false);
  expect(fullMatch('((a?)*)*b')('a'.repeat(40))).toBe(false);
});
