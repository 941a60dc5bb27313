import type { TryLook } from '../../train/protocol';
import type { SeenBy } from '../core/figures/AttentionMaps';
import { lineOf, shownTop, type Candidate } from './store/tryout';

/** Joins what was seen with the names of the candidates that saw it; those that are not chosen any more are left out. */
export const seenBy = (chosen: Candidate[], seen: TryLook['seen']): SeenBy[] =>
  chosen.flatMap((candidate) => {
    const found = seen.find((one) => one.key === candidate.key);
    return found ? [{ name: lineOf(candidate, chosen), method: candidate.method, base: candidate.base, ...found, prediction: { ...found.prediction, top: shownTop(candidate, found.prediction.top) } }] : [];
  });
