import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { create } from 'zustand';
import { after, everything, ofBases, ofPair, ofRank, SIDE, STOPS, targetOf, withLengths, type Course, type Reached, type Target, type Turns } from '../../analysis/reach.meta';
import { defined } from '../../numbers/defined';

/** A target, and how many numbers may be trained: the place of a rank among those that can be compared. */
export interface Choice {
  rank: number;
  course: Course;
  stop: number;
}

/** What is asked first: every direction alike, and half of the numbers. */
export const asked: Choice = { rank: SIDE, course: 'equal', stop: STOPS.findIndex(({ r }) => r === SIDE / 4) };
export const useChoice = create<Choice>()(() => asked);

/** A method's nearest update that was found so far. */
export interface Nearest extends Reached {
  method: string;
  r: number;
  /** False while further turns may find a nearer one. */
  settled: boolean;
}

/** The largest size of an entry. */
export const largest = (matrix: Float64Array): number => matrix.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** Turns at most: what more find is not to be seen. */
const LAST = 60;

/** A method, what was found of it so far, and its further turns where there are any. */
interface Solving {
  method: string;
  r: number;
  found: Reached;
  turns?: Turns;
}

const begin = (method: string, r: number, turns: Turns): Solving => ({ method, r, turns, found: after(turns) });

/** VeRA's by the target alone: it is the same at every r. */
const pairs = new WeakMap<Target, Solving>();
function pairOf(target: Target): Solving {
  const known = pairs.get(target) ?? begin('vera', SIDE, ofPair(target));
  pairs.set(target, known);
  return known;
}

/** Full fine-tuning, which takes the target itself, and each method with as many numbers as LoRA of this rank. */
function beginAll(target: Target, stop: number): Solving[] {
  const { r, bases } = defined(STOPS[stop]);
  return [
    { method: 'full', r: 0, found: everything(target) },
    { method: 'lora', r, found: ofRank(target, r) },
    begin('dora', r, withLengths(target, r)),
    begin('randlora', bases, ofBases(target, bases)),
    pairOf(target),
  ];
}

const nearestOf = (all: readonly Solving[], ended = false): Nearest[] => all.map(({ method, r, found, turns }) => ({ method, r, settled: ended || !turns, ...found }));

/** Every method's update nearest to the target of a choice, by the first answer. */
export const nearestTo = ({ rank, course, stop }: Choice): Nearest[] => nearestOf(beginAll(targetOf(rank, course), stop));

/** Goes on from a first answer in short slices, so that the page answers in between; returns how to stop. */
function settle(all: readonly Solving[], show: (nearest: Nearest[]) => void): () => void {
  let turn = 1;
  let shown = 1;
  let timer = window.setTimeout(slice);
  function slice(): void {
    const looks = all.map(({ turns }) => turns?.next().value);
    turn++;
    if (turn >= 2 * shown || turn === LAST) {
      shown = turn;
      all.forEach((one, i) => (one.found = looks[i]?.() ?? one.found));
      show(nearestOf(all, turn === LAST));
    }
    if (turn < LAST) timer = window.setTimeout(slice);
  }
  return () => clearTimeout(timer);
}

/** The same for what is chosen, at once and then nearer turn by turn. */
export function useNearest(): { choice: Choice; nearest: Nearest[] } {
  // The slider moves at once, and what it changes comes as soon as it is computed.
  const choice = useDeferredValue(useChoice());
  const target = useMemo(() => targetOf(choice.rank, choice.course), [choice.rank, choice.course]);
  const [all, first] = useMemo(() => {
    const begun = beginAll(target, choice.stop);
    return [begun, nearestOf(begun)] as const;
  }, [target, choice.stop]);
  const [later, setLater] = useState<{ of: readonly Solving[]; nearest: Nearest[] } | null>(null);
  useEffect(() => settle(all, (nearest) => setLater({ of: all, nearest })), [all]);
  return { choice, nearest: later?.of === all ? later.nearest : first };
}
