import { describe, expect, test } from 'vitest';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { tinyData, tinyModel } from '../testing/tiny';
import { completeTrain } from './config';
import type { RunSpec } from './protocol';
import { searchRate } from './searchRate';
import { trialSplits } from './split';

describe('a search on a device', () => {
  const spec = (train: object): RunSpec => ({ id: 'r', name: 'r', model: 'tiny', data: 'tiny', method: { method: 'linear_probe' }, train: completeTrain({ steps: 15, batch: 4, ...train }) });

  test('looks at training pictures alone, says how far it is, and finds the same rate whatever the seed of the run', async () => {
    const device = await mustOpen(gpu());
    const model = await tinyModel();
    const data = tinyData(160);
    const untouched = { ...data, test: { ...data.test, image: () => { throw new Error('a test picture was read'); } } };
    const said: number[] = [];
    const search = await searchRate({ spec: spec({}), model, data: untouched, device }, { progress: ({ done }) => void said.push(done) });
    expect(search.held).toBe(32);
    expect(said).toEqual([...said].sort((a, b) => a - b));
    expect(said.at(-1)).toBe(search.trials.reduce((sum, { steps }) => sum + steps, 0));
    // The best is never one that others beat in both.
    const last = search.trials.filter(({ rung }) => rung === Math.max(...search.trials.map((one) => one.rung)));
    const best = last.find(({ lr }) => lr === search.lr)!;
    expect(last.filter(({ loss, accuracy }) => loss < best.loss && accuracy > best.accuracy)).toEqual([]);

    const short = { model, data: untouched, device };
    const again = await Promise.all([0, 5].map((seed) => searchRate({ spec: spec({ steps: 2, seed }), ...short })));
    expect(again[1]).toEqual(again[0]);
    expect(device.ledger).toEqual({});
  });

  test('a stop ends it, a failure is its own, and too few pictures are refused', async () => {
    const device = await mustOpen(gpu());
    const model = await tinyModel();
    let trials = 0;
    const stopped = searchRate({ spec: spec({}), model, data: tinyData(), device }, { opened: (session) => ++trials === 3 && session.stop() });
    await expect(stopped).rejects.toThrow(/Cancelled before the first step|Stopped/);
    expect(trials).toBe(3);
    const failing = { ...tinyData() };
    failing.train = { ...failing.train, image: () => { throw new Error('no such picture'); } };
    await expect(searchRate({ spec: spec({}), model, data: failing, device })).rejects.toThrow(/no such picture/);
    expect(() => trialSplits(tinyData(2), completeTrain({}))).toThrow(/too few training examples to hold some back|training needs at least/);
    // A set's own validation pictures are taken as they are.
    const own = { ...tinyData(), val: tinyData(9).train };
    expect(trialSplits(own, completeTrain({}))).toMatchObject({ followIs: 'val', follow: { count: 9 }, train: { count: 24 } });
  });
});
