import { describe, expect, test } from 'vitest';
import { completeTrain, fingerprint } from './config';
import type { RateSearch, RunSpec } from './protocol';
import { findRate, RateError, type RateProgress, type RateResult } from './findRate';
import { atRate, hasRate, heldOf, heldShare, ladderRate, ownRate, rateCost, rateKey, RATE_SEED, ratesTried, trialTrain } from './rates.meta';

const own = 1e-3;
const HELD = 256;

/** Losses of pictures whose mean is this one: one half has `noise` more, the other as much less, and which, is another matter for each of five neighbours of the ladder. */
function losses(mean: number, noise: number, lr: number, held: number): Float32Array {
  const turn = (Math.round(3 * Math.log10(lr / own)) + 30) % 5;
  return Float32Array.from({ length: held }, (_, i) => mean + ((i >> turn) & 1 ? noise : -noise));
}
const result = (mean: number, { noise = 0, lr = own, held = HELD } = {}): RateResult => (Number.isFinite(mean) ? { loss: mean, accuracy: 1 / (1 + mean), losses: losses(mean, noise, lr, held) } : { loss: NaN, accuracy: 0, losses: new Float32Array() });

/** Loss rises by one a decade from the best rate; from `breaks` on training diverges. */
const bowl = (best: number, breaks = Infinity) => (lr: number): number => (lr >= breaks ? NaN : 1 + Math.abs(Math.log10(lr / best)));
type Landscape = (lr: number, steps: number) => number;
const find = async (of: Landscape, { total = 400, held = HELD, noise = 0, from = own } = {}): Promise<RateSearch> => (await findRate({ own: from, total, held }, (lr, steps) => Promise.resolve(result(of(lr, steps), { noise, lr, held }))))!;
const rungs = ({ trials }: RateSearch) => [0, 1, 2].map((rung) => trials.filter((one) => one.rung === rung).map(({ lr }) => lr));

