import { formatPercent, withSpread } from '../format';
import type { Ranking } from '../store/findings';
import type { Group } from '../store/seedGroups';
import { methodLook } from '../methods';
import { listOf } from './grammar';

const names = (groups: readonly Group[]): string[] => groups.map((one) => methodLook(one.method).title + (groups.filter(({ method }) => method === one.method).length > 1 && one.setting ? ` ${one.setting}` : ''));

/** 69.2 ± 2.3 */
export const meanText = ({ accuracy: { mean, interval } }: Group): string => withSpread(mean, interval, formatPercent);

/** What groups of runs allow to be said, with what stands against it. */
export const rankingText = (ranking: Ranking): string => [finding(ranking), ...ranking.caveats].join(' ');

function finding({ top, below, seeds }: Ranking): string {
  const lower = below.length > 0 ? `${listOf(names(below))} ${below.length === 1 ? 'lies' : 'lie'} below` : '';
  if (seeds < 2) return `One seed each: ${listOf(names([...top, ...below]))} cannot be told apart from one another yet.`;
  if (top.length === 1) return `${names(top)[0]} is ahead over ${seeds} seeds: ${lower}.`;
  const [best, ...tied] = names(top);
  const others = tied.length > 4 ? `${tied.length} others are` : `${listOf(tied)} ${tied.length === 1 ? 'is' : 'are'}`;
  return `${best} is highest, but ${others} not distinguishable from it over ${seeds} seeds${lower ? `; ${lower}` : ''}.`;
}

/** The recorded comparison. */
export const recordedWords = {
  tag: (seeds: number): string => (seeds === 1 ? 'Recorded run' : `Recorded runs, ${seeds} seeds`),
  shown: 'recorded runs',
  name: 'recorded',
  play: 'Play',
  pause: 'Pause',
  playPrimary: 'Play the recorded runs',
  anyway: 'Train anyway',
  phone: 'You can’t train on this device. Watch the recorded runs instead.',
  noDevice: 'You can’t train on this device. Watch the recorded runs instead.',
  place: 'Place in the recording',
  at: (step: string, steps: string): string => `step ${step} of ${steps}`,
  about: (data: string, model: string, steps: number, device: string): string => `${model} on ${data}, ${steps} steps, recorded with ${device}. The curves are those of seed 0; ± is the 95 % interval of the mean. The processor was busy with other work: compare steps, not seconds.`,
  how: 'How it was made',
  accuracy: (rows: string): string => `Test accuracy, %: ${rows}.`,
  /** One that misses the budget, with how far. */
  offRow: (group: Group, budget: number): string => `${methodLook(group.method).title} ${group.setting} ${meanText(group)}${budget > 0 ? ` (× ${Number((group.parameters / budget).toPrecision(2))} of the budget)` : ''}`,
  note: (method: string, why: string): string => `${method}: ${why}`,
  row: (group: Group): string => `${methodLook(group.method).title} ${meanText(group)}`,
};
