import { FullrankError } from '../../errors/errors';

/**
 * Kind of trouble, so that callers can choose what to offer: `id` (malformed id, path, revision, endpoint or
 * token), `gated` (401, 403), `not-found`, `offline` (no answer), `server` (5xx, 429), `answer` (an answer that makes no
 * sense), `damaged` (size or hash differ), `quota` (no room), `storage` (storage refused), `cancelled`.
 */
export type HubErrorKind = 'id' | 'gated' | 'not-found' | 'offline' | 'server' | 'answer' | 'damaged' | 'quota' | 'storage' | 'cancelled';

/** Trouble with a hub or with the cache; the message says what happened and what to do. It never holds a token or a signed address. */
export class HubError extends FullrankError {
  override name = 'HubError';
  constructor(
    readonly kind: HubErrorKind,
    what: string,
    /** For `server`: milliseconds that the server asks to wait (Retry-After). */
    readonly wait: number | null = null,
  ) {
    super(what);
  }
}

/** True for trouble that may be gone at the next try. */
export const isPassing = (error: unknown): error is HubError => error instanceof HubError && (error.kind === 'offline' || error.kind === 'server');

export const cancelled = (): HubError => new HubError('cancelled', 'The download was cancelled; what is already there is kept, and the next try goes on from it.');

/** Throws a HubError when the person has cancelled. */
export function checkCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}

/** 12.3 MB, decimal as download pages count. */
export function sizeText(bytes: number): string {
  const [unit, name] = bytes >= 1e9 ? [1e9, 'GB'] : bytes >= 1e6 ? [1e6, 'MB'] : [1e3, 'kB'];
  return bytes < 1000 ? `${bytes} bytes` : `${(bytes / unit).toFixed(1)} ${name}`;
}
