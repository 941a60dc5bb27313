import { expect, test } from 'vitest';
import { rowName, rowOf, spoken } from './rowName.meta';

test('rows are told as people count them, other names as they are', () => {
  expect(`${spoken(rowName('a/mine.csv', 4))} and ${spoken('cat/1.png')}`).toBe('a/mine.csv (row 5) and cat/1.png');
  expect([rowOf('x.parquet#0'), rowOf('cat/a#1.png'), rowOf('test.safetensors#0 557c75333b91156e')]).toEqual([{ path: 'x.parquet', row: 1 }, null, null]);
});
