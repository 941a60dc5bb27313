import { pageOf } from './exports';
import { testEvaluation, type Run } from './runs';

/** The run that stands for what came of one's own pictures last: on the data of the newest run that has ended, the one that leaves as a page, or that newest run; undefined where there is none. `isOwn` tells such data. */
export function ownLatest(runs: readonly Run[], isOwn: (data: string) => boolean): Run | undefined {
  const able = runs.filter((run) => run.state === 'done' && !run.theirs && !run.deleted && testEvaluation(run) !== null && isOwn(run.spec.data));
  const newest = able.at(-1);
  return newest && (pageOf(able.filter(({ spec }) => spec.data === newest.spec.data)) ?? newest);
}
