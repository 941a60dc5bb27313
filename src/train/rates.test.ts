import { describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { completeTrain, fingerprint } from './config';
import type { RunSpec } from './protocol';
import { atRate, findRate, hasRate, heldOf, heldShare, ownRate, rateCost, RateError, rateKey, RATE_SEED, trialTrain, type RateProgress, type RateResult } from './rates.meta';

const own = 1e-3;
/** Accuracy falls by a tenth a decade from the best rate; from `breaks` on training diverges. */
const landscape = (best: number, breaks = Infinity) => async (lr: number): Promise<RateResult> => {
  const away = Math.abs(Math.log10(lr / best));
  return lr >= breaks ? { loss: NaN, accuracy: 0 } : { loss: 1 + away, accuracy: 0.8 - 0.1 * away };
};
const find = (trial: (lr: number, steps: number) => Promise<RateResult>, total = 400, held = 1e6) => findRate({ own, total, held }, trial);
const rungs = (search: { trials: { rung: number; lr: number }[] }) => [0, 1, 2].map((rung) => search.trials.filter((one) => one.rung === rung).map(({ lr }) => lr));

describe('successive halving', () => {
  test('the best in the middle: seven rates, then the three best for twice as long, then two for four times', async () => {
    const search = await find(landscape(2e-3));
    expect(rungs(search)).toEqual([[1e-4, 2.2e-4, 4.6e-4, 1e-3, 2.2e-3, 4.6e-3, 1e-2], [2.2e-3, 1e-3, 4.6e-3], [2.2e-3, 1e-3]]);
    expect(search.trials.map(({ steps }) => steps)).toEqual([50, 50, 50, 50, 50, 50, 50, 100, 100, 100, 200, 200]);
    expect(search).toMatchObject({ lr: 2.2e-3, seed: RATE_SEED });
    expect(search.edge).toBeUndefined();
    expect(rateCost(400)).toEqual({ trials: 12, steps: 1050, most: { trials: 15, steps: 1200 } });
  });

  test('what is said of the cost is what it takes, at every length, and longer runs are not searched for longer', async () => {
    for (const total of [1, 7, 15, 60, 200, 801, 1e5]) {
      const [inside, beyond] = [await find(landscape(own), total), await find(landscape(1), total)];
      const of = ({ trials }: typeof inside) => ({ trials: trials.length, steps: trials.reduce((sum, { steps }) => sum + steps, 0) });
      const { most, ...usual } = rateCost(total);
      expect([of(inside), of(beyond)]).toEqual([usual, most]);
      expect(Math.max(...beyond.trials.map(({ steps }) => steps))).toBeLessThanOrEqual(total);
    }
    expect(rateCost(1e5).steps).toBe(2100);
  });

  test('the best at an end: the ladder goes on for a decade, once, and says where that was not enough', async () => {
    const above = await find(landscape(3e-2));
    expect(defined(rungs(above)[0]).slice(7)).toEqual([2.2e-2, 4.6e-2, 1e-1]);
    expect(above).toMatchObject({ lr: 2.2e-2 });
    expect(above.edge).toBeUndefined();
    expect(defined(rungs(await find(landscape(2e-5)))[0]).slice(7)).toEqual([1e-5, 2.2e-5, 4.6e-5]);
    expect(await find(landscape(1e-9))).toMatchObject({ lr: 1e-5, edge: true });
    expect(await find(landscape(1e3))).toMatchObject({ lr: 0.1, edge: true });
  });

  test('a rate that diverges loses, also later; where all do, the ladder goes on below, and says so in the end', async () => {
    expect(await find(landscape(1e-2, 4e-3))).toMatchObject({ lr: 2.2e-3 });
    // The best of the first rung breaks in the second one.
    const late = await find(async (lr, steps) => (steps > 50 && lr > 1e-3 ? { loss: Infinity, accuracy: 0.9 } : landscape(5e-3)(lr)));
    expect(late.lr).toBe(1e-3);
    expect(await find(landscape(1e-2, 9e-5))).toMatchObject({ lr: 4.6e-5 });
    await expect(find(landscape(1e-2, 1e-6))).rejects.toThrow(RateError);
    await expect(find(landscape(1e-2, 1e-6))).rejects.toThrow('Training diverged at every learning rate from 0.00001 to 0.01.');
  });

  test('accuracies that so few pictures cannot tell apart are settled by loss', async () => {
    // Half of 100 pictures: a standard error of 5 points.
    const trial = async (lr: number): Promise<RateResult> => ({ accuracy: lr === 4.6e-3 ? 0.54 : lr === 1e-3 ? 0.5 : 0.4, loss: lr === 1e-3 ? 1 : 2 });
    expect((await find(trial, 400, 100)).lr).toBe(1e-3);
    expect((await find(trial, 400, 10_000)).lr).toBe(4.6e-3);
    // Of equal ones the method's own.
    expect((await find(async () => ({ accuracy: 0.5, loss: 1 }))).lr).toBe(own);
  });

  test('few pictures that cannot tell the best rate from the method’s own leave the own, and say so', async () => {
    // Of 8 pictures a quarter right: a standard error of sqrt(0.25 x 0.75 / 8) = 15 points.
    const trial = (mine: number) => async (lr: number): Promise<RateResult> => ({ accuracy: lr === own ? mine : 0.25, loss: 1 / lr });
    expect(await find(trial(0.125), 400, 8)).toMatchObject({ lr: own, kept: true });
    expect((await find(trial(0.125), 400, 8)).edge).toBeUndefined();
    // Where it is clearly behind, or has diverged, it gives way; and with more pictures loss decides.
    expect((await find(trial(0), 400, 8)).kept).toBeUndefined();
    expect((await find(async (lr) => (lr === own ? { accuracy: 0, loss: NaN } : { accuracy: 0.25, loss: 1 / lr }), 400, 8)).lr).not.toBe(own);
    expect((await find(trial(0.25), 400, 100)).lr).not.toBe(own);
  });
});

describe('the ladder and its rungs', () => {
  const ladderOf = async (own: number, best: number) => rungs(await findRate({ own, total: 400, held: 1e6 }, landscape(best)))[0];

  test('end where training cannot be set any lower or higher', async () => {
    expect(await ladderOf(1e-8, 1e-12)).toEqual([1e-8, 2.2e-8, 4.6e-8, 1e-7]);
    expect(await ladderOf(10, 1e9)).toEqual([1, 2.2, 4.6, 10]);
  });

  test('no rung is shorter than one and a half of the one before', () => {
    // Ten steps at least; then twice and four times as long, but no longer than the run.
    const cost = (total: number) => [rateCost(total).trials, rateCost(total).steps];
    expect([14, 15, 25, 30, 80].map(cost)).toEqual([[7, 70], [10, 7 * 10 + 3 * 15], [10, 7 * 10 + 3 * 20], [12, 7 * 10 + 3 * 20 + 2 * 30], [12, 7 * 10 + 3 * 20 + 2 * 40]]);
  });

  test('each trial is told how far the search is, which takes longer once the ladder goes on', async () => {
    const progress: RateProgress[] = [];
    await findRate({ own, total: 400, held: 1e6 }, async (lr, _, at) => {
      progress.push(at);
      return landscape(1)(lr);
    });
    const { steps, most } = rateCost(400);
    expect(progress.map(({ done }) => done)).toEqual([0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800, 1000]);
    expect(progress.map(({ total }) => total)).toEqual([...new Array<number>(7).fill(steps), ...new Array<number>(8).fill(most.steps)]);
    expect(progress.map(({ rung }) => rung)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2]);
  });

  test('where one rate alone trains, it is not tried again', async () => {
    const search = await find(async (lr) => (lr === own ? { loss: 1, accuracy: 0.5 } : { loss: NaN, accuracy: 0 }));
    expect([search.lr, search.trials.length]).toEqual([own, 7]);
    await expect(find(async () => ({ loss: NaN, accuracy: 0 }))).rejects.toMatchObject({ name: 'RateError' });
  });
});

