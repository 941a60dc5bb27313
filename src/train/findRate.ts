import { FullrankError } from '../errors/errors';
import { defined } from '../numbers/defined';
import { parabola } from '../numbers/parabola';
import type { RateSearch, RateTrial } from './protocol';
import { canBe, COARSE, FEW_HELD, FURTHEST, LAST, ladderRate, rateCost, RATE_SEED, RUNGS, rungsOf, STRIDE } from './rates.meta';

/**
 * Finds a learning rate by successive halving (arXiv 1502.07943), from coarse to fine, over a ladder of rates around the
 * method's own. Rates five times apart train for a quarter of the run, on the run's own schedule; those that cannot be told from the
 * best go on from there to the half, and so do the neighbours of the best of them; the best and a larger one that has left chance, the method's own or else
 * the next, go on to three quarters, where the order of rates hardly turns any more. What decides is the loss on training pictures that are held back, picture by picture: rates that
 * they cannot tell apart are settled by a curve through them. Pictures of the test are never looked at.
 * `npm run -s rates -- --table` replays it on recorded runs; the table is in `docs/rates.md`.
 */

/** A rung of `RUNGS`. */
type Rung = 0 | 1 | 2;
/** Standard errors of a paired difference within which two rates cannot be told apart. */
const NOISE = 2;
/** The same at the last rung, where a larger rate that is not the method's own is taken only if it is as good. */
const EVEN = 1;
/** Share of chance's loss below which a rate has left it for good. */
const LEFT = 7 / 8;
/** Rates that a curve is drawn through at least. */
const CURVE = 4;

/** Result of a trial. A loss that is not a number means that it diverged. */
export interface RateResult extends Pick<RateTrial, 'loss' | 'accuracy'> {
  /** Loss of each held-back picture; empty if the trial diverged. */
  losses: Float32Array;
}

/** Progress of a search, in steps. */
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
 * `chance` is the loss of who has learned nothing, where that is known: a rate just below one that has not is no better than a smaller one
 * that looks as good. Where few pictures cannot tell the best from the method's own, the own is kept. Says nothing by chance: equal results find the
 * same rate; null when it was stopped before the coarse rates were looked at. Throws RateError when every rate diverges.
 */
export async function findRate({ own, total, held, chance = Infinity }: { own: number; total: number; held: number; chance?: number }, look: (lr: number, steps: number, progress: RateProgress) => Promise<RateResult | null>): Promise<RateSearch | null> {
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
  /** True if a place has still to be tried at a rung, and steps are left for it and for what must follow. */
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
      // Those above first: small rates are ahead so early, and steps do not last for all.
      const beside = [1, -1].flatMap((side) => near.map(({ place }) => place + side));
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
    if (rungs[2] > rungs[1]) for (const { place } of finalists(order(1), chance)) await goTo(place, 2);
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
    if (standing[0].size < places.length) return null;
    stopped = true;
  }
  // Where all have diverged the rung before tells more.
  const last = ([2, 1] as const).find((rung) => order(rung).length > 0) ?? 0;
  const isAtEdge = ({ place }: Standing): boolean => {
    const above = standing[1].get(place + 1);
    return above !== undefined && !(above.loss < chance);
  };
  return search(own, [...standing[last].values()], { trials, held, stopped, isAtEdge });
}

/** Thrown where a search is stopped. */
class Enough extends Error {}

/** The end of a search: the best of what stands. */
function search(own: number, standing: readonly Standing[], { trials, held, stopped, isAtEdge }: { trials: RateTrial[]; held: number; stopped: boolean; isAtEdge: (one: Standing) => boolean }): RateSearch {
  const order = ranked(standing);
  const best = preferred(order, isAtEdge);
  const tried = trials.map(({ lr }) => lr);
  const [least, most] = [Math.min(...tried), Math.max(...tried)];
  if (!best) throw new RateError(least, most);
  const about = { trials, held, seed: RATE_SEED, ...(stopped && { stopped }) };
  const mine = standing.find(({ lr, loss }) => lr === own && Number.isFinite(loss));
  if (held < FEW_HELD && best.lr !== own && mine && isNear(mine, best)) return { lr: own, ...about, kept: true };
  return { lr: best.lr, ...about, ...((best.lr === least || best.lr === most) && { edge: true }) };
}

/**
 * Rates of the last rung: the best of the one before, and a larger one that has left chance, since small rates are ahead until the schedule
 * goes down: the method's own, which has been good elsewhere, or else the next. Where there is none, the second best. Where nobody knows what
 * chance is, a larger one has to be such that it cannot be told from the best.
 */
function finalists([first, ...others]: readonly Standing[], chance: number): Standing[] {
  if (!first) return [];
  const above = others.filter((one) => one.lr > first.lr && (Number.isFinite(chance) ? one.loss < LEFT * chance : isNear(one, first))).sort((a, b) => a.lr - b.lr);
  const second = above.find((one) => one.place === 0) ?? above[0] ?? others[0];
  return second ? [first, second] : [first];
}

/**
 * The best of the last rung: of those as good as the first the largest rate, whose loss falls furthest as the schedule goes down (`docs/rates.md`), unless
 * other batches may throw it off. The method's own, which has been good elsewhere, need only not be told from the first. At the other rungs the first.
 */
function preferred(order: readonly Standing[], isAtEdge: (one: Standing) => boolean): Standing | undefined {
  const [first, ...others] = order;
  if (first?.rung !== RUNGS.length - 1) return first;
  // Stryker disable next-line EqualityOperator: no two are of one rate
  return others.find((one) => one.lr > first.lr && !isAtEdge(one) && isNear(one, first, one.place === 0 ? NOISE : EVEN)) ?? first;
}

/** True if two rates cannot be told apart: the mean of the differences, picture by picture, is within its noise. */
function isNear(one: Standing, best: Standing, noise = NOISE): boolean {
  const n = best.losses.length;
  const differences = Float64Array.from(best.losses, (loss, i) => defined(one.losses[i]) - loss);
  const mean = differences.reduce((sum, value) => sum + value, 0) / n;
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, n - 1);
  return mean <= noise * Math.sqrt(variance / n);
}

/**
 * Rates that did not diverge, the likeliest best first: by their loss, of equal ones the nearest to the method's own; by the curve
 * through them where four cannot be told from the one of least loss. These are then all, as no search has steps left for a fifth.
 */
function ranked(standing: readonly Standing[]): Standing[] {
  const byLoss = standing.filter(({ loss }) => Number.isFinite(loss)).sort((a, b) => a.loss - b.loss || Math.abs(a.place) - Math.abs(b.place));
  const near = byLoss.filter((one) => isNear(one, defined(byLoss[0])));
  if (near.length < CURVE) return byLoss;
  const curve = parabola(near.map(({ place, loss }) => [place, loss]));
  return near.sort((a, b) => curve(a.place) - curve(b.place));
}

/** No rate of the ladder trains. */
export class RateError extends FullrankError {
  override name = 'RateError';
  constructor(least: number, most: number) {
    super(`Training diverged at every learning rate from ${least} to ${most}. Give one that is lower still.`);
  }
}