describe('from coarse to fine', () => {
  test('three rates five times apart for a quarter of the run, then the best of them and its neighbours to the half, then two to three quarters', async () => {
    const search = await find(bowl(2e-3));
    expect(rungs(search)).toEqual([[2.2e-4, 1e-3, 4.6e-3], [1e-3, 2.2e-3, 4.6e-3], [2.2e-3, 1e-3]]);
    expect(search.trials.map(({ steps }) => steps)).toEqual([100, 100, 100, 200, 200, 200, 300, 300]);
    expect(search).toMatchObject({ lr: 2.2e-3, seed: RATE_SEED, held: HELD });
    expect([search.edge, search.kept, search.stopped]).toEqual([undefined, undefined, undefined]);
  });

  test('coarse rates that cannot be told from the best go on as well', async () => {
    // At a quarter a difference of 0.05 with a noise of 0.7 on each of 256 pictures, a standard error of 0.06; at the half its neighbours are 0.15 worse.
    const late: Landscape = (lr, steps) => (steps > 100 ? 1 : 1 / 3) * 0.3 * Math.abs(Math.log10(lr / 4.6e-3) / 0.667) + 1;
    const search = await find((lr, steps) => (steps > 100 ? late(lr, steps) : late(lr, steps) - (lr === own ? 0.15 : 0)), { noise: 0.7 });
    expect(rungs(search)[1]?.slice(0, 2)).toContain(4.6e-3);
    expect(search.lr).toBe(4.6e-3);
  });

  test('what turns later is found where it lies beside', async () => {
    const turning: Landscape = (lr, steps) => (steps > 100 ? bowl(4.6e-3)(lr) : bowl(1e-3)(lr));
    expect((await find(turning)).lr).toBe(4.6e-3);
  });

  test('what is said of the cost is never less than what it takes, at every length', async () => {
    for (const total of [1, 2, 3, 7, 15, 60, 200, 801, 1e5]) {
      const { most } = rateCost(total);
      for (const [best, noise] of [[own, 0], [own, 1e3], [1, 0], [1e-6, 0]] as const) {
        const { trials } = await find(bowl(best), { total, noise });
        const reached = new Map(trials.map(({ lr, steps }) => [lr, steps]));
        expect(trials.length).toBeLessThanOrEqual(most.trials);
        expect([...reached.values()].reduce((sum, steps) => sum + steps, 0)).toBeLessThanOrEqual(most.steps);
        expect(Math.max(...reached.values())).toBeLessThanOrEqual(total);
      }
    }
    expect(rateCost(400)).toEqual({ trials: 8, steps: 3 * 100 + 100 + 2 * 200 + 2 * 100, most: { trials: 11, steps: 1100 } });
    // Of ten steps the rungs are 3, 5 and 8.
    expect(rateCost(10)).toEqual({ trials: 8, steps: 9 + 2 + 10 + 6, most: { trials: 13, steps: 27 } });
    // Of seven 2, 4 and 5.
    expect(rateCost(7).most).toEqual({ trials: 19, steps: 19 });
    // Of one step there is one rung.
    expect((await find(bowl(own), { total: 1 })).trials.map(({ steps }) => steps)).toEqual([1, 1, 1]);
  });

  test('the best at an end: the ladder goes on until it lies inside, and says where that was not enough', async () => {
    const above = await find(bowl(1e-2));
    expect(rungs(above)[0]).toEqual([2.2e-4, 1e-3, 4.6e-3, 2.2e-2]);
    expect([above.lr, above.edge]).toEqual([1e-2, undefined]);
    const below = await find(bowl(1.2e-4));
    expect([rungs(below)[1], below.lr, below.edge]).toEqual([[2.2e-4, 4.6e-4, 1e-4], 1e-4, true]);
    const far = await find(bowl(1e3));
    expect([rungs(far), far.edge]).toEqual([[[2.2e-4, 1e-3, 4.6e-3, 2.2e-2], [2.2e-2, 4.6e-2, 1e-1], [1e-1, 4.6e-2]], true]);
  });

  test('a rate beside a round one has the same ladder as that', () => {
    const ladder = (from: number) => [-3, -2, -1, 0, 1, 2, 3].map((place) => ladderRate(from, place));
    expect(ladder(1e-3)).toEqual([1e-4, 2.2e-4, 4.6e-4, 1e-3, 2.2e-3, 4.6e-3, 1e-2]);
    expect(ladder(4.6e-4)).toEqual([4.6e-5, 1e-4, 2.2e-4, 4.6e-4, 1e-3, 2.2e-3, 4.6e-3]);
    expect(ladder(6.5e-2)).toEqual([6.5e-3, 1.4e-2, 3e-2, 6.5e-2, 0.14, 0.3, 0.65]);
    // Beside no round one.
    expect(ladder(1.2e-3).slice(3, 5)).toEqual([1.2e-3, 2.6e-3]);
  });

  test('the ladder ends where training cannot be set any lower or higher', async () => {
    expect(Math.min(...(await find(bowl(1e-12), { from: 1e-8 })).trials.map(({ lr }) => lr))).toBe(1e-8);
    expect(await find(bowl(1e9), { from: 10 })).toMatchObject({ lr: 10, edge: true });
  });

  test('a rate that diverges loses, also later; where all do, the ladder goes on below, and says so in the end', async () => {
    expect((await find(bowl(1e-2, 4e-3))).lr).toBe(2.2e-3);
    const late = await find((lr, steps) => (steps > 100 && lr > 1e-3 ? Infinity : bowl(5e-3)(lr)));
    expect(late.lr).toBe(1e-3);
    // All that went on have diverged: the best of the coarse rates.
    expect((await find((lr, steps) => (steps > 100 ? NaN : bowl(1e-3)(lr)))).lr).toBe(1e-3);
    expect((await find(bowl(1e-2, 9e-5))).lr).toBe(4.6e-5);
    // At the last rung one of two has diverged, or both.
    expect((await find((lr, steps) => (steps > 200 && lr === own ? NaN : bowl(1.2e-3)(lr)))).lr).toBe(2.2e-3);
    expect((await find((lr, steps) => (steps > 200 ? NaN : bowl(own)(lr)))).lr).toBe(own);
    await expect(find(bowl(1e-2, 1e-6))).rejects.toThrow(RateError);
    await expect(find(bowl(1e-2, 1e-6))).rejects.toMatchObject({ name: 'RateError' });
    await expect(find(bowl(1e-2, 1e-6))).rejects.toThrow('Training diverged at every learning rate from 0.0000022 to 0.0046.');
  });

  test('each trial is told how far the search is, and what it adds to it', async () => {
    const progress: RateProgress[] = [];
    await findRate({ own, total: 400, held: HELD }, (lr, _, at) => {
      progress.push(at);
      return Promise.resolve(result(bowl(8e-3)(lr)));
    });
    expect(progress.map(({ done }) => done)).toEqual([0, 100, 200, 300, 400, 500, 700, 800, 900]);
    expect(progress.map(({ rung }) => rung)).toEqual([0, 0, 0, 0, 1, 1, 1, 2, 2]);
    expect(progress.map(({ steps }) => steps)).toEqual([100, 100, 100, 100, 100, 200, 100, 100, 100]);
    // One more at the half than as a rule.
    const longer: RateProgress[] = [];
    await findRate({ own, total: 400, held: HELD }, (lr, _, at) => (longer.push(at), Promise.resolve(result(lr === own ? 1 : lr === 2.2e-3 ? 1.02 : 2, { noise: 0.4, lr }))));
    for (const { done, steps, total } of [...progress, ...longer]) expect(done + steps).toBeLessThanOrEqual(total);
    expect(longer.map(({ total }) => total).slice(-3)).toEqual([1000, 1000, 1100]);
  });
});

