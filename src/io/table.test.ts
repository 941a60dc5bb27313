import { expect, test } from 'vitest';
import { memoryTree } from './fileTree';
import { readTable } from './table';

test('a list as long as sets of instructions are is read; of a file that is longer than a table may be no byte is', async () => {
  const long = 'a'.repeat(80 * 2 ** 20);
  const table = await readTable(memoryTree('long', { 'train.json': new TextEncoder().encode(`[{"instruction":"${long}","output":"b"}]`) }), 'train.json');
  expect([table.columns, table.rows, String(table.value(0, 'instruction')).length, table.cell(0, 'output')]).toEqual([['instruction', 'output'], 1, long.length, 'b']);
  const huge = { ...memoryTree('huge', {}), size: async () => 2 ** 28 + 1, read: () => Promise.reject(new Error('read')) };
  await expect(readTable(huge, 'train.json')).rejects.toThrow('"train.json" has 268435457 bytes, at most 268435456 are read.');
});
