import fc from 'fast-check';
import { FullrankError, messageOf } from '../../errors/errors';
import { defined } from '../../numbers/defined';
import { Meter, type Cost, type Measured } from './meter';
import { damaged, type Damaged } from './damage';
import type { Files, Parser } from './parser';

/** Seconds of the processor that one reading may take. */
const MOST_SECONDS = 1;
/** Bytes that need no reason: pieces of streams, and a library's tables for any file. */
const FREE_BYTES = 128 * 1024;
/** Growth of the heap in one run beyond which something was built that the file does not hold. */
const MOST_HEAP = 96 * 2 ** 20;
const MOST_SENTENCE = 2000;

/** Totals of the runs. */
export interface Tally {
  rounds: number;
  /** Files that were read in spite of their faults, and those that were refused with a sentence. */
  read: number;
  refused: number;
  faults: number;
  /** Of the slowest run: seconds of the processor. */
  seconds: number;
  /** Of the largest single allocation: times the bytes there, what is free left aside. */
  growth: number;
}

export const noTally = (): Tally => ({ rounds: 0, read: 0, refused: 0, faults: 0, seconds: 0, growth: 0 });

/** Reason that an error is not one for people; null if it is. */
const isTyped = (error: unknown): string | null => {
  if (!(error instanceof FullrankError)) return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  if (error.message.length === 0 || error.message.length > MOST_SENTENCE) return `said a sentence of ${error.message.length} letters`;
  return /\bundefined\b|\[object /.test(error.message) ? `said ${error.message}` : null;
};

/** What to run: runs `[from, to)` of this seed. */
interface Runs {
  seed: number;
  from?: number;
  to: number;
  tally?: Tally;
  /** Told of each run before it begins. */
  beat?: (run: number) => void;
}

/**
 * Checks that damaged files are read, or refused with a sentence, soon and within their bytes. Says what broke that, with the seed and the
 * damage made as small as it can be and still break it; null where nothing did.
 */
export async function check(parser: Parser, { seed, from = 0, to, tally = noTally(), beat = () => {} }: Runs): Promise<string | null> {
  const samples = await openSamples(parser);
  const meter = new Meter();
  const property = fc.asyncProperty(damaged(samples, parser), async ({ files, faults }) => {
    beat(tally.rounds);
    const bytes = Object.values(files).reduce((sum, file) => sum + file.byteLength, 0);
    const { outcome, cost } = await meter.measure(() => parser.read(files));
    tally.rounds++;
    tally['error' in outcome ? 'refused' : 'read']++;
    tally.faults += faults.length;
    tally.seconds = Math.max(tally.seconds, cost.seconds);
    tally.growth = Math.max(tally.growth, (cost.largest - FREE_BYTES) / Math.max(1, bytes));
    const broken = brokenBy(parser, bytes, outcome, cost);
    if (broken.length > 0) throw new Error(broken.join('; '));
  });
  try {
    const examples = from > 0 ? [] : (parser.examples ?? []).map((change): [Damaged] => [{ files: { ...defined(samples[0]), ...change }, faults: [] }]);
    const result = await fc.check(property, { seed, numRuns: to - from, examples, unbiased: true, ...(from > 0 && { path: String(from) }) });
    return result.failed ? `${parser.name} ${messageOf(result.errorInstance)}\n${fc.defaultReportMessage(result)}` : null;
  } finally {
    meter.end();
  }
}

/** Ways in which a run broke the promise. */
function brokenBy({ growth = 4 }: Parser, bytes: number, outcome: Measured<unknown>['outcome'], { seconds, largest, heap }: Cost): string[] {
  const untyped = 'error' in outcome ? isTyped(outcome.error) : null;
  return [
    ...(untyped === null ? [] : [untyped]),
    ...(seconds > MOST_SECONDS ? [`took ${seconds.toFixed(2)} s of the processor`] : []),
    ...(largest > FREE_BYTES + growth * bytes ? [`asked for ${largest} bytes at once, of files of ${bytes}`] : []),
    ...(heap > MOST_HEAP ? [`let the heap grow by ${heap} bytes, of files of ${bytes}`] : []),
  ];
}

/** Reads the whole files, so that what is damaged later is known to be read to the end. Throws what the parser throws. */
export async function openSamples(parser: Parser): Promise<Files[]> {
  const samples = await parser.samples();
  for (const files of samples) await parser.read(files);
  return samples;
}
