/** Gives way to other work where `ms` have passed since it last did, and says whether it has; throws when the signal says so. */
export function breather(ms: number, signal?: AbortSignal): () => Promise<boolean> {
  let last = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - last < ms) return false;
    await new Promise((done) => setTimeout(done));
    last = performance.now();
    signal?.throwIfAborted();
    return true;
  };
}
