import { cancelled, HubError, isPassing } from './hubError';

export interface RetryPolicy {
  /** Tries in a row that may fail without any progress. */
  tries: number;
  /** Milliseconds before the second try; doubled each time, up to `mostMs`. */
  baseMs: number;
  mostMs: number;
  /** A server that asks for a longer wait than this is not waited for. */
  longestWaitMs: number;
  /** A connection that brings nothing for this long counts as broken. */
  stallMs: number;
}

export const defaultRetry: RetryPolicy = { tries: 5, baseMs: 500, mostMs: 15_000, longestWaitMs: 120_000, stallMs: 30_000 };

/** Milliseconds of a Retry-After header (seconds, or a date); null when there is none that makes sense. */
export function retryAfter(header: string | null, now = Date.now()): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Waits before try number `failures + 1`. Throws the error itself when it will not pass, was met too often, or the wait would be too long. */
export async function backOff(error: unknown, failures: number, policy: RetryPolicy, signal: AbortSignal | undefined): Promise<void> {
  if (!isPassing(error) || failures >= policy.tries) throw error;
  if (error.wait !== null && error.wait > policy.longestWaitMs) {
    throw new HubError('server', `${error.message} It asks to wait ${Math.ceil(error.wait / 60_000)} minutes; try again then.`);
  }
  // Half of the delay is random, so that many pages do not come back together.
  const delay = Math.min(policy.mostMs, policy.baseMs * 2 ** (failures - 1)) * (0.5 + 0.5 * Math.random());
  await sleep(Math.max(error.wait ?? 0, delay), signal);
}

/** Rejects at once when `signal` aborts. */
export function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((done, fail) => {
    if (signal?.aborted) return fail(cancelled());
    const abort = () => {
      clearTimeout(timer);
      fail(cancelled());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      done();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
