import type { TryLook } from '../../train/protocol';
import type { SeenBy } from '../charts/AttentionMaps';
import type { Candidate } from '../store/tryout';

/** What was seen, with the names of those that saw it; who is not chosen any more is left out. */
export const seenBy = (chosen: Candidate[], seen: TryLook['seen']): SeenBy[] =>
  chosen.flatMap(({ key, name, method, base }) => {
    const found = seen.find((one) => one.key === key);
    return found ? [{ name, method, base, ...found }] : [];
  });
