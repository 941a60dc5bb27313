import { after, ofBases, ofPair, ofRank, STOPS, targetOf, withLengths, type Reached } from '../../analysis/reach.meta';
import { defined } from '../../numbers/defined';
import { OURS, type Contestant, type Entry, type Group } from '../entry';

/** What the page computes before it draws, by the processor alone; in Node the checks of indices are on. */
const contestant = (compute: () => Reached[]): Contestant => ({
  name: OURS,
  places: ['chromium', 'processor'],
  start: async () => {
    let found: Reached[] = [];
    return { step: async () => void (found = compute()), result: async () => Float32Array.from(found, ({ error }) => error), stop: () => {} };
  },
});

/** A slider of lesson 1 that was moved: r alone, whose target and pair are there already, or the rank of the target. */
const moved = (r: number): Entry[] => {
  const { bases } = defined(STOPS.find((stop) => stop.r === r));
  const whole = targetOf(128, 'equal');
  const forR = (target = whole) => [ofRank(target, r), after(withLengths(target, r)), after(ofBases(target, bases))];
  const forTarget = () => {
    const target = targetOf(127, 'equal');
    return [...forR(target), after(ofPair(target))];
  };
  return [
    { name: `r moved to ${r}, 128x128`, contestants: [contestant(forR)] },
    { name: `rank of the target moved, r ${r}, 128x128`, contestants: [contestant(forTarget)] },
  ];
};

export const lesson: Group = { name: 'lesson', title: 'Lesson 1: the first answer after a slider was moved', baseline: OURS, entries: [8, 32].flatMap(moved) };