describe('what so many pictures can tell', () => {
  /** Accuracies and losses by rate, of others 0.1 and a loss of 9. */
  const table = (of: Record<number, [accuracy: number, loss: number]>) => async (lr: number): Promise<RateResult> => ({ accuracy: of[lr]?.[0] ?? 0.1, loss: of[lr]?.[1] ?? 9 });

  test('is a standard error of the better accuracy', async () => {
    // sqrt(0.54 x 0.46 / 100) = 0.0498
    expect((await find(table({ [4.6e-3]: [0.54, 2], [1e-3]: [0.48, 1] }), 400, 100)).lr).toBe(4.6e-3);
    expect((await find(table({ [4.6e-3]: [0.54, 2], [1e-3]: [0.4903, 1] }), 400, 100)).lr).toBe(1e-3);
  });

  test('keeps the method’s own rate below thirty pictures, up to the standard error itself', async () => {
    const all = (mine: number) => async (lr: number): Promise<RateResult> => ({ accuracy: lr === own ? mine : 0.5, loss: 1 / lr });
    // 0.5 - sqrt(0.25 / 25) is 0.4.
    expect(await find(all(0.4), 400, 25)).toMatchObject({ lr: own, kept: true });
    expect((await find(all(0.399), 400, 25)).kept).toBeUndefined();
    expect([(await find(all(0.49), 400, 29)).kept, (await find(all(0.49), 400, 30)).kept]).toEqual([true, undefined]);
    // Nothing is kept where the own is the best, or was not among them: rates have two digits.
    expect(await find(landscape(own), 400, 8)).toEqual(expect.not.objectContaining({ kept: true }));
    expect((await findRate({ own: 1.234e-3, total: 400, held: 8 }, all(0.5))).kept).toBeUndefined();
  });

  test('compares the longest trials that both had', async () => {
    const trial = async (lr: number, steps: number): Promise<RateResult> => {
      if (lr === own) return { accuracy: steps > 50 ? 0.45 : 0.5, loss: 2 };
      return lr === 2.2e-3 ? { accuracy: steps > 50 ? 0.9 : 0.5, loss: 1 } : { accuracy: 0.1, loss: 9 };
    };
    const found = await find(trial, 400, 25);
    expect([found.lr, found.kept]).toEqual([2.2e-3, undefined]);
  });

  test('is nothing where the method’s own rate diverged, in the end too', async () => {
    const once = await find(async (lr) => ({ accuracy: 0.25, loss: lr === own ? NaN : 1 / lr }), 400, 8);
    expect([once.lr === own, once.kept]).toEqual([false, undefined]);
    const late = await find(async (lr, steps) => ({ accuracy: 0.25, loss: lr === own && steps > 50 ? NaN : 1 + Math.abs(Math.log(lr / own)) }), 400, 8);
    expect([late.lr === own, late.kept]).toEqual([false, undefined]);
  });
});