describe('what the held-back pictures can tell', () => {
  test('rates that they cannot tell apart are settled by a curve through them: where it is least', async () => {
    // A bowl whose least lies at the method's own, and on it a bump that is within the noise. Of four at the half the curve is drawn.
    const bumpy: Landscape = (lr) => 1 + 0.09 * Math.log10(lr / own) ** 2 + (lr === own ? 0.012 : 0);
    expect(rungs(await find(bumpy, { noise: 0.4 }))[2]?.[0]).toBe(own);
    // What is told apart is taken as it is.
    expect(rungs(await find(bumpy, { noise: 0 }))[2]?.[0]).not.toBe(own);
  });

  test('at three quarters the larger of two is taken, unless nothing was learned at the next rate above it', async () => {
    // Seen with RandLoRA at r 1 on DeiT-Tiny: 2.2e-3 stood at chance, 1e-3 as good as 4.6e-4, and a run at 1e-3 with other batches ended at chance.
    const late = (above: number): Landscape => (lr, steps) => (lr === own ? (steps > 200 ? 0.56 : 0.9) : lr === 4.6e-4 ? (steps > 200 ? 0.53 : 0.92) : lr > own ? above : 1.5);
    const lr = async (above: number, chance?: number) => (await findRate({ own, total: 400, held: HELD, chance }, (lr, steps) => Promise.resolve(result(late(above)(lr, steps), { noise: 0.4, lr }))))!.lr;
    expect([await lr(2.31, Math.log(10)), await lr(2.29, Math.log(10)), await lr(2.31), await lr(NaN)]).toEqual([4.6e-4, own, own, 4.6e-4]);
  });

  test('without four of them, by what they are', async () => {
    const three: Landscape = (lr) => (lr === 2.2e-3 ? 1.02 : lr === own ? 1.03 : lr === 4.6e-4 ? 1.05 : 3);
    expect(rungs(await find(three, { noise: 0.4 }))[2]).toEqual([2.2e-3, own]);
  });

  test('of equal ones the nearest to the method’s own go on, and their neighbours, as far as steps are left', async () => {
    const search = await find(() => 1);
    expect(rungs(search)).toEqual([[2.2e-4, own, 4.6e-3], [own, 2.2e-4, 4.6e-3, 2.2e-3], [own, 2.2e-3]]);
    expect(rungs(await find(() => 1, { total: 4000 }))).toEqual(rungs(search));
  });

  test('of two that cannot be told apart at the end the larger is taken: its loss falls furthest as the schedule goes down', async () => {
    const close: Landscape = (lr) => (lr === own ? 1 : lr === 2.2e-3 ? 1.02 : 2);
    expect((await find(close, { noise: 0.4 })).lr).toBe(2.2e-3);
    expect((await find(close, { noise: 0.01 })).lr).toBe(own);
    // And its neighbour goes on to the half as well.
    expect([rungs(await find(close, { noise: 0.4 }))[1], rungs(await find(close, { noise: 0.01 }))[1]]).toEqual([[own, 2.2e-3, 4.6e-3, 4.6e-4], [own, 2.2e-3, 4.6e-4]]);
    const other: Landscape = (lr) => (lr === own ? 1 : lr === 4.6e-4 ? 1.02 : 2);
    expect((await find(other, { noise: 0.4 })).lr).toBe(own);
    // Somewhat worse: the method's own is still taken, another no more.
    const gap: number[] = [];
    for (let behind = 0; behind < 0.2; behind += 0.005) {
      const [mine, another] = await Promise.all([own, 2.2e-3].map(async (larger) => (await find((lr, steps) => (lr === larger ? (steps > 200 ? 0.5 + behind : 0.9) : lr * 2 < larger && lr * 3 > larger ? (steps > 200 ? 0.5 : 0.92) : 2), { noise: 0.4 })).lr === larger));
      if (mine && !another) gap.push(behind);
      else expect(another && !mine).toBe(false);
    }
    expect(gap.length).toBeGreaterThan(3);
  });

  test('where the method’s own is above the best of the half, it goes on to three quarters rather than the next larger one', async () => {
    // Of full fine-tuning on DeiT-Tiny 4.6e-5 was ahead at the half, and 2.2e-4 ended best.
    const at: Record<number, [half: number, later: number]> = { 2.2e-4: [1, 0.9], 4.6e-4: [1.01, 0.85], [own]: [1.02, 0.7] };
    const search = await find((lr, steps) => (steps > 200 ? at[lr]?.[1] : at[lr]?.[0]) ?? 2, { noise: 0.6 });
    expect([rungs(search)[2], search.lr]).toEqual([[2.2e-4, own], own]);
  });

  test('beside the best of the half the next larger one goes on to three quarters, and not a smaller one that is ahead of it', async () => {
    const at: Record<number, [half: number, later: number]> = { 4.6e-4: [1.02, 0.9], [own]: [1, 0.85], 2.2e-3: [1.05, 0.7] };
    const search = await find((lr, steps) => (steps > 200 ? at[lr]?.[1] : at[lr]?.[0]) ?? 2, { noise: 0.6 });
    expect([rungs(search)[2], search.lr]).toEqual([[own, 2.2e-3], 2.2e-3]);
    // One that can be told from it does not.
    const clear = await find((lr, steps) => (steps > 200 ? at[lr]?.[1] : at[lr]?.[0]) ?? 2, { noise: 0.01 });
    expect([rungs(clear)[2], clear.lr]).toEqual([[own, 4.6e-4], own]);
    // Where chance is known one that has left it does, however far behind: DoRA on DeiT-Tiny stood at 1.20 beside 0.83 at the half, and at 0.48 beside 0.68 later.
    const known = async (half: number) => rungs((await findRate({ own, total: 400, held: HELD, chance: Math.log(10) }, (lr, steps) => Promise.resolve(result((lr === 2.2e-3 ? (steps > 200 ? 0.48 : half) : lr === own ? (steps > 200 ? 0.68 : 0.83) : lr === 4.6e-4 ? 0.9 : 2.3), { noise: 0.01, lr }))))!)[2];
    expect([await known(1.2), await known(2.1)]).toEqual([[own, 2.2e-3], [own, 4.6e-4]]);
  });

  test('apart is more than two standard errors of the mean difference', async () => {
    // Of 8 pictures differences of 0 and ± 0.6: a standard error of 0.3 sqrt(2 / 7), twice that is 0.321.
    const behind = (by: number): Landscape => (lr) => (lr === 2.2e-3 ? 1 : lr === own ? 1 + by : 3);
    expect((await find(behind(0.31), { held: 8, noise: 0.3 })).kept).toBe(true);
    expect((await find(behind(0.33), { held: 8, noise: 0.3 })).kept).toBeUndefined();
  });

  test('few pictures that cannot tell the best rate from the method’s own leave the own, and say so', async () => {
    const better: Landscape = (lr) => (lr === 2.2e-3 ? 1 : lr === own ? 1.1 : 3);
    expect(await find(better, { held: 8, noise: 0.3 })).toMatchObject({ lr: own, kept: true });
    // Where it is clearly behind, or has diverged, or with more pictures, it gives way.
    expect((await find(better, { held: 8, noise: 0.01 })).kept).toBeUndefined();
    expect((await find((lr, steps) => (lr === own && steps > 100 ? NaN : better(lr, 1)), { held: 8, noise: 0.3 })).kept).toBeUndefined();
    expect(await find(better, { held: 32, noise: 0.6 })).toMatchObject({ lr: 2.2e-3 });
    expect(await find(better, { held: 30, noise: 0.6 })).toMatchObject({ lr: 2.2e-3 });
    expect((await find(better, { held: 24, noise: 0.6 })).kept).toBe(true);
    expect((await find(bowl(own), { held: 8, noise: 0.01 })).kept).toBeUndefined();
  });
});

