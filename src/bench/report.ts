import * as z from 'zod/mini';
import { defined } from '../numbers/defined';
import type { BytesByRole, DeviceReport } from '../train/protocol';
import type { Place } from './entry';
import type { Spread } from './numbers';

/** Result of one contestant of one entry. */
export interface Row {
  group: string;
  entry: string;
  contestant: string;
  /** Reason that there are no numbers, or that they do not count; empty when all is well. */
  problem: string;
  /** Remark on the numbers. */
  note?: string;
  /** Milliseconds a step. */
  ms?: Spread;
  /** Milliseconds of each round, for ratios that are taken later. */
  times?: number[];
  /** Median over the rounds of time and of peak bytes against the group's baseline. */
  time_ratio?: number;
  bytes_ratio?: number;
  gflops?: number;
  gbytes?: number;
  /** Share of what the adapter reaches with nothing but multiply-adds, or nothing but copying, 0 to 1. */
  of_peak?: number;
  /** Most bytes of GPU buffers at one time, start to end. */
  peak_bytes?: number;
  dispatches?: number;
  submits?: number;
  /** Milliseconds a step that our engine spends encoding and submitting. */
  host_ms?: number;
  parameters?: number;
  /** Planned bytes by role. */
  bytes?: BytesByRole;
  /** Time of each kernel, as text, where it was asked for. */
  profile?: string;
  /** Difference from the reference of the entry. */
  error?: number;
}

/** One run of the benchmark on one adapter. */
export interface Report {
  where: Place;
  adapter: DeviceReport;
  /** Versions of what it ran in, and the machine. */
  about: string;
  rounds: number;
  /** On the processor. */
  threads?: number;
  rows: Row[];
}

const text = z.string().check(z.maxLength(1000));
const written = z.array(
  z.looseObject({
    where: z.enum(['node', 'chromium', 'processor']),
    adapter: z.looseObject({ vendor: text, architecture: text, description: text }),
    about: text,
    rounds: z.number(),
    rows: z.array(z.looseObject({ group: text, entry: text, contestant: text, problem: text })),
  }),
);

/** Parses the output of `--json`. Throws a sentence when it is something else. */
export function parseReports(json: string): Report[] {
  try {
    return written.parse(JSON.parse(json)) as unknown as Report[];
  } catch {
    throw new Error('This is no file that npm run bench -- --json has written.');
  }
}

/** The adapter and its surroundings in one line. */
export const adapterLine = ({ where, adapter: a, about }: Pick<Report, 'where' | 'adapter' | 'about'>): string => `${where}: ${[a.vendor, a.architecture, a.description].filter(Boolean).join(' ')}; ${about}`;

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(2);
const digits = (x: number): string => (x >= 100 ? x.toFixed(0) : x.toFixed(x >= 10 ? 1 : 2));

type Column<T = Row> = [head: string, cell: (row: T) => string | number | undefined];

const columns = (baseline: string): Column[] => [
  ['work', (r) => r.entry],
  ['who', (r) => r.contestant],
  ['parameters', (r) => r.parameters?.toLocaleString('en')],
  ['ms (min to max)', (r) => r.ms && digits(r.ms.median) + (r.ms.n > 1 ? ` (${digits(r.ms.min)} to ${digits(r.ms.max)})` : '')],
  ['n', (r) => r.ms && String(r.ms.n)],
  [`time / ${baseline}`, (r) => r.time_ratio?.toFixed(2)],
  ['GFLOP/s', (r) => r.gflops && digits(r.gflops)],
  ['GB/s', (r) => r.gbytes && digits(r.gbytes)],
  ['of peak', (r) => r.of_peak && `${(100 * r.of_peak).toFixed(0)} %`],
  ['peak MiB', (r) => r.peak_bytes && mib(r.peak_bytes)],
  [`bytes / ${baseline}`, (r) => r.bytes_ratio?.toFixed(2)],
  ['dispatches', (r) => r.dispatches?.toString()],
  ['submits', (r) => r.submits?.toString()],
  ['host ms', (r) => r.host_ms?.toFixed(1)],
  ['note', (r) => r.note],
  ['error', (r) => r.problem || (r.error === 0 ? 0 : r.error?.toExponential(0))],
];

/** A Markdown table; columns in which nobody has anything are left out. */
export function markdown<T>(columns: Column<T>[], rows: T[]): string {
  const kept = columns.map(([head, cell]) => ({ head, cells: rows.map((r) => String(cell(r) ?? '')) })).filter(({ cells }) => cells.some((c) => c !== ''));
  const line = (cells: string[]) => `| ${cells.map((c) => (c === '' ? '–' : c.replaceAll('|', '/'))).join(' | ')} |`;
  return [line(kept.map((c) => c.head)), `|${kept.map(() => '---|').join('')}`, ...rows.map((_, i) => line(kept.map((c) => defined(c.cells[i]))))].join('\n');
}

/** The rows of one group as a Markdown table under its title. */
export const table = (title: string, baseline: string, rows: Row[]): string => `\n${title}\n\n${markdown(columns(baseline), rows)}`;

/** Planned bytes of our own contestants by role, as a Markdown table; empty when nobody plans more than its inputs. */
export function bytesTable(rows: Row[]): string {
  const ours = rows.filter((r) => r.bytes?.temp);
  if (!ours.length) return '';
  const roles = [...new Set(ours.flatMap((r) => Object.keys(r.bytes!)))] as (keyof BytesByRole)[];
  const total = (r: Row) => mib(Object.values(r.bytes!).reduce((a, b) => a + b, 0));
  return `\nMiB by role, as planned\n\n${markdown([['work', (r) => r.entry], ['who', (r) => r.contestant], ...roles.map((role): Column => [role, (r) => r.bytes![role] && mib(r.bytes![role])]), ['all', total]], ours)}`;
}
