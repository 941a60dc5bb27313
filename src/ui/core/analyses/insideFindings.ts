import type { Inside, LayerUpdate } from '../../../analysis/analysis.meta';
import { formatAlike, formatFixed, formatLoss, partsOf } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { spokenPlaces } from './landscapeFindings';
import { insideWords } from '../words/inside';

/** Headings made of the numbers of a look inside; of runs that were stopped they say nothing where others came to their end. */

/** Differences of CKA below this are not told apart. */
export const CKA_MARGIN = 0.02;

/** The middle one of some values. */
export const middle = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Rank of a run's update in the median of its layers, and the rank that layer could have; null where no layer has one. */
const middleRank = (layers: readonly LayerUpdate[]): { rank: number; full: number } | null => (layers.length === 0 ? null : { rank: middle(layers.map(({ rank }) => rank)), full: middle(layers.map(({ shape }) => Math.min(...shape))) });

/** Ranks: which runs stop early, which fill their layers, by the median over their layers. Runs of which the same is to be said share a sentence. */
export function spectrumFinding(made: Inside, names: string[]): string {
  const spoken = spokenPlaces(made);
  const found = new Map<string, { stops: boolean; rank: number; full: number; names: string[] }>();
  spoken.forEach((run) => {
    const at = middleRank(defined(made.updates[run]));
    if (!at) return;
    const stops = at.rank < 0.9 * at.full;
    const key = JSON.stringify(stops ? at.rank : [at.rank, at.full]);
    found.set(key, { stops, ...at, names: [...(found.get(key)?.names ?? []), defined(names[run])] });
  });
  if (found.size === 0) return insideWords.spectrum;
  const sentences = [...found.values()].map(({ stops, rank, full, names: of }) => (stops ? insideWords.stops(of, String(rank), of.length) : insideWords.rankOf(of, String(rank), String(full), of.length))).join('; ');
  return spoken.every((run) => defined(made.updates[run]).every((one, _, layers) => one.rank === defined(layers[0]).rank)) ? sentences : insideWords.ofMiddle(sentences);
}

/** The last of these layers that shows what is said of the median: each run has its median rank there, or as many of them as anywhere. */
export function typicalLayer({ updates }: Inside, layers: readonly string[]): string {
  const ranks = updates.map(middleRank);
  const shows = (layer: string) => updates.filter((list, run) => list.find((one) => one.layer === layer)?.rank === ranks[run]?.rank).length;
  const most = Math.max(0, ...layers.map(shows));
  return layers.findLast((layer) => shows(layer) === most) ?? '';
}

/** The adapters whose last block is most like the fully fine-tuned one's, if others are clearly further. */
export function ckaFinding(made: Inside, names: string[]): string {
  const { cka, reference } = made;
  if (reference === null) return insideWords.ckaPretrained;
  const spoken = spokenPlaces(made);
  if (!spoken.includes(reference)) return insideWords.cka;
  const ends = spoken.map((run) => ({ name: defined(names[run]), run, value: defined(cka[run]).at(-1) ?? NaN })).filter(({ run, value }) => run !== reference && Number.isFinite(value)).sort((a, b) => b.value - a.value);
  const [best] = ends;
  if (!best) return insideWords.cka;
  if (ends.length === 1) return insideWords.ckaOne(best.name, formatFixed(best.value, 2));
  const first = ends.filter(({ value }) => best.value - value < CKA_MARGIN);
  if (first.length === ends.length) return insideWords.same;
  return insideWords.closest(first.map(({ name }) => name), partsOf(ends.map(({ name, value }, i) => insideWords.atEnd(name, formatFixed(value, 2), i === 0))), first.length);
}

/** Updates longer than the shortest by more than this factor are not of one length. */
const ALIKE_LENGTH = 1.25;

/** What a claim of likeness leaves out where updates are not of one length: whoever has moved less is closer. */
export function lengthCaveat(made: Inside): string {
  const norms = spokenPlaces(made).map((run) => defined(made.geometry.norms[run]));
  const [low, high] = [Math.min(...norms), Math.max(...norms)];
  return norms.length > 1 && high > ALIKE_LENGTH * low ? insideWords.unequalLength(...([low, high].map(formatAlike([low, high])) as [string, string])) : '';
}

/** Accuracy lost on the original task beyond chance (two standard errors of a difference), else who moved the features most. */
export function driftFinding(made: Inside, names: string[]): string {
  const { original, pretrained } = made;
  const spoken = spokenPlaces(made);
  if (original) {
    const { before, after, images } = original;
    const lost = spoken.map((run) => ({ run, accuracy: defined(after[run]).accuracy })).map(({ run, accuracy }) => ({ run, by: before.accuracy - accuracy, error: Math.sqrt((before.accuracy * (1 - before.accuracy) + accuracy * (1 - accuracy)) / images) }));
    const worst = lost.reduce((a, b) => (b.by > a.by ? b : a));
    return worst.by > 2 * worst.error ? insideWords.forgot(defined(names[worst.run]), formatFixed(100 * worst.by, 1)) : insideWords.forgotNothing;
  }
  const order = spoken.map((run) => ({ value: 1 - defined(pretrained[run]).at(-1)!, run })).sort((a, b) => b.value - a.value);
  if (order.length === 1) return insideWords.drift;
  const first = order.filter(({ value }) => defined(order[0]).value - value < CKA_MARGIN);
  return first.length === order.length ? insideWords.movedSame : insideWords.moved(first.map(({ run }) => defined(names[run])), formatLoss(defined(order[0]).value), first.length);
}
