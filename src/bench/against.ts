import { defined } from '../numbers/defined';
import { spread, type Spread } from './numbers';
import { markdown, type Row } from './report';

/** The same entries of two versions of the project, which were measured in turn. */
export interface Turns {
  before: Row[][];
  now: Row[][];
}

/** A contestant of an entry in both versions. */
export interface Change {
  entry: string;
  contestant: string;
  /** Milliseconds a step, of the medians of the turns. */
  before: Spread;
  now: Spread;
  /** Time now as a multiple of before, turn by turn. */
  ratio: Spread;
  /** What no machine changes, where it is another: dispatches and peak bytes of a step. Submits follow the time that a step takes. */
  exact: { name: string; before: number; now: number }[];
}

const exact = { dispatches: 'dispatches', peak_bytes: 'peak bytes' } as const;

/** What became of each contestant that both versions have numbers of. */
export function changes({ before, now }: Turns): Change[] {
  const find = (rows: readonly Row[], { group, entry, contestant }: Row) => rows.find((row) => row.group === group && row.entry === entry && row.contestant === contestant);
  return (now[0] ?? []).flatMap((row) => {
    const pairs = now.flatMap((rows, i) => {
      const [was, is] = [find(before[i] ?? [], row), find(rows, row)];
      return was?.ms && is?.ms && !was.problem && !is.problem ? [{ was, is }] : [];
    });
    if (pairs.length === 0) return [];
    const { was, is } = defined(pairs.at(-1));
    return [{
      entry: `${row.group}/${row.entry}`,
      contestant: row.contestant,
      before: spread(pairs.map((pair) => pair.was.ms!.median)),
      now: spread(pairs.map((pair) => pair.is.ms!.median)),
      ratio: spread(pairs.map((pair) => pair.is.ms!.median / pair.was.ms!.median)),
      exact: Object.entries(exact).flatMap(([field, name]) => {
        const [a, b] = [was[field as keyof typeof exact], is[field as keyof typeof exact]];
        return a !== undefined && b !== undefined && a !== b ? [{ name, before: a, now: b }] : [];
      }),
    }];
  });
}

/** A change of time counts where every turn shows it, and by more than this share. */
const SEEN = 0.05;

function verdictOf({ min, max, median, n }: Spread): string {
  if (n < 3) return 'too few turns';
  if (min > 1 && median > 1 + SEEN) return '**slower**';
  return max < 1 && median < 1 - SEEN ? 'faster' : 'no difference seen';
}

const ms = ({ median, min, max }: Spread): string => `${median.toPrecision(3)} (${min.toPrecision(3)} to ${max.toPrecision(3)})`;

/** Changes as a Markdown table. Peers have not changed: how far their ratio is from 1 is what the machine does. */
export const againstTable = (all: Change[], commit: string): string =>
  markdown<Change>([
    ['work', (c) => c.entry],
    ['who', (c) => c.contestant],
    [`ms at ${commit} (min to max)`, (c) => ms(c.before)],
    ['ms now', (c) => ms(c.now)],
    ['now / before', (c) => `${c.ratio.median.toFixed(2)} (${c.ratio.min.toFixed(2)} to ${c.ratio.max.toFixed(2)})`],
    ['turns', (c) => c.ratio.n],
    ['', (c) => verdictOf(c.ratio)],
    ['what no machine changes', (c) => c.exact.map(({ name, before, now }) => `${name} ${before.toLocaleString('en')} to ${now.toLocaleString('en')}`).join(', ')],
  ], all);
