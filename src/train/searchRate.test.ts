import { describe, expect, test } from 'vitest';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyData, tinyModel } from '../testing/tiny';
import { completeTrain } from './config';
import { trainBatches } from './feeds';
import type { Evaluation, RateSearch, RateTrial, RunEvent, RunSpec } from './protocol';
import { trialTrain } from './rates.meta';
import { searchRate } from './searchRate';
import { Session } from './session';
import { trialSplits } from './split';

/** Steps that a search has trained. */
const trainedIn = ({ trials }: RateSearch): number => [...new Map(trials.map(({ lr, steps }) => [lr, steps])).values()].reduce((sum, steps) => sum + steps, 0);

describe('a search on a device', () => {
  const spec = (train: object): RunSpec => ({ id: 'r', name: 'r', model: 'tiny', data: 'tiny', method: { method: 'linear_probe' }, train: completeTrain({ steps: 15, batch: 4, ...train }) });

  test('looks at training pictures alone, says how far it is, and finds the same rate whatever the seed of the run', async () => {
    const device = await mustOpen(gpu());
    const model = await tinyModel();
    const data = tinyData(160);
    const untouched = { ...data, test: { ...data.test, image: () => { throw new Error('a test picture was read'); } } };
    const progress: number[] = [];
    const search = await searchRate({ spec: spec({}), model, data: untouched, device }, { progress: ({ done }) => void progress.push(done) });
    expect(search.held).toBe(32);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(trainedIn(search));
    // What is looked at twice has gone on from where it was: it is as a run that nobody looked at.
    const last = search.trials.at(-1)!;
    const { share, ...splits } = trialSplits(data, spec({}).train);
    const config = trialTrain(spec({}).train, { lr: last.lr, steps: 15, share });
    let whole: Evaluation | null = null;
    const hear = (event: RunEvent) => event.type === 'finished' && (whole = event.summary.final);
    await new Session({ spec: { ...spec({}), train: config }, model, device, batches: trainBatches(splits.train, model, config), splits, classes: data.classes, trial: { looks: [last.steps] } }, hear).run();
    expect(last.rung).toBe(2);
    expect(whole).toMatchObject({ step: last.steps, loss: last.loss, accuracy: last.accuracy });

    const short = { model, data: untouched, device };
    const again = await Promise.all([0, 5].map((seed) => searchRate({ spec: spec({ steps: 2, seed }), ...short })));
    expect(again[1]).toEqual(again[0]);
    expect(device.ledger).toEqual({});
  });

  test('one that was stopped has the best so far, and goes on with what it has looked at to the same end', async () => {
    const device = await mustOpen(gpu());
    const [model, data] = [await tinyModel(), tinyData(160)];
    const input = { spec: spec({}), model, data, device };
    const whole = await searchRate(input);
    const tried: RateTrial[] = [];
    let trials = 0;
    const stopped = await searchRate(input, { opened: (session) => void (++trials === 7 && session.stop()), tried: (trial) => void tried.push(trial) });
    expect(stopped).toMatchObject({ stopped: true, trials: whole.trials.slice(0, 6) });
    let opened = 0;
    expect(await searchRate({ ...input, tried }, { opened: () => void opened++ })).toEqual(whole);
    expect(opened).toBe(whole.trials.length - 6);
    expect(device.ledger).toEqual({});
  });

  test('a stop before every rate was looked at ends it, a failure is its own, and too few pictures are refused', async () => {
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
