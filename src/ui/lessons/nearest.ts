import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { create } from 'zustand';
import { after, everything, ofBases, ofPair, ofRank, SIDE, STOPS, targetOf, withLengths, type Course, type Reached, type Target, type Turns } from '../../analysis/reach.meta';
import { defined } from '../../numbers/defined';

/** An aim, and how many numbers may be trained: the place of a rank among those that can be compared. */
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
}

/** The largest size of an entry. */
export const largest = (matrix: Float64Array): number => matrix.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** Turns before the first answer, and at most. */
const [FIRST, LAST] = [2, 60];

interface Begun {
  found: Nearest[];
  turns: (Turns | null)[];
}

/** Full fine-tuning, which takes the aim itself, and each method with as many numbers as LoRA of this rank. */
function begin(target: Target, stop: number): Begun {
  const { r, bases } = defined(STOPS[stop]);
  const all: [method: string, r: number, Reached | Turns][] = [
    ['full', 0, everything(target)],
    ['lora', r, ofRank(target, r)],
    ['dora', r, withLengths(target, r)],
    ['randlora', bases, ofBases(target, bases)],
    ['vera', SIDE, ofPair(target)],
  ];
  return {
    found: all.map(([method, of, how]) => ({ method, r: of, ...('matrix' in how ? how : after(how, FIRST)) })),
    turns: all.map(([, , how]) => ('matrix' in how ? null : how)),
  };
}

/** Every method's update nearest to the aim of a choice, from the first answer on. */
export const nearestTo = ({ rank, course, stop }: Choice): Nearest[] => begin(targetOf(rank, course), stop).found;

/** Goes on from a first answer in short slices, so that the page answers in between; returns how to stop. */
function settle({ found, turns }: Begun, show: (found: Nearest[]) => void): () => void {
  let turn = FIRST;
  let shown = FIRST;
  let timer = window.setTimeout(slice);
  function slice(): void {
    const looks = turns.map((one) => one?.next().value);
    turn++;
    if (turn >= 2 * shown || turn === LAST) {
      shown = turn;
      show(found.map((one, i) => ({ ...one, ...looks[i]?.() })));
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
  const begun = useMemo(() => begin(target, choice.stop), [target, choice.stop]);
  const [later, setLater] = useState<{ of: Begun; found: Nearest[] } | null>(null);
  useEffect(() => settle(begun, (found) => setLater({ of: begun, found })), [begun]);
  return { choice, nearest: later?.of === begun ? later.found : begun.found };
}
