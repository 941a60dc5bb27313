import { methodFields, trainsOf } from '../adapters/fields';
import { defined } from '../numbers/defined';
import { said, SaidError } from '../said/said';
import { trainDefaults, withRule } from './config';
import type { RateSearch, RateTrial, RunSpec, TrainConfig } from './protocol';

/**
 * How a learning rate is found: successive halving (arXiv 1502.07943) over a ladder of rates around the method's own. Every
 * rate trains for a few steps, the best of them for more, and the last two for longer still. What decides is measured on
 * training pictures that are held back; pictures of the test are never looked at.
 */

/** Rates a decade, and how many lie on either side of the method's own: from a tenth to ten times it. */
const PER_DECADE = 3;
const REACH = 3;
/** Rates that training can be set to. */
const LEAST = 1e-8;
const MOST = 10;
/** How many rates the rungs try at most, and how long, in steps of the first rung. */
const RUNGS = [
  { rates: 2 * REACH + 1, times: 1 },
  { rates: 3, times: 2 },
  { rates: 2, times: 4 },
];
/** Steps of the first rung: an eighth of the run's, within these. */
const SHORTEST = 10;
const LONGEST = 100;

/** Trials draw their pictures, order and initial values by this seed, and never by a run's. */
export const RATE_SEED = 1_000_003;
/** Share of the training pictures that is held back where the settings hold less back, and the most that are measured on. */
const HELD_SHARE = 0.2;
const HELD_MOST = 500;
/** Below this many held-back pictures a rate gives way to the method's own where they cannot tell the two apart. */
export const FEW_HELD = 30;

/** Rates `from` to `to` places of the ladder from a method's own, the least first; two digits each. */
function ladder(own: number, from = -REACH, to = REACH): number[] {
  const rates = Array.from({ length: to - from + 1 }, (_, i) => Number((own * 10 ** ((from + i) / PER_DECADE)).toPrecision(2)));
  return rates.filter((rate) => rate >= LEAST && rate <= MOST);
}

/** Rates and steps of each rung for a run of `total` steps. No rung is longer than the run, and each half as long again as the one before, or longer. */
function rungsOf(total: number): { rates: number; steps: number }[] {
  const first = Math.min(LONGEST, Math.max(SHORTEST, Math.round(total / 8)));
  const all = RUNGS.map(({ rates, times }) => ({ rates, steps: Math.min(total, first * times) }));
  return all.filter(({ steps }, i) => i === 0 || steps >= 1.5 * defined(all[i - 1]).steps);
}

/** What a search takes. */
export interface RateCost {
  trials: number;
  steps: number;
}

/** What a search takes for a run of `total` steps: as a rule, and `most` where the best rate lies at an end of the ladder. */
export function rateCost(total: number): RateCost & { most: RateCost } {
  const rungs = rungsOf(total);
  const trials = rungs.reduce((sum, { rates }) => sum + rates, 0);
  const steps = rungs.reduce((sum, rung) => sum + rung.rates * rung.steps, 0);
  return { trials, steps, most: { trials: trials + REACH, steps: steps + REACH * defined(rungs[0]).steps } };
}

/** How many of `count` training pictures a search holds back and measures on. */
export const heldOf = (train: Pick<TrainConfig, 'val_fraction'>, count: number): number => Math.min(HELD_MOST, Math.round(heldShare(train, count) * count));

/** Share of `count` training pictures that a search holds back: as set, or its own where that is more. */
export const heldShare = ({ val_fraction }: Pick<TrainConfig, 'val_fraction'>, count: number): number => Math.max(val_fraction, Math.min(HELD_SHARE, HELD_MOST / Math.max(1, count)));

/** Settings of a trial: a run of its own length, measured at its end on what is held back, of which nothing is kept. */
export function trialTrain(train: TrainConfig, trial: { lr: number; steps: number; total: number; share: number }): TrainConfig {
  const warmup_steps = train.warmup_steps < 0 ? train.warmup_steps : Math.round((train.warmup_steps * trial.steps) / trial.total);
  return { ...train, lr: trial.lr, steps: trial.steps, warmup_steps, val_fraction: trial.share, seed: RATE_SEED, early_stopping_patience: 0, eval_every: 0, checkpoint_every: 0, snapshots: 0 };
}

/** What a trial came to. A loss that is no number stands for one that diverged. */
export type RateResult = Pick<RateTrial, 'loss' | 'accuracy'>;

/** How far a search has come, in steps. */
export interface RateProgress {
  done: number;
  total: number;
  /** Of the trial that goes on. */
  rung: number;
}

/**
 * Finds the learning rate of a method for runs of `total` steps, starting from the method's `own`. `trial` trains at a rate
 * for so many steps and measures on the `held` pictures. Where the best of the first rung is an end of the ladder, the ladder
 * goes on for a decade, once. Where few pictures cannot tell the best from the method's own, the own is kept.
 * Says nothing by chance: equal results find the same rate. Throws RateError when every rate diverges.
 */
