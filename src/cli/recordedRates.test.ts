import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { methodFields } from '../adapters/fields';
import { modelTitle } from '../models/builtin';
import { defined } from '../numbers/defined';
import { readJson } from '../testing/readJson';
import type { RateRuns } from './rateStudy';

const root = resolve(import.meta.dirname, '../..');
const folder = 'benchmarks/rates/deit-tiny-hand-signs';
const command = 'npm run -s rates; npx vitest run src/cli/recordedRates.test.ts -u';

const short = (loss: number | null): number | null => (loss === null ? null : Number(loss.toPrecision(4)));

/** Seed 0 of a method: at each rate the loss of every step, and what held-back pictures and test pictures said at the end. */
const methodOf = ({ method, own, runs }: RateRuns) => ({
  method,
  own,
  runs: runs.filter(({ seed }) => seed === 0).sort((a, b) => a.lr - b.lr).map(({ lr, curve, looks, test }) => ({ lr, curve, held_loss: short(defined(looks.at(-1)).loss), test_loss: short(test.loss), accuracy: test.accuracy })),
});

test('the recorded rates of the lesson are those of the study of rates (vitest -u writes them anew)', async () => {
  const read = async <T>(path: string) => readJson<T>(await readFile(join(root, path), 'utf8'));
  const order = Object.keys(methodFields);
  const files = readdirSync(join(root, folder)).sort((a, b) => order.indexOf(a.replace('.json', '')) - order.indexOf(b.replace('.json', '')));
  const methods = await Promise.all(files.map((name) => read<RateRuns>(join(folder, name))));
  const { model, data, train, held, runs } = defined(methods[0]);
  const { title, classes } = await read<{ title: string; classes: string[] }>(`public/data/${data}/dataset.json`);
  const about = { version: 1, command, model_title: modelTitle(model), data_title: title, classes: classes.length, steps: train.steps, held, tested: defined(runs[0]).test.count, seed: 0 };
  await expect(`${JSON.stringify({ ...about, methods: methods.map(methodOf) })}\n`).toMatchFileSnapshot(join(root, 'src/ui/recorded/rates.json'));
});
