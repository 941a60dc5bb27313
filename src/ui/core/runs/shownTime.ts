import { roundTime } from '../../../language/format';

/** Time left as it is shown: round, going down, and no jump for what a few slow steps say. */
export interface Shown {
  seconds: number;
  /** Since when estimates have been saying something else, in milliseconds; NaN while they do not. */
  since: number;
}

/** Share by which an estimate may differ from what is shown, and seconds that do not matter. */
const APART = { share: 0.3, seconds: 5 };
/** Seconds for which it must differ before what is shown follows it. */
const FOR = { share: 0.15, least: 4, most: 20 };

/** What is shown once an estimate has come in; `now` is in milliseconds. */
export function shownAfter(before: Shown | undefined, seconds: number, now: number): Shown {
  const next: Shown = { seconds: roundTime(seconds), since: NaN };
  // Nothing was known, or nothing was left, or is now: another work begins, or this one ends.
  if (!before || !(before.seconds > 0) || !(seconds > 0)) return next;
  const apart = Math.abs(seconds - before.seconds);
  if (apart <= Math.max(APART.seconds, APART.share * before.seconds)) return { ...next, seconds: Math.min(before.seconds, next.seconds) };
  const since = Number.isNaN(before.since) ? now : before.since;
  const wait = 1000 * Math.min(FOR.most, Math.max(FOR.least, FOR.share * before.seconds));
  return now - since >= wait ? next : { ...before, since };
}

const shown = new Map<string, Shown>();

/** Seconds to show for what has `key`, by what was shown of it before. */
export function shownTime(key: string, seconds: number, now = performance.now()): number {
  const next = shownAfter(shown.get(key), seconds, now);
  shown.set(key, next);
  return next.seconds;
}