describe('a search that is stopped', () => {
  const until = (most: number) => {
    let looks = 0;
    return findRate({ own, total: 400, held: HELD }, (lr) => Promise.resolve(++looks > most ? null : result(bowl(2e-3)(lr))));
  };

  test('has the best so far once the coarse rates were looked at, and says that it was stopped', async () => {
    // Of the coarse ones, while one alone has come further; then of those that have.
    for (const [most, lr] of [[3, own], [4, own], [5, 2.2e-3], [7, 2.2e-3], [6, 2.2e-3]] as const) {
      const search = await until(most);
      expect([search?.lr, search?.stopped, search?.trials.length]).toEqual([lr, true, most]);
    }
    expect((await until(8))?.stopped).toBeUndefined();
  });

  test('has what the rung before says where one alone has gone on to the last', async () => {
    // Ahead at the half, and no longer behind it.
    let looks = 0;
    const turning: Landscape = (lr, steps) => (steps > 200 ? 9 : bowl(2e-3)(lr));
    const search = await findRate({ own, total: 400, held: HELD }, (lr, steps) => Promise.resolve(++looks > 7 ? null : result(turning(lr, steps))));
    expect([search?.lr, search?.stopped, search?.trials.at(-1)?.rung]).toEqual([2.2e-3, true, 2]);
  });

  test('says the first of the coarse rates, though others cannot be told from it', async () => {
    let looks = 0;
    const search = await findRate({ own, total: 400, held: HELD }, (lr) => Promise.resolve(++looks > 3 ? null : result(bowl(1.2e-3)(lr), { noise: 9, lr })));
    expect([search?.lr, search?.stopped]).toEqual([own, true]);
  });

  test('what breaks it is its own', async () => {
    await expect(findRate({ own, total: 400, held: HELD }, () => Promise.reject(new Error('it broke')))).rejects.toThrow('it broke');
  });

  test('has none before that', async () => {
    expect(await until(2)).toBeNull();
  });
});