describe('settings', () => {
  const train = completeTrain({ steps: 100, warmup_steps: 20, seed: 4, eval_every: 5, checkpoint_every: 5, snapshots: 3 });
  const spec: RunSpec = { id: 'r', name: 'r', model: 'm', data: 'd', method: { method: 'lora', r: 4 }, train };

  test('a trial is a run of its own length, with the warm-up in proportion, its own seed and a share held back', () => {
    expect(trialTrain(train, { lr: 0.1, steps: 25, total: 100, share: 0.2 })).toEqual({ ...train, lr: 0.1, steps: 25, warmup_steps: 5, val_fraction: 0.2, seed: RATE_SEED, eval_every: 0, checkpoint_every: 0, snapshots: 0 });
    expect([heldOf({ val_fraction: 0 }, 100), heldOf({ val_fraction: 0.04 }, 100), heldOf({ val_fraction: 0.5 }, 100), heldOf({ val_fraction: 0 }, 50_000), heldOf({ val_fraction: 0.5 }, 50_000)]).toEqual([20, 20, 50, 500, 500]);
  });

  test('a warm-up that is a share of the run stays one; large sets hold back a smaller share', () => {
    expect(trialTrain({ ...train, warmup_steps: -1 }, { lr: 0.1, steps: 25, total: 100, share: 0.2 }).warmup_steps).toBe(-1);
    expect([0, 100, 5000, 50_000].map((count) => heldShare({ val_fraction: 0 }, count))).toEqual([0.2, 0.2, 0.1, 0.01]);
    expect(heldShare({ val_fraction: 0.3 }, 50_000)).toBe(0.3);
  });

  test('there is a rate to find but where the head alone learns, at one of its own', () => {
    expect([hasRate('lora', { head_lr: 0.1 }), hasRate('linear_probe', { head_lr: 0 }), hasRate('linear_probe', { head_lr: 0.1 })]).toEqual([true, true, false]);
    expect(ownRate('lora')).toBeGreaterThan(ownRate('full'));
  });

  test('what a rate depends on, and what not', () => {
    const key = rateKey(spec);
    for (const change of [{ checkpoint_every: 1 }, { snapshots: 0 }]) expect(rateKey({ ...spec, train: { ...train, ...change } })).toBe(key);
    expect(rateKey({ ...spec, edits: 'moved' as never })).not.toBe(key);
    // Which examples are left out counts where any are.
    const [first, even] = (['first', 'stratified'] as const).map((limit_rule) => rateKey({ ...spec, train: { ...train, train_limit: 50, limit_rule } }));
    expect(first).not.toBe(even);
  });

  test('a rate counts for the same model, data, method and training settings, whatever the seed and how a run is looked at', () => {
    const key = rateKey(spec);
    for (const change of [{ seed: 9 }, { lr: 1 }, { eval_every: 0 }, { test_limit: 9 }, { limit_rule: 'first' as const }]) expect(rateKey({ ...spec, train: { ...train, ...change } })).toBe(key);
    for (const change of [{ steps: 101 }, { batch: 8 }, { head_lr: 1e-3 }, { shots: 4 }, { train_limit: 50 }, { flip: true }]) expect(rateKey({ ...spec, train: { ...train, ...change } })).not.toBe(key);
    expect(rateKey({ ...spec, method: { r: 4, method: 'lora' } })).toBe(key);
    expect(rateKey({ ...spec, method: { method: 'lora', r: 8 } })).not.toBe(key);
    expect(rateKey({ ...spec, data: 'e' })).not.toBe(key);
    // A run is as it was but for its rate: no checkpoint is another one's.
    const found = atRate({ ...spec, rate: 'find' }, { lr: 0.02, trials: [], held: 1, seed: 1 });
    expect(found).toEqual({ ...spec, rate: 'found', train: { ...train, lr: 0.02 } });
    expect(fingerprint({ ...spec, rate: 'find' })).toBe(fingerprint(spec));
  });
});
