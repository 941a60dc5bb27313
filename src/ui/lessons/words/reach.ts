import { SIDE, STOPS, type Course } from '../../../analysis/reach.meta';
import { methodLook } from '../../../figures/methods';
import { counted, formatCount, formatFixed, formatNumber, listOf, unbroken } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { asked, nearestTo, type Choice, type Nearest } from '../nearest';

/** Words of the target and what each method makes of it. */
export const reachWords = {
  rank: 'Rank of the target',
  budget: 'r of LoRA',
  course: 'Singular values of the target',
  courses: { equal: 'All alike', falling: 'Falling' } satisfies Record<Course, string>,
  ofSide: (rank: number, side: number) => `${formatCount(rank)} of ${formatCount(side)}`,
  numbers: (r: number, numbers: number) => `${formatCount(r)}: ${formatCount(numbers)} numbers`,
  of: (title: string, r: number) => `${title}\u00a0r\u00a0${formatCount(r)}`,
  pictures: 'The target, and how near each method comes',
  picture: (name: string, error: string, rank: number) => `${name}: error ${error}, rank ${formatCount(rank)}`,
  targetOf: (side: number) => `The target: ${side} × ${side} numbers, rank ${side}`,
  target: 'Target, Full',
  /** An error that still falls is at most what is shown. */
  error: (error: string, settled: boolean) => `error\u00a0${settled ? '' : '≤\u00a0'}${error}`,
  trained: (numbers: number) => unbroken(counted(numbers, 'number', 'numbers')),
  rankOf: (rank: number) => `rank\u00a0${formatCount(rank)}`,
  values: 'Singular values',
  caption: 'Largest first. Where a line lies at 0, no direction is left.',
  summary: (rank: number, ranks: string[]) => `Singular values for a target of rank ${formatCount(rank)}: ${listOf(ranks)}.`,
  place: 'place',
  value: 'σ of ΔW',
  nth: (value: number) => `number ${formatCount(value)}`,
  source: 'Computed here',
  about: `One matrix of ${SIDE} × ${SIDE}, no data and no training: least squares, which settle within seconds; until then an error is at most (≤) what is shown`,
};

/** Errors that differ by less are called alike. */
const ALIKE = 0.01;

const titles = (some: readonly Nearest[]): string[] => some.map(({ method }) => methodLook(method).title);
const errorOf = ({ method, error }: Nearest): string => `${methodLook(method).title} ${formatFixed(error, 2)}`;

/** Who comes nearest with about as many numbers as LoRA, as far as the errors differ; full fine-tuning and VeRA have other numbers. */
export function nearestText(nearest: readonly Nearest[], { rank, stop }: Choice): string {
  const { r } = defined(STOPS[stop]);
  const same = nearest.filter(({ method }) => method !== 'full' && method !== 'vera').sort((a, b) => a.error - b.error);
  const best = same.filter(({ error }) => error < defined(same[0]).error + ALIKE);
  const names = titles(best);
  const who = best.length === same.length ? 'all come equally near' : `${listOf(names)} ${names.length > 1 ? 'come' : 'comes'} nearest`;
  return `Target of rank ${formatNumber(rank)}, about ${formatCount(2 * SIDE * r)} numbers each: ${who} (errors: ${listOf(same.map(errorOf))}).`;
}

/** The answer to the question of the lesson: LoRA or RandLoRA, computed for what it asks; more turns can only bring RandLoRA nearer. */
let answer: string | undefined;
export function outcome(): string {
  if (answer !== undefined) return answer;
  const [low, wide] = ['lora', 'randlora'].map((method) => defined(nearestTo(asked).find((one) => one.method === method)));
  const [a, b] = [defined(low), defined(wide)];
  const share = (one: Nearest) => `${methodLook(one.method).title} leaves ${formatCount(100 * one.error)}\u00a0%`;
  const who = Math.abs(a.error - b.error) < ALIKE ? 'Both come equally near' : `${methodLook((a.error < b.error ? a : b).method).title} comes nearer`;
  return (answer = `${who} where all ${SIDE} directions of the target have the same weight: ${share(a)} of its length, ${share(b)} at first and less the longer it is fitted.`);
}
