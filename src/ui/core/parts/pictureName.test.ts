import { expect, test } from 'vitest';
import { formatAlike } from '../../../language/format';
import { pictureName } from './pictureName';

test('a picture of a file of tensors goes by its part and place, any other by its name', () => {
  expect(['test.safetensors#0 557c75333b91156e', 'mine/train.safetensors#1199 557c75333b91156e', 'odd.safetensors#4', 'cat/a#1.png', 'mine.csv#4'].map(pictureName)).toEqual(['test picture 1', 'training picture 1,200', 'picture 5', 'cat/a#1.png', 'mine.csv, row 5']);
});

test('numbers of one column have as many decimals as its largest', () => {
  const values = [14.02, 3.108, 5.68, 1.661, NaN];
  expect(values.map(formatAlike(values))).toEqual(['14.0', '3.1', '5.7', '1.7', '–']);
  expect([3.108, 1.661].map(formatAlike([3.108, 1.661]))).toEqual(['3.108', '1.661']);
  expect([14, 2e-5].map(formatAlike([14, 2e-5]))).toEqual(['14.0', '2.0e-5']);
});
