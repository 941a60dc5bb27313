import { methodFields, trainsOf } from '../adapters/fields';
import { defined } from '../numbers/defined';
import { parabola } from '../numbers/parabola';
import { said, SaidError } from '../said/said';
import { trainDefaults, withRule } from './config';
import { LOOKS_A_STEP } from './pace.meta';
import type { RateSearch, RateTrial, RunSpec, TrainConfig } from './protocol';

/**
 * How a learning rate is found: by successive halving (arXiv 1502.07943), from coarse to fine, over a ladder of rates around the
 * method's own. Rates five times apart train for a quarter of the run, on the run's own schedule; those that cannot be told from the
 * best go on from there to the half, and so do the neighbours of the best of them; the two best go on to three quarters, where the order
 * of rates no longer turns. What decides is the loss on training pictures that are held back, picture by picture: rates that
 * they cannot tell apart are settled by a curve through them. Pictures of the test are never looked at.
 * `npm run -s rates -- --table` replays it on recorded runs; the table is in `docs/rates.md`.
 */

/** Rates a decade, and places of the ladder between coarse ones. */
const PER_DECADE = 3;
const STRIDE = 2;
/** Coarse rates that are tried at first, in places from the method's own, and how far the ladder may go on. */
const COARSE = [-STRIDE, 0, STRIDE];
export const RATES = COARSE.length;
const FURTHEST = 8;
/** Rates that training can be set to. */
const LEAST = 1e-8;
const MOST = 10;
/** How far coarse rates train, how far those around the best of them, and how far the two best, in shares of the run. */
const RUNGS = [1 / 4, 1 / 2, 3 / 4] as const;
type Rung = 0 | 1 | 2;
/** Rates that the last rung takes. */
const LAST = 2;
/** Steps of all trials at most, in runs. */
const BUDGET = 2.75;
/** Standard errors of a paired difference within which two rates cannot be told apart. */
const NOISE = 2;
/** Rates that a curve is drawn through at least. */
const CURVE = 4;

/** Trials draw their pictures, order and initial values by this seed, and never by a run's. */
export const RATE_SEED = 1_000_003;
/** Share of the training pictures that is held back where the settings hold less back. */
const HELD_SHARE = 0.2;
/** The most that are looked at; no more than take the thirtieth of a run, but so many where there are. */
const HELD_MOST = 500;
const HELD_ENOUGH = 100;
const LOOK = 1 / 30;
/** Below this many held-back pictures a rate gives way to the method's own where they cannot tell the two apart. */
export const FEW_HELD = 30;

/** The rate so many places of the ladder from a method's own; two digits. */
export const ladderRate = (own: number, place: number): number => Number((own * 10 ** (place / PER_DECADE)).toPrecision(2));

/** Whether training can be set to a rate. */
const canBe = (rate: number): boolean => rate >= LEAST && rate <= MOST;

/** Steps of the rungs for a run of `total` steps. */
const rungsOf = (total: number): [number, number, number] => {
  const [first, second, third] = RUNGS.map((share) => Math.max(1, Math.round(share * total)));
  return [defined(first), defined(second), defined(third)];
};

/** What a search takes. */
export interface RateCost {
  /** How often a rate is looked at. */
  trials: number;
  steps: number;
}

/** What a search takes for a run of `total` steps where one coarse rate is clearly the best, and at `most`. */
export function rateCost(total: number): RateCost & { most: RateCost } {
  const [first, second, third] = rungsOf(total);
  const steps = RATES * first + (second - first) + 2 * second + LAST * (third - second);
  const most = Math.max(steps, Math.floor(BUDGET * total));
  return { trials: RATES + 3 + LAST, steps, most: { trials: Math.floor(most / Math.max(1, Math.min(first, second - first, third - second))), steps: most } };
}

/** How many of `count` training pictures a search of a run of `steps` looks at. */
export function heldOf(train: Pick<TrainConfig, 'val_fraction' | 'batch' | 'accumulate'>, count: number, steps: number): number {
  const enough = Math.max(HELD_ENOUGH, Math.round(LOOK * LOOKS_A_STEP * steps * train.batch * train.accumulate));
  return Math.min(HELD_MOST, enough, Math.round(heldShare(train, count) * count));
}

/** Share of `count` training pictures that a search holds back: as set, or its own where that is more. */
export const heldShare = ({ val_fraction }: Pick<TrainConfig, 'val_fraction'>, count: number): number => Math.max(val_fraction, Math.min(HELD_SHARE, HELD_MOST / Math.max(1, count)));

/** Settings of a trial: the run's own, whole schedule, measured on what is held back, of which nothing is kept. */
export function trialTrain(train: TrainConfig, { lr, steps, share }: { lr: number; steps: number; share: number }): TrainConfig {
  return { ...train, lr, steps, val_fraction: share, seed: RATE_SEED, early_stopping_patience: 0, eval_every: 0, checkpoint_every: 0, snapshots: 0 };
}

