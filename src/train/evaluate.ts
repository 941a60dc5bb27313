import type { Gathering } from '../engine/gather';
import type { Machine } from '../engine/machine';
import type { Program } from '../engine/record';
import { noStep } from '../engine/step';
import { defined } from '../numbers/defined';
import { packAnswers } from './answers.meta';
import { hostBatch, writeBatch } from './batch';
import type { Feed } from './images';
import type { Programs } from './programs';
import type { Evaluation } from './protocol';
import { behindTrunk, type Trunk, type TrunkRows } from './trunk';

/** A label that does not count: rows that only fill up the last batch. */
export const PADDING = 0xffffffff;

/**
 * Runs the evaluation program over `count` images of a feed and returns what its task makes of them. What the program says of
 * each image is gathered on the GPU and read once, at the end, where the programs were recorded for so many (`ProgramOptions.measured`):
 * batches follow each other without a wait. Rows that a feed has besides are looked at after the others, read with them, and add to the
 * scores. `signal` stops it within a batch; `progress` counts what is on its way. With `name` the first images of each cell of
 * the confusion matrix are named; with `each` the loss of every image is kept; with `answers`, the stamp of the set, which of its images were right, where each has one class. With `kept`, what the trunk makes of them is kept for the next time.
 */
export async function evaluate(
  machine: Machine,
  programs: Pick<Programs, 'measured' | 'rows'> & { evaluate: Program | null; trunk?: Trunk | null },
  feed: Feed,
  count: number,
  classes: number,
  at: { step: number; split: Evaluation['split'] },
  options: { signal?: AbortSignal; progress?: (done: number, total: number) => void; name?: (image: number) => string; each?: boolean; answers?: string; kept?: TrunkRows | null } = {},
): Promise<Evaluation> {
  const { objective, inputs } = programs.measured;
  const [lines, columns] = programs.rows.shape as [number, number];
  const batch = defined(defined(Object.values(inputs)[0]).shape[0]);
  // One line for each image or text, or one for each of its tokens.
  const width = (lines / batch) * columns;
  const host = hostBatch(inputs);
  const { trunk = null } = programs;
  const made: { feed: Feed; rows: number[]; readings: ReturnType<TrunkRows['readings']> }[] = [];
  const others = feed.others ?? null;
  const all = count + (others?.count ?? 0);
  const look = async (gathering: Gathering, feed: Feed, count: number, before: number, into: Float32Array): Promise<void> => {
    for (let from = 0; from < count; from += batch) {
      const to = Math.min(count, from + batch);
      const rows = Array.from({ length: to - from }, (_, i) => from + i);
      host.labels?.fill(PADDING);
      const known = options.kept?.place(machine, feed, rows) ?? false;
      // A task may make its inputs of the pictures.
      const some = known && !objective.complete ? behindTrunk(host) : host;
      await feed.fill(rows, 0, some);
      objective.complete?.(some);
      writeBatch(machine, known ? behindTrunk(inputs) : inputs, some);
      machine.setStep(noStep);
      if (trunk && !known) {
        await machine.run(trunk.program, options.signal);
        if (options.kept?.keeps(feed, count)) {
          const readings = options.kept.readings(to - from);
          made.push({ feed, rows, readings });
          await gathering.take(readings);
        }
      }
      await gathering.run(programs.evaluate!, { tensor: programs.rows, data: into.subarray(width * from, width * to) }, options.signal);
      options.progress?.(before + to, all);
    }
  };
  const [rows, beside] = [new Float32Array(width * count), new Float32Array(width * (all - count))];
  await machine.gather(async (gathering) => {
    await look(gathering, feed, count, 0, rows);
    if (others) await look(gathering, others.feed, others.count, count, beside);
  });
  for (const { feed, rows, readings } of made) options.kept!.take(feed, rows, readings);
  const verdict = objective.judge(rows, { labels: feed.labels, classes, name: options.name });
  const found = { ...at, count, ...verdict, ...(options.each && { losses: lossOfEach(rows, count) }), ...(options.answers && width === 4 && verdict.confusion.length > 0 && { answers: packAnswers(Array.from({ length: count }, (_, i) => rows[4 * i + 3] === feed.labels[i]), options.answers) }) };
  if (!others) return found;
  return { ...found, scores: { ...verdict.scores, ...others.scores(rows, beside) } };
}

/** Mean loss of each of `count` images or texts over its rows (loss, right, counted, prediction) that count; 0 of one without any. */
function lossOfEach(rows: Float32Array, count: number): Float32Array {
  const width = rows.length / count;
  return Float32Array.from({ length: count }, (_, i) => {
    let [loss, counted] = [0, 0];
    for (let at = i * width; at < (i + 1) * width; at += 4) [loss, counted] = [loss + defined(rows[at]), counted + defined(rows[at + 2])];
    return loss / Math.max(1, counted);
  });
}
