/**
 * Wraps an asynchronous job so that it never runs twice at once: a call during a run starts it once more afterwards,
 * with whatever is true then. For answers that only matter when they are the newest.
 */
export function latest(job: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  const go = async (): Promise<void> => {
    running = true;
    do {
      again = false;
      await job();
    } while (again);
    running = false;
  };
  return () => {
    again = true;
    if (!running) void go();
  };
}
