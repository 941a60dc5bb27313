import type { Inside } from '../../train/analysis.meta';
import { formatFixed, formatLoss, partsOf } from '../../language/format';
import { t } from '../strings';

/** Headings made of the numbers of a look inside. */

/** Differences of CKA below this are not told apart. */
export const CKA_MARGIN = 0.02;

/** The middle one of some values. */
export const middle = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Ranks: which runs stop early, which fill their layers, by the median over their layers. */
export function spectrumFinding({ updates }: Inside, names: string[]): string {
  const parts = updates.flatMap((layers, run) => {
    if (layers.length === 0) return [];
    const [rank, full] = [middle(layers.map((one) => one.rank)), middle(layers.map(({ shape }) => Math.min(...shape)))];
    const found = rank < 0.9 * full ? t.inside.stops(names[run], String(rank)) : t.inside.rankOf(names[run], String(rank), String(full));
    return [layers.every((one) => one.rank === rank) ? found : t.inside.ofMiddle(found)];
  });
  return parts.length > 0 ? parts.join('; ') : t.inside.spectrum;
}

/** The adapters whose last block is most like the fully fine-tuned one's, if others are clearly further. */
export function ckaFinding({ cka, reference }: Inside, names: string[]): string {
  if (reference === null) return t.inside.ckaPretrained;
  const ends = names.map((name, run) => ({ name, run, value: cka[run].at(-1)! })).filter(({ run, value }) => run !== reference && Number.isFinite(value)).sort((a, b) => b.value - a.value);
  if (ends.length < 2) return ends.length === 1 ? t.inside.ckaOne(ends[0].name, formatFixed(ends[0].value, 2)) : t.inside.cka;
  const first = ends.filter(({ value }) => ends[0].value - value < CKA_MARGIN);
  if (first.length === ends.length) return t.inside.same;
  return t.inside.closest(first.map(({ name }) => name), partsOf(ends.map(({ name, value }) => t.inside.atEnd(name, formatFixed(value, 2)))), first.length);
}

/** Accuracy lost on the original task beyond chance (two standard errors of a difference), else who moved the features most. */
export function driftFinding({ original, pretrained }: Inside, names: string[]): string {
  if (original) {
    const { before, after, images } = original;
    const lost = after.map(({ accuracy }, run) => ({ run, by: before.accuracy - accuracy, error: Math.sqrt((before.accuracy * (1 - before.accuracy) + accuracy * (1 - accuracy)) / images) }));
    const worst = lost.reduce((a, b) => (b.by > a.by ? b : a));
    return worst.by > 2 * worst.error ? t.inside.forgot(names[worst.run], formatFixed(100 * worst.by, 1)) : t.inside.forgotNothing;
  }
  const drift = pretrained.map((row) => 1 - row.at(-1)!);
  const order = drift.map((value, run) => ({ value, run })).sort((a, b) => b.value - a.value);
  if (order.length === 1) return t.inside.drift;
  const first = order.filter(({ value }) => order[0].value - value < CKA_MARGIN);
  return first.length === order.length ? t.inside.movedSame : t.inside.moved(first.map(({ run }) => names[run]), formatLoss(order[0].value), first.length);
}
