/**
 * Wraps an asynchronous job so that it never runs twice at once: a call during a run starts it once more afterwards,
 * with whatever is true then. For answers that only matter when they are the newest; `settled` waits for that one.
 */
export function latest(job: () => Promise<void>): (() => void) & { settled: () => Promise<void> } {
  let running = false;
  let again = false;
  let going = Promise.resolve();
  const go = async (): Promise<void> => {
    running = true;
    do {
      again = false;
      await job();
    } while (again);
    running = false;
  };
  const ask = () => {
    again = true;
    if (!running) going = go();
  };
  return Object.assign(ask, { settled: () => going });
}
