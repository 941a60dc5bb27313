import type { TryLook } from '../../train/protocol';
import type { SeenBy } from '../core/figures/AttentionMaps';
import { lineOf, shownTop, type Candidate } from './store/tryout';

/** What was seen, with the names of those that saw it; who is not chosen any more is left out. */
export const seenBy = (chosen: Candidate[], seen: TryLook['seen']): SeenBy[] =>
  chosen.flatMap((candidate) => {
    const found = seen.find((one) => one.key === candidate.key);
    return found ? [{ name: lineOf(candidate, chosen), method: candidate.method, base: candidate.base, ...found, prediction: { ...found.prediction, top: shownTop(candidate, found.prediction.top) } }] : [];
  });