describe('settings', () => {
  const train = completeTrain({ steps: 100, warmup_steps: 20, seed: 4, eval_every: 5, checkpoint_every: 5, snapshots: 3 });
  const spec: RunSpec = { id: 'r', name: 'r', model: 'm', data: 'd', method: { method: 'lora', r: 4 }, train };

  test('a trial is the run itself at another rate, with its own seed and a share held back', () => {
    expect(trialTrain(train, { lr: 0.1, steps: 100, share: 0.2 })).toEqual({ ...train, lr: 0.1, val_fraction: 0.2, seed: RATE_SEED, eval_every: 0, checkpoint_every: 0, snapshots: 0 });
  });

  test('a fifth is held back, and what is looked at takes no more than the thirtieth of the run, but a hundred pictures where they are', () => {
    const of = (val_fraction: number, count: number, steps: number) => heldOf({ val_fraction, batch: 16, accumulate: 1 }, count, steps);
    expect([of(0, 100, 1e4), of(0.04, 100, 1e4), of(0.5, 100, 1e4), of(0, 50_000, 1e4), of(0.5, 50_000, 1e4)]).toEqual([20, 20, 50, 500, 500]);
    expect([of(0, 5000, 10), of(0, 5000, 100), of(0, 5000, 200)]).toEqual([100, 160, 320]);
    expect(heldOf({ val_fraction: 0, batch: 16, accumulate: 2 }, 5000, 100)).toBe(320);
  });

  test('large sets hold back a smaller share', () => {
    expect([0, 100, 5000, 50_000].map((count) => heldShare({ val_fraction: 0 }, count))).toEqual([0.2, 0.2, 0.1, 0.01]);
    expect(heldShare({ val_fraction: 0.3 }, 50_000)).toBe(0.3);
  });

  test('how many rates were tried', () => {
    const trial = { steps: 1, rung: 0, loss: 1, accuracy: 1 };
    expect(ratesTried({ trials: [{ lr: 1, ...trial }, { lr: 2, ...trial }, { lr: 1, ...trial }] })).toBe(2);
  });

  test('there is a rate to find but where the head alone learns, at one of its own', () => {
    expect([hasRate('lora', { head_lr: 0.1 }), hasRate('linear_probe', { head_lr: 0 }), hasRate('linear_probe', { head_lr: 0.1 })]).toEqual([true, true, false]);
    expect(ownRate('lora')).toBeGreaterThan(ownRate('full'));
  });

  test('what a rate depends on, and what not', () => {
    const key = rateKey(spec);
    for (const change of [{ checkpoint_every: 1 }, { snapshots: 0 }]) expect(rateKey({ ...spec, train: { ...train, ...change } })).toBe(key);
    expect(rateKey({ ...spec, edits: 'moved' as never })).not.toBe(key);
    expect(rateKey({ ...spec, text: { prompt: '{a}', answer: '{b}' } })).not.toBe(rateKey({ ...spec, text: { prompt: '{b}', answer: '{a}' } }));
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
