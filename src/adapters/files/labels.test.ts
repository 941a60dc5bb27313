import { expect, test } from 'vitest';
import { memoryTree } from '../../io/fileTree';
import { FormatError } from '../../io/formatError';
import { labelsBeside } from './labels';

const beside = (config: unknown) => labelsBeside(memoryTree('adapter', { 'config.json': new TextEncoder().encode(typeof config === 'string' ? config : JSON.stringify(config)) }));

test('classes beside an adapter are those of its config.json, in order of their numbers', async () => {
  expect(await beside({ id2label: { 0: 'cat', 1: 'dog', 2: 'cow' }, other: 1 })).toEqual(['cat', 'dog', 'cow']);
  expect(await beside({ id2label: { 1: 'dog', 0: 'cat' } })).toEqual(['cat', 'dog']);
});

test('there are none without the file, without the field, without classes, or where a number is missing', async () => {
  expect(await labelsBeside(memoryTree('adapter', { 'other.json': new Uint8Array(2) }))).toBeUndefined();
  for (const config of [{}, { id2label: {} }, { id2label: { 0: 'cat', 2: 'dog' } }, { id2label: { a: 'cat' } }]) expect(await beside(config)).toBeUndefined();
});

test('what is no list of classes is refused, and what is longer than any would be', async () => {
  const long = (n: number) => 'x'.repeat(n);
  for (const config of ['{', '[]', { id2label: { 0: 1 } }, { id2label: ['cat'] }, { id2label: { [long(11)]: 'cat' } }, { id2label: { 0: long(1001) } }, { pad: long(4 * 2 ** 20) }]) await expect(beside(config)).rejects.toThrow(FormatError);
  expect(await beside({ id2label: { 0: long(1000) } })).toEqual([long(1000)]);
  expect(await beside({ id2label: { 0: 'cat' }, pad: long(4 * 2 ** 20 - 100) })).toEqual(['cat']);
  expect(await beside({ id2label: { [long(10)]: 'cat' } })).toBeUndefined();
});
