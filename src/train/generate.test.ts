import { beforeAll, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import type { Device } from '../engine/device';
import { textModel } from '../models/text';
import { mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyDecoder } from '../testing/tinyDecoders';
import { searchBeams } from './beams';
import { Generator } from './generate';
import type { BytesByRole, MethodConfig } from './protocol';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

const methods: MethodConfig[] = [{ method: 'lora', r: 2 }, { method: 'dora', r: 2 }, { method: 'randlora', r: 2 }, { method: 'pissa', r: 2 }, { method: 'full' }];

const total = (bytes: BytesByRole): number => Object.values(bytes).reduce((a, b) => a + b, 0);

test.each(['Llama', 'GPT-2'])('%s: what borrows a model says what it says by itself, of several rows too, and costs what is its own', async (name) => {
  const model = await tinyDecoder(name);
  const form = textModel(textModel(model.net).with({ tokens: 16 }));
  const base = await Generator.open(device, { adapted: new Adapted(form, FROZEN), source: model.source, values: {} });
  const prompt = [1, 5, 3];
  for (const method of methods) {
    const adapted = new Adapted(form, method);
    const random = randomNormal(7);
    const values = await adapted.initialise(0, (n) => model.source.readF32Checked(n));
    if (method.method === 'full') for (const weight of adapted.trace.weights.keys()) values[weight] = await model.source.readF32(weight);
    for (const [label, data] of Object.entries(values)) if (!/randlora_[AB]$/.test(label)) data.forEach((v, i) => (data[i] = v + 0.1 * random()));
    for (const rows of [1, 2]) {
      const [own, lent] = [await Generator.open(device, { adapted, source: model.source, values, rows }), await Generator.open(device, { adapted, source: model.source, values, rows }, { lender: base })];
      const results = await Promise.all([own, lent].map((one) => searchBeams(one, prompt, { max_new_tokens: 8, num_beams: rows, num_return_sequences: rows })));
      expect(results[1], `${method.method}, ${rows} rows`).toEqual(results[0]);
      expect(total(lent.bytes)).toBeLessThan(total(own.bytes));
      lent.destroy();
      own.destroy();
    }
  }
  base.destroy();
});
