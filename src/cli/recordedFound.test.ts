import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { methodFields } from '../adapters/fields';
import type { Recording } from '../records/recording.meta';
import { readJson } from '../testing/readJson';

const root = resolve(import.meta.dirname, '../..');
const folder = 'src/ui/recorded';

/** Rates of one model and data set, with the setting of each method that they were found for; 0 for a method without one. */
type Rates = Record<string, [setting: number, lr: number][]>;

test('the rates that the main button begins with are those that recorded runs found (vitest -u writes them anew)', async () => {
  const pairs = new Map<string, { model: string; data: string; batch: number; rates: Rates }>();
  for (const name of ['sizes', 'toy']) {
    const { runs } = readJson<Recording>(await readFile(join(root, folder, `${name}.json`), 'utf8'));
    for (const { spec: { model, data, method, train, rate } } of runs) {
      if (rate !== 'found') continue;
      const pair = pairs.get(`${model} ${data}`) ?? { model, data, batch: train.batch * train.accumulate, rates: {} };
      pairs.set(`${model} ${data}`, pair);
      const setting = Number(method[methodFields[method.method]?.budget ?? ''] ?? 0);
      const of = (pair.rates[method.method] ??= []);
      if (!of.some(([known]) => known === setting)) of.push([setting, train.lr]);
      of.sort(([a], [b]) => a - b);
      // One study trains all of its seeds at one rate.
      expect(of).toContainEqual([setting, train.lr]);
      expect(train.batch * train.accumulate).toBe(pair.batch);
    }
  }
  await expect(`${JSON.stringify([...pairs.values()])}\n`).toMatchFileSnapshot(join(root, folder, 'found.json'));
});
