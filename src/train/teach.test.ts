import { expect, test } from 'vitest';
import { DataError } from '../data/source';
import { nameOf } from '../data/split';
import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyData } from '../testing/tiny';
import { openFamily } from '../testing/tinyFamilies';
import { headFeatures } from './headFeatures';
import { directions, doubtOf, labelOrder } from './labelOrder';
import { openBase } from './openBase';
import { completeTrain } from './config';
import { teach } from './teach';

const { train, test: split } = tinyData(12, 7);
const pool = { count: split.count + 1, name: (i: number) => (i === 2 ? 'broken.png' : `pool ${i}`), image: (i: number) => (i === 2 ? Promise.reject(new DataError('broken.png cannot be decoded.')) : split.image(i > 2 ? i - 1 : i)) };

test.each(['ViT', 'CLIP, by text'])('%s: pictures are put in order by what the head reads of them, in one pass, and one that cannot be read is named', async (family) => {
  const device = await mustOpen(gpu());
  const model = await openFamily(family);
  const classes = ['cat', 'dog', 'owl'];
  const { loaded } = await openBase(device, model, { ...tinyData(12, 7), classes }, { id: 'a', name: 'a', model: 'm', data: 'd', method: FROZEN, train: completeTrain({}) });
  const opened = { model, adapted: loaded.adapted, values: loaded.values };
  const told: number[] = [];
  const { next, unreadable } = await teach(device, opened, pool, train, { trained: true, most: 4, progress: (done, total) => told.push(done / total) });
  expect(unreadable).toEqual([{ name: 'broken.png', reason: 'broken.png cannot be decoded.' }]);
  expect(told.at(-1)).toBe(1);

  const labelled = await headFeatures(device, opened, { count: train.count, name: (i) => nameOf(train, i), image: (i) => train.image(i) });
  const seen = await headFeatures(device, opened, pool);
  expect(seen.at).toEqual(Array.from({ length: pool.count }, (_, i) => i).filter((i) => i !== 2));
  // One by one they are the same: a batch mixes nothing.
  const alone = await headFeatures(device, opened, { count: 1, name: String, image: () => pool.image(3) });
  const { width } = seen.rows;
  alone.rows.values.forEach((v, c) => expect(v).toBeCloseTo(defined(seen.rows.values[2 * width + c]), 4));
  const [left, beside] = directions([seen.rows, labelled.rows]);
  const order = labelOrder(defined(left), defined(beside), 4, seen.probabilities.map(doubtOf));
  expect(next.map(({ name }) => name)).toEqual(order.map((i) => pool.name(defined(seen.at[i]))));
  for (const { top } of next) expect(top[0]!.probability).toBeGreaterThanOrEqual(top[1]!.probability);

  const before = await teach(device, opened, pool, train, { trained: false, most: 4 });
  expect(before.next.map(({ top }) => top)).toEqual([[], [], [], []]);
  expect(before.next.map(({ name }) => name)).toEqual(labelOrder(defined(left), defined(beside), 4).map((i) => pool.name(defined(seen.at[i]))));
  expect(device.ledger).toEqual({});
});

test('the features are what the head multiplies', async () => {
  const device = await mustOpen(gpu());
  const model = await openFamily('ViT');
  const adapted = new Adapted(model.net.with({ labels: ['a', 'b'] }), FROZEN);
  const values = adapted.newHead(3);
  const { rows, probabilities } = await headFeatures(device, { model, adapted, values }, pool);
  const head = Object.entries(values).find(([name]) => name.endsWith('.weight'))![1];
  const score = (i: number, k: number) => rows.values.subarray(i * rows.width, (i + 1) * rows.width).reduce((sum, v, c) => sum + v * defined(head[k * rows.width + c]), 0);
  for (let i = 0; i < rows.count; i++) expect(defined(probabilities[i])[0]!).toBeCloseTo(1 / (1 + Math.exp(score(i, 1) - score(i, 0))), 4);
});
