import { dataById, useCatalog } from './catalog';
import { estimate, stepsOf, type Estimate } from './estimate';
import { liveOf } from './metrics';
import { isEnded, type Run } from './runs';

/** How long the runs of the queue will take: each that waits, all that wait, and all with what is left of the one that goes on. */
export interface QueueTime {
  each: readonly Estimate[];
  waiting: Estimate;
  all: Estimate;
}

/** Seconds that the run which goes on has left: as it says itself, and before it does as runs like it took. */
function leftOf(run: Run, expected: (run: Run) => Estimate): Estimate {
  if (isEnded(run)) return { seconds: 0, unknown: 0 };
  const { secondsLeft } = liveOf(run.id);
  const known = Number.isFinite(secondsLeft);
  // A search says what is left of itself.
  if (known && run.phase !== 'search') return { seconds: secondsLeft, unknown: 0 };
  const rest = expected(known ? { ...run, spec: { ...run.spec, rate: undefined } } : run);
  return { seconds: rest.seconds + (known ? secondsLeft : 0), unknown: rest.unknown };
}

/** The same of this queue, by what runs that are kept took on this device. */
export function queueTime(current: Run | undefined, waiting: readonly Run[], runs: readonly Run[]): QueueTime {
  const { datasets, device } = useCatalog.getState();
  const of = (some: readonly Run[]) => estimate(some.map((run) => run.spec), (spec) => stepsOf(spec, dataById({ datasets }, spec.data)), runs, device?.description ?? '');
  const all = of(waiting);
  const left = current ? leftOf(current, (run) => of([run])) : { seconds: 0, unknown: 0 };
  return { each: waiting.map((run) => of([run])), waiting: all, all: { seconds: all.seconds + left.seconds, unknown: all.unknown + left.unknown } };
}