/** What a trial came to. A loss that is no number stands for one that diverged. */
export interface RateResult extends Pick<RateTrial, 'loss' | 'accuracy'> {
  /** Loss of each held-back picture; of a diverged one nothing. */
  losses: Float32Array;
}

/** How far a search has come, in steps. */
export interface RateProgress {
  done: number;
  total: number;
  /** Of the trial that goes on. */
  rung: number;
  /** Steps that the trial that goes on adds to those that its rate has had. */
  steps: number;
}

/** A rate as it stands, so many places of the ladder from the method's own. */
type Standing = RateResult & Omit<RateTrial, 'losses'> & { place: number };

/**
 * Finds the learning rate of a method for runs of `total` steps, starting from the method's `own`. `look` goes on with the run at
 * a rate to a step and measures it on the `held` pictures; null where it was stopped, which ends the search with the best so far.
 * Where few pictures cannot tell the best from the method's own, the own is kept. Says nothing by chance: equal results find the
 * same rate; null when it was stopped before the coarse rates were looked at. Throws RateError when every rate diverges.
 */
export async function findRate({ own, total, held }: { own: number; total: number; held: number }, look: (lr: number, steps: number, progress: RateProgress) => Promise<RateResult | null>): Promise<RateSearch | null> {
  const rungs = rungsOf(total);
  const trials: RateTrial[] = [];
  const standing = [new Map<number, Standing>(), new Map<number, Standing>(), new Map<number, Standing>()] as const;
  /** Steps that each place has taken. */
  const reached = new Map<number, number>();
  const done = () => [...reached.values()].reduce((sum, steps) => sum + steps, 0);
  const cost = rateCost(total);
  let planned = cost.steps;

  /** Goes on with the rate of a place to the end of a rung. */
  const goTo = async (place: number, rung: Rung): Promise<void> => {
    const [lr, steps] = [ladderRate(own, place), rungs[rung]];
    const adds = steps - (reached.get(place) ?? 0);
    planned = Math.max(planned, done() + adds);
    const result = await look(lr, steps, { done: done(), total: planned, rung, steps: adds });
    if (!result) throw new Enough();
    reached.set(place, steps);
    const { loss, accuracy, losses } = result;
    standing[rung].set(place, { place, lr, steps, rung, loss, accuracy, losses });
    trials.push({ lr, steps, rung, loss, accuracy });
  };
  const order = (rung: Rung) => ranked([...standing[rung].values()]);
  /** Whether a place is still to be tried at a rung, and steps are left for it and for what must follow. */
  const isOpen = (place: number, rung: Rung, reserved: number): boolean => Math.abs(place) <= FURTHEST && canBe(ladderRate(own, place)) && !standing[rung].has(place) && done() + rungs[rung] - (reached.get(place) ?? 0) + reserved <= cost.most.steps;
  const places = COARSE.filter((place) => canBe(ladderRate(own, place)));
  const lastRung = LAST * (rungs[2] - rungs[1]);

  /** Coarse rates. So early small ones are ahead: where the best is the largest, the ladder goes on above, and below where all diverged. */
  const coarse = async (): Promise<void> => {
    for (const place of places) await goTo(place, 0);
    const around = rungs[1] - rungs[0] + 2 * rungs[1] + lastRung;
    for (;;) {
      const best = order(0)[0];
      const next = best ? best.place + STRIDE : Math.min(...standing[0].keys()) - STRIDE;
      if (!isOpen(next, 0, best ? around : 0)) return;
      await goTo(next, 0);
    }
  };

  /** Coarse rates that may be the best, and the neighbours of the best of them, until it lies inside. */
  const fine = async (): Promise<void> => {
    const [first, ...others] = order(0);
    if (!first) return;
    await goTo(first.place, 1);
    for (const one of others) if (isNear(one, first) && isOpen(one.place, 1, lastRung)) await goTo(one.place, 1);
    for (;;) {
      const [best, ...rest] = order(1);
      // Stryker disable next-line ArrayDeclaration: what is no standing has no place
      const near = best ? [best, ...rest.filter((one) => isNear(one, best))] : [];
      const beside = near.flatMap(({ place }) => [place + 1, place - 1]);
      // Where all have diverged, those that fell out.
      // Stryker disable next-line ArrayDeclaration: what is no place is not open
      const next = [...beside, ...(best ? [] : others.map(({ place }) => place))].find((place) => isOpen(place, 1, lastRung));
      if (next === undefined) return;
      await goTo(next, 1);
    }
  };

  let stopped = false;
  try {
    await coarse();
    if (rungs[1] > rungs[0]) await fine();
    if (rungs[2] > rungs[1]) for (const { place } of order(1).slice(0, LAST)) await goTo(place, 2);
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
    if (standing[0].size < places.length) return null;
    stopped = true;
  }
  // Where all have diverged the rung before tells more.
  const last = ([2, 1] as const).find((rung) => order(rung).length > 0) ?? 0;
  return search(own, [...standing[last].values()], { trials, held, stopped });
}

