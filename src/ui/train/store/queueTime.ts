import { timeOf, type Estimate } from '../../core/runs/estimate';
import { liveOf } from '../../core/runs/metrics';
import { isEnded, type Run } from '../../core/runs/runs';

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

/** Time that all waiting runs will take, with the rest of the current one, by what kept runs took on this device. */
export function queueTime(current: Run | undefined, waiting: readonly Run[], runs: readonly Run[]): Estimate {
  const of = (some: readonly Run[]) => timeOf(some.map((run) => run.spec), runs);
  const all = of(waiting);
  const left = current ? leftOf(current, (run) => of([run])) : { seconds: 0, unknown: 0 };
  return { seconds: all.seconds + left.seconds, unknown: all.unknown + left.unknown };
}
