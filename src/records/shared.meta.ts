import type { SharedItems } from '../train/protocol';

/** Items that the test and the training of a run share, of the run with most of them; undefined where none is known to share anything. */
export function mostShared(runs: readonly { summary: { shared?: SharedItems } | null }[]): SharedItems | undefined {
  const [most] = runs.flatMap(({ summary }) => summary?.shared ?? []).sort((a, b) => b.exact + b.near - a.exact - a.near);
  return most && most.exact + most.near > 0 ? most : undefined;
}
