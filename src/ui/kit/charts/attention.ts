import { defined } from '../../../numbers/defined';
import type { AttentionMap } from '../../../train/protocol';

/** Numbers of attention maps, as they are drawn and told. */

/** Steps of the scale: enough that neighbours look alike, few enough that each is one path. */
export const levels = 12;

/** A patch's weight in units of an even share: 1 is what each would have if all had the same. */
export const timesEven = ({ weights }: AttentionMap, i: number): number => defined(weights[i]) * weights.length;

/** The end of a scale that all maps of a picture share, at least twice an even share. */
export const topOf = (maps: readonly AttentionMap[]): number => Math.max(2, ...maps.map((map) => Math.max(...map.weights) * map.weights.length));

/** One path a level, of squares of side 1 in a grid of `cols` x `rows`; levels without a square are left out. */
export function levelPaths(map: AttentionMap, top: number): { level: number; d: string }[] {
  const parts: string[][] = Array.from({ length: levels }, () => []);
  map.weights.forEach((_, i) => {
    const level = Math.min(levels - 1, Math.floor((timesEven(map, i) / top) * levels));
    defined(parts[level]).push(`M${i % map.cols} ${Math.floor(i / map.cols)}h1v1h-1z`);
  });
  return parts.flatMap((squares, level) => (squares.length ? [{ level, d: squares.join('') }] : []));
}

export interface MapFacts {
  /** The strongest patch. */
  peak: number;
  times: number;
  /** The fewest patches that hold half of the weight. */
  half: number;
}

/** Computes the facts about a map. */
export function factsOf(map: AttentionMap): MapFacts {
  const { weights } = map;
  const peak = weights.reduce((best, v, i) => (v > defined(weights[best]) ? i : best), 0);
  let [half, held] = [0, 0];
  for (const v of [...weights].sort((a, b) => b - a)) {
    if (held >= 0.5) break;
    held += v;
    half++;
  }
  return { peak, times: timesEven(map, peak), half };
}

/** Overlap of two maps of one grid, 0 to 1: the sum of the smaller of both weights; null for different grids. */
export function overlap(a: AttentionMap, b: AttentionMap): number | null {
  if (a.rows !== b.rows || a.cols !== b.cols) return null;
  return a.weights.reduce((sum, v, i) => sum + Math.min(v, defined(b.weights[i])), 0);
}