export async function findRate({ own, total, held }: { own: number; total: number; held: number }, trial: (lr: number, steps: number, progress: RateProgress) => Promise<RateResult>): Promise<RateSearch> {
  const rungs = rungsOf(total);
  const trials: RateTrial[] = [];
  let planned = rateCost(total).steps;
  const tryAll = async (rates: readonly number[], rung: number): Promise<RateTrial[]> => {
    const { steps } = defined(rungs[rung]);
    const found: RateTrial[] = [];
    for (const lr of rates) {
      const done = trials.reduce((sum, one) => sum + one.steps, 0);
      const { loss, accuracy } = await trial(lr, steps, { done, total: planned, rung });
      const one = { lr, steps, rung, loss, accuracy };
      found.push(one);
      trials.push(one);
    }
    return found;
  };

  const first = await tryAll(ladder(own), 0);
  const beyond = further(own, first, held);
  planned += beyond.length * defined(rungs[0]).steps;
  // The best first; who came further stands before who did not.
  let order = ranked([...first, ...(await tryAll(beyond, 0))], own, held);
  for (let rung = 1; rung < rungs.length; rung++) {
    const kept = order.slice(0, defined(rungs[rung]).rates);
    if (kept.length < 2) break;
    order = [...ranked(await tryAll(kept.map(({ lr }) => lr), rung), own, held), ...order.slice(kept.length)];
  }
  const tried = trials.map(({ lr }) => lr);
  const [least, most] = [Math.min(...tried), Math.max(...tried)];
  const best = order[0];
  if (!best) throw new RateError(least, most);
  if (held < FEW_HELD && best.lr !== own && !apart(trials, best.lr, own, held)) return { lr: own, trials, held, seed: RATE_SEED, kept: true };
  return { lr: best.lr, trials, held, seed: RATE_SEED, ...((best.lr === least || best.lr === most) && { edge: true }) };
}

/** The least accuracy that so many pictures cannot tell from p: a standard error below it, sqrt(p (1 - p) / held); p itself where p is no share, so that a ranking ends whatever it is given. */
const leastAlike = (p: number, held: number): number => p - Math.sqrt(Math.max(0, p * (1 - p)) / Math.max(1, held));

/** Whether the best rate did better than the method's own by more than a standard error, in the longest trials that both had, or the own one has diverged. */
function apart(trials: readonly RateTrial[], best: number, own: number, held: number): boolean {
  const of = (lr: number) => trials.filter((one) => one.lr === lr);
  const mine = of(own);
  if (mine.length === 0 || mine.some(({ loss }) => !Number.isFinite(loss))) return true;
  const last = mine.at(-1)!;
  return last.accuracy < leastAlike(of(best).find(({ rung }) => rung === last.rung)!.accuracy, held);
}

/** Rates beyond the end of the ladder at which the best of its rates lies; below it where all diverged. None where the best lies within. */
function further(own: number, trials: readonly RateTrial[], held: number): number[] {
  const best = ranked(trials, own, held)[0];
  if (!best || best.lr === defined(trials[0]).lr) return ladder(own, -2 * REACH, -REACH - 1);
  return best.lr === trials.at(-1)!.lr ? ladder(own, REACH + 1, 2 * REACH) : [];
}

/**
 * Trials that did not diverge, the best first: by accuracy, and by loss where accuracies lie within a standard error of the
 * best among them, sqrt(p (1 - p) / held), as so few pictures cannot tell them apart. Of equal ones the nearest to the method's own.
 */
function ranked(trials: readonly RateTrial[], own: number, held: number): RateTrial[] {
  const away = ({ lr }: RateTrial) => Math.abs(Math.log(lr / own));
  const byLoss = (a: RateTrial, b: RateTrial) => a.loss - b.loss || away(a) - away(b);
  const accuracy = (one: RateTrial) => one.accuracy || 0;
  const left = trials.filter(({ loss }) => Number.isFinite(loss)).sort((a, b) => accuracy(b) - accuracy(a) || byLoss(a, b));
  const order: RateTrial[] = [];
  while (left.length > 0) {
    const least = leastAlike(accuracy(defined(left[0])), held);
    const alike = left.filter((one) => accuracy(one) >= least).length;
    order.push(...left.splice(0, alike).sort(byLoss));
  }
  return order;
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
  return JSON.stringify([model, data, edits ?? null, Object.entries(method).sort(), Object.entries(all).filter(([name]) => !skipped.includes(name)).sort()]);
}

/** A spec at the rate that was found for it. */
export const atRate = (spec: RunSpec, { lr }: RateSearch): RunSpec => ({ ...spec, rate: 'found', train: { ...spec.train, lr } });

/** Whether there is a rate to find: where the head alone learns, and has a rate of its own, no other rate does anything. */
export const hasRate = (method: string, { head_lr }: Pick<TrainConfig, 'head_lr'>): boolean => trainsOf(method) !== 'head' || !head_lr;

/** A method's own learning rate, around which one is sought. */
export const ownRate = (method: string): number => defined(methodFields[method]).lr;
