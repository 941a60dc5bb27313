import { answersApart, type Estimate } from '../numbers/pairs';
import { rightOfEach } from '../train/answers.meta';
import type { AlongPoint } from './analysis.meta';

/** Accuracy of one place less that of another, with its interval, by the same pictures; null where their answers were not kept. */
export function alongDifference(one: AlongPoint, other: AlongPoint, count: number): Estimate | null {
  const [a, b] = [one, other].map(({ answers, accuracy }) => rightOfEach({ answers, accuracy, count }));
  return a && b ? answersApart(a, b) : null;
}
