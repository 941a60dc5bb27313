import { Random } from '../../data/random';
import { FullrankError } from '../../errors/errors';
import { defined } from '../../numbers/defined';
import { Meter, type Cost, type Measured } from './meter';
import { mutated } from './mutate';
import type { Files, Parser } from './parser';

/** Seconds of the processor that one reading may take. */
const MOST_SECONDS = 1;
/** Bytes that need no reason: pieces of streams, and a library's tables for any file. */
const FREE_BYTES = 128 * 1024;
/** Growth of the heap in one round beyond which something was built that the file does not hold. */
const MOST_HEAP = 96 * 2 ** 20;
const MOST_SENTENCE = 2000;

/** A round that broke the promise. */
export interface Broken {
  parser: string;
  round: number;
  faults: string[];
  why: string;
}

/** Totals of the rounds. */
export interface Tally {
  rounds: number;
  /** Files that were read in spite of their faults, and those that were refused with a sentence. */
  read: number;
  refused: number;
  faults: Record<string, number>;
  /** Of the slowest round: seconds of the processor. */
  seconds: number;
  /** Of the largest single allocation: times the bytes there, what is free left aside. */
  growth: number;
  broken: Broken[];
}

export const noTally = (): Tally => ({ rounds: 0, read: 0, refused: 0, faults: {}, seconds: 0, growth: 0, broken: [] });

/** Reason that an error is not one for people; null if it is. */
const isTyped = (error: unknown): string | null => {
  if (!(error instanceof FullrankError)) return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  if (error.message.length === 0 || error.message.length > MOST_SENTENCE) return `said a sentence of ${error.message.length} letters`;
  return /\bundefined\b|\[object /.test(error.message) ? `said ${error.message}` : null;
};

/** The files of a round and their faults: the same for the same seed, parser and number. */
export function roundOf(samples: readonly Files[], { name, hit = /^/ }: Pick<Parser, 'name' | 'hit'>, seed: number, round: number): { files: Files; faults: string[] } {
  const random = new Random(seed, round, ...[...name].map((letter) => letter.codePointAt(0)!));
  return mutated(defined(samples[random.below(samples.length)]), hit, random);
}

/** Runs rounds `[from, to)` of a parser and adds them to the tally; `beat` is told of each before it begins. */
export async function runRounds(parser: Parser, samples: readonly Files[], seed: number, from: number, to: number, tally: Tally = noTally(), beat: (round: number) => void = () => {}): Promise<Tally> {
  const meter = new Meter();
  try {
    for (let round = from; round < to; round++) {
      beat(round);
      const { files, faults } = roundOf(samples, parser, seed, round);
      const bytes = Object.values(files).reduce((sum, file) => sum + file.byteLength, 0);
      const { outcome, cost } = await meter.measure(() => parser.read(files));
      tally.rounds++;
      tally['error' in outcome ? 'refused' : 'read']++;
      for (const fault of faults) tally.faults[fault] = (tally.faults[fault] ?? 0) + 1;
      tally.seconds = Math.max(tally.seconds, cost.seconds);
      tally.growth = Math.max(tally.growth, (cost.largest - FREE_BYTES) / Math.max(1, bytes));
      tally.broken.push(...brokenBy(parser, bytes, outcome, cost).map((why) => ({ parser: parser.name, round, faults, why })));
    }
  } finally {
    meter.end();
  }
  return tally;
}

/** Ways in which a round broke the promise. */
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
