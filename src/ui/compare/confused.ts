/** The pairs of classes that are taken for each other most, and no other as often: all that tie. */
import { defined } from '../../numbers/defined';

export function mostOften(confusion: readonly (readonly number[])[]): [number, number, number][] {
  const pairs = mostConfused(confusion, Infinity);
  return pairs.filter(([, , count]) => count === defined(pairs[0])[2]);
}

/** The pairs of classes that are taken for each other most: [true class, answer, pictures], largest first. */
export function mostConfused(confusion: readonly (readonly number[])[], most: number): [number, number, number][] {
  const pairs: [number, number, number][] = [];
  confusion.forEach((row, truth) => row.forEach((count, predicted) => predicted !== truth && count > 0 && pairs.push([truth, predicted, count])));
  return pairs.sort((a, b) => b[2] - a[2]).slice(0, most);
}
