/** Says how far a stage is, and how long it will take from what the first part took. */
export function steps<S extends string>(onEvent: (event: { stage: S; done: number; total: number; seconds_left: number }) => void, stage: S, total: number): () => void {
  const began = performance.now();
  let done = 0;
  onEvent({ stage, done, total, seconds_left: NaN });
  return () => {
    done++;
    onEvent({ stage, done, total, seconds_left: ((performance.now() - began) / 1000 / done) * (total - done) });
  };
}
