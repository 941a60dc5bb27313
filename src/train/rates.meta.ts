import { methodFields, trainsOf } from '../adapters/fields';
import { defined } from '../numbers/defined';
import { trainDefaults, withRule } from './config';
import { LOOKS_A_STEP } from './pace.meta';
import type { RateSearch, RunSpec, TrainConfig } from './protocol';

/** Facts about the search for a learning rate that the page knows: its ladder, its cost, what a rate is found for. `findRate.ts` searches. */

/** Rates a decade, and places of the ladder between coarse ones. */
const PER_DECADE = 3;
export const STRIDE = 2;
/** Coarse rates that are tried at first, in places from the method's own, and how far the ladder may go on. */
export const COARSE = [-STRIDE, 0, STRIDE];
export const RATES = COARSE.length;
export const FURTHEST = 8;
/** Rates that training can be set to. */
const LEAST = 1e-8;
const MOST = 10;
/** Training lengths of coarse rates, of those around the best of them, and of the last two, in shares of the run. */
export const RUNGS = [1 / 4, 1 / 2, 3 / 4] as const;
/** Rates that the last rung takes. */
export const LAST = 2;
/** Steps of all trials at most, in runs. */
const BUDGET = 2.75;
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

/**
 * The rate so many places of the ladder from a method's own; two digits. An own rate that is a place beside a round one, as 0.00046 is
 * beside 0.0001, stands for that place before it was rounded, so that both have the same ladder.
 */
export function ladderRate(own: number, place: number): number {
  const beside = Array.from({ length: PER_DECADE }, (_, places) => ({ places, round: Number((own / stepsUp(places)).toPrecision(1)) }));
  const near = beside.find(({ places, round }) => twoDigits(round * stepsUp(places)) === own);
  return twoDigits(near ? near.round * stepsUp(near.places + place) : own * stepsUp(place));
}
const stepsUp = (places: number): number => 10 ** (places / PER_DECADE);
const twoDigits = (rate: number): number => Number(rate.toPrecision(2));

/** True if training can be set to a rate. */
export const canBe = (rate: number): boolean => rate >= LEAST && rate <= MOST;

/** Steps of the rungs for a run of `total` steps. */
export const rungsOf = (total: number): [number, number, number] => {
  const [first, second, third] = RUNGS.map((share) => Math.max(1, Math.round(share * total)));
  return [defined(first), defined(second), defined(third)];
};

export interface RateCost {
  /** Looks at rates; one rate may have several. */
  trials: number;
  steps: number;
}

/** Cost of a search for a run of `total` steps where one coarse rate is clearly the best, and at `most`. */
export function rateCost(total: number): RateCost & { most: RateCost } {
  const [first, second, third] = rungsOf(total);
  const steps = RATES * first + (second - first) + 2 * second + LAST * (third - second);
  const most = Math.max(steps, Math.floor(BUDGET * total));
  return { trials: RATES + 3 + LAST, steps, most: { trials: Math.floor(most / Math.max(1, Math.min(first, second - first, third - second))), steps: most } };
}

/** Number of the `count` training pictures that a search for a run of `steps` looks at. */
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

/** Settings that a found rate does not depend on: how a run is looked at and kept, what it is tested on, and its own seed. */
const aside = ['lr', 'seed', 'eval_every', 'checkpoint_every', 'snapshots', 'test_limit'];

/** Everything that must be equal for a rate to be found once: model, data, method and training settings, but for what it does not depend on. */
export function rateKey({ model, data, edits, method, train, text }: Pick<RunSpec, 'model' | 'data' | 'edits' | 'method' | 'train' | 'text'>): string {
  const all = { ...trainDefaults, ...withRule(train) };
  const skipped = all.train_limit > 0 ? aside : [...aside, 'limit_rule'];
  // Stryker disable next-line MethodExpression: all settings are there in the order of their defaults; searches that are kept have them sorted
  return JSON.stringify([model, data, edits ?? null, Object.entries(method).sort(), Object.entries(all).filter(([name]) => !skipped.includes(name)).sort(), ...(text ? [text] : [])]);
}

/** Number of different rates that a search has looked at. */
export const ratesTried = ({ trials }: Pick<RateSearch, 'trials'>): number => new Set(trials.map(({ lr }) => lr)).size;

/** A spec at the rate that was found for it. */
export const atRate = (spec: RunSpec, { lr }: RateSearch): RunSpec => ({ ...spec, rate: 'found', train: { ...spec.train, lr } });

/** True if there is a rate to find: where the head alone learns, and has a rate of its own, no other rate does anything. */
export const hasRate = (method: string, { head_lr }: Pick<TrainConfig, 'head_lr'>): boolean => trainsOf(method) !== 'head' || !head_lr;

/** A method's own learning rate, around which one is sought. */
export const ownRate = (method: string): number => defined(methodFields[method]).lr;
