import { describe, expect, test } from 'vitest';
import { kernels } from '../../testing/variants';
import { parse } from './parse';

describe('every kernel', () => {
  test.each(kernels.filter(({ text }) => !/^enable (f16|chromium)/m.test(text)).map((kernel) => [kernel.name, kernel] as const))('%s is read', (_, { text }) => {
    expect(parse(text).functions.has('main')).toBe(true);
  });
});

const value = (text: string): unknown => JSON.parse(JSON.stringify(parse(`const a = ${text};`).constants.get('a')!.value, (key, value: unknown) => (key === 'line' || key === 'column' ? undefined : value)));
const number = (text: string) => ({ kind: 'number', text });

describe('expressions', () => {
  test('bind as tightly as in WGSL', () => {
    expect(value('1 + 2 * 3 == 4 && 5 < 6')).toEqual(value('((1 + (2 * 3)) == 4) && (5 < 6)'));
    expect(value('1u - 2u - 3u')).toEqual({ kind: 'binary', op: '-', left: { kind: 'binary', op: '-', left: number('1u'), right: number('2u') }, right: number('3u') });
  });

  test('tell a template from a comparison', () => {
    expect(value('i < f(1) >> 2')).toMatchObject({ kind: 'binary', op: '<' });
    expect(value('array<vec4<f32>, 4 * 2>()')).toMatchObject({ kind: 'call', callee: { name: 'array', of: [{ name: 'vec4', of: [{ name: 'f32' }] }], count: { op: '*' } } });
    expect(value('array<array<f32, 2>>()')).toMatchObject({ callee: { of: [{ name: 'array' }] } });
  });

  test('members and indices follow each other', () => {
    expect(value('a[1].b[2].x')).toMatchObject({ kind: 'member', name: 'x', of: { kind: 'index', of: { kind: 'member', name: 'b' } } });
  });
});

describe('what is not known', () => {
  test.each([
    ['const a = 1 $ 2;', "1:13 '$' is not part of WGSL as this compiler knows it"],
    ['fn f() {\n  switch 1 {}\n}', '2:3 switch is not supported'],
    ['fn f() { a + 1; }', '1:12 expected an assignment and not +'],
    ['enable f16;', '1:1 the extension f16 is not there on a processor'],
    ['fn f() { return (1; }', '1:19 expected ) and not ;'],
    ['texture a;', '1:1 texture begins no declaration that this compiler knows'],
  ])('%j says where and why', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});
