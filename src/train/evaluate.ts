import type { Machine } from '../engine/machine';
import { noStep } from '../engine/step';
import type { ImageFeed } from './images';
import type { Programs } from './programs';
import type { Evaluation } from './protocol';

/** Images that are named at most: right ones of each class, mistakes of each other cell of the confusion matrix, and all together. */
const RIGHT_IMAGES = 24;
const WRONG_IMAGES = 200;
const NAMED_IMAGES = 4000;

/** A label that does not count: rows that only fill up the last batch. */
export const PADDING = 0xffffffff;

/**
 * Runs the evaluation program over `count` images of a feed and returns loss, top-1, per-class accuracy and confusion
 * counts. What the program says of each image is gathered on the GPU and read at the end: batches follow each other without
 * a wait. `signal` stops it within a batch; `progress` counts what is on its way. With `name` the first images of each cell of
 * the confusion matrix are named.
 */
export async function evaluate(
  machine: Machine,
  programs: Pick<Programs, 'pixels' | 'labels' | 'rows' | 'evaluate'>,
  feed: ImageFeed,
  count: number,
  classes: number,
  at: { step: number; split: Evaluation['split'] },
  options: { signal?: AbortSignal; progress?: (done: number, total: number) => void; name?: (image: number) => string } = {},
): Promise<Evaluation> {
  const batch = programs.pixels.shape[0]!;
  const pixels = new Float32Array(batch * feed.floats);
  const labels = new Uint32Array(batch);
  const given = new Uint32Array(count);
  const rows = new Float32Array(4 * count);
  await machine.gather(async (gathering) => {
    for (let from = 0; from < count; from += batch) {
      const to = Math.min(count, from + batch);
      labels.fill(PADDING);
      await feed.fill(Array.from({ length: to - from }, (_, i) => from + i), 0, pixels, labels);
      given.set(labels.subarray(0, to - from), from);
      machine.write(programs.pixels, pixels);
      machine.write(programs.labels, labels);
      machine.setStep(noStep);
      await gathering.run(programs.evaluate!, { tensor: programs.rows, data: rows.subarray(4 * from, 4 * to) }, options.signal);
      options.progress?.(to, count);
    }
  });
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const images: NonNullable<Evaluation['images']> = [];
  let loss = 0;
  for (let i = 0; i < count; i++) {
    loss += rows[4 * i]!;
    const [label, said] = [given[i]!, rows[4 * i + 3]!];
    const seen = (confusion[label]![said]! += 1);
    if (options.name && seen <= (label === said ? RIGHT_IMAGES : WRONG_IMAGES) && images.length < NAMED_IMAGES) images.push([options.name(i), label, said]);
  }
  const right = confusion.map((row, c) => row[c]!);
  const totals = confusion.map((row) => row.reduce((a, b) => a + b, 0));
  return {
    ...at,
    loss: loss / count,
    accuracy: right.reduce((a, b) => a + b, 0) / count,
    count,
    per_class: right.map((n, c) => (totals[c] ? n / totals[c]! : NaN)),
    confusion,
    ...(options.name && { images }),
  };
}
