/** The shortest time between two nudges. */
const SOONEST_MS = 2;

/**
 * Firefox looks only every 100 ms whether submitted work is done, unless something is submitted meanwhile (bug 1870699), so that
 * a step of milliseconds takes a tenth of a second. This submits nothing again and again while `promise` is waited for, at
 * intervals of an eighth of the time waited so far: no wait becomes longer by more than that.
 */
export async function nudged<T>(queue: Pick<GPUQueue, 'submit'>, promise: Promise<T>): Promise<T> {
  const start = performance.now();
  let timer: ReturnType<typeof setTimeout>;
  const later = () => {
    timer = setTimeout(nudge, Math.max(SOONEST_MS, (performance.now() - start) / 8));
  };
  const nudge = () => {
    queue.submit([]);
    later();
  };
  later();
  try {
    return await promise;
  } finally {
    clearTimeout(timer!);
  }
}

/** True in Firefox. */
// Stryker disable next-line StringLiteral: any text without that name says the same
export const needsNudges = (): boolean => /Firefox\//.test(globalThis.navigator?.userAgent ?? '');