/** Thrown where a search is stopped. */
class Enough extends Error {}

/** The end of a search: the best of what stands. */
function search(own: number, standing: readonly Standing[], { trials, held, stopped }: { trials: RateTrial[]; held: number; stopped: boolean }): RateSearch {
  const order = ranked(standing);
  const best = preferred(order);
  const tried = trials.map(({ lr }) => lr);
  const [least, most] = [Math.min(...tried), Math.max(...tried)];
  if (!best) throw new RateError(least, most);
  const about = { trials, held, seed: RATE_SEED, ...(stopped && { stopped }) };
  const mine = standing.find(({ lr, loss }) => lr === own && Number.isFinite(loss));
  if (held < FEW_HELD && best.lr !== own && mine && isNear(mine, best)) return { lr: own, ...about, kept: true };
  return { lr: best.lr, ...about, ...((best.lr === least || best.lr === most) && { edge: true }) };
}

/** The best of the last rung: of those that cannot be told from the first the largest rate, whose loss falls furthest as the schedule goes down (`docs/rates.md`). At the other rungs the first. */
function preferred(order: readonly Standing[]): Standing | undefined {
  const [first, ...others] = order;
  const near = first?.rung === RUNGS.length - 1 ? others.filter((one) => isNear(one, first)) : [];
  return near.find(({ lr }) => lr > defined(first).lr) ?? first;
}

/** Whether two rates cannot be told apart: the mean of the differences, picture by picture, is within its noise. */
function isNear(one: Standing, best: Standing): boolean {
  const n = best.losses.length;
  const differences = Float64Array.from(best.losses, (loss, i) => defined(one.losses[i]) - loss);
  const mean = differences.reduce((sum, value) => sum + value, 0) / n;
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, n - 1);
  return mean <= NOISE * Math.sqrt(variance / n);
}

/**
 * Rates that did not diverge, the likeliest best first: those that cannot be told from the one of least loss by the curve through
 * them, the others behind them by their loss; of equal ones the nearest to the method's own.
 */
function ranked(standing: readonly Standing[]): Standing[] {
  const byLoss = standing.filter(({ loss }) => Number.isFinite(loss)).sort((a, b) => a.loss - b.loss || Math.abs(a.place) - Math.abs(b.place));
  const near = byLoss.filter((one) => isNear(one, defined(byLoss[0])));
  // Stryker disable next-line ConditionalExpression: a curve through fewer has them in the order in which they are
  if (near.length < CURVE) return byLoss;
  const curve = parabola(near.map(({ place, loss }) => [place, loss]));
  return [...near.sort((a, b) => curve(a.place) - curve(b.place)), ...byLoss.filter((one) => !near.includes(one))];
}

/** No rate of the ladder trains. */
export class RateError extends SaidError {
  override name = 'RateError';
  constructor(least: number, most: number) {
    super(said`Training diverged at every learning rate from ${least} to ${most}. Give one that is lower still.`);
  }
}

/** Settings that a found rate does not depend on: how a run is looked at and kept, what it is tested on, and its own seed. */
const aside = ['lr', 'seed', 'eval_every', 'checkpoint_every', 'snapshots', 'test_limit'];

/** What must be equal for a rate to be found once: model, data, method and training settings, but for what it does not depend on. */
export function rateKey({ model, data, edits, method, train }: Pick<RunSpec, 'model' | 'data' | 'edits' | 'method' | 'train'>): string {
  const all = { ...trainDefaults, ...withRule(train) };
  const skipped = all.train_limit > 0 ? aside : [...aside, 'limit_rule'];
  // Stryker disable next-line MethodExpression: all settings are there in the order of their defaults; searches that are kept have them sorted
  return JSON.stringify([model, data, edits ?? null, Object.entries(method).sort(), Object.entries(all).filter(([name]) => !skipped.includes(name)).sort()]);
}

/** How many rates a search has looked at. */
export const ratesTried = ({ trials }: Pick<RateSearch, 'trials'>): number => new Set(trials.map(({ lr }) => lr)).size;

/** A spec at the rate that was found for it. */
export const atRate = (spec: RunSpec, { lr }: RateSearch): RunSpec => ({ ...spec, rate: 'found', train: { ...spec.train, lr } });

/** Whether there is a rate to find: where the head alone learns, and has a rate of its own, no other rate does anything. */
export const hasRate = (method: string, { head_lr }: Pick<TrainConfig, 'head_lr'>): boolean => trainsOf(method) !== 'head' || !head_lr;

/** A method's own learning rate, around which one is sought. */
export const ownRate = (method: string): number => defined(methodFields[method]).lr;
