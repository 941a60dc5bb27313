import { MemoryRoles } from '../figures/MemoryStack';
import { Button } from '../../kit/controls/Button';
import { FailureCard } from '../../kit/controls/Notice';
import { formatSetting } from '../../../language/format';
import { methodLook } from '../../../figures/methods';
import { deleteRun, trainAgain, trainAgainWith } from '../runs/actions';
import { dismissFailure, useFailure } from '../runs/failures';
import type { Run } from '../runs/runs';
import { useShown } from '../storage/shown';
import { describeSpec } from '../runs/specs';
import { memoryHelp } from './memoryHelp';
import { failuresWords } from '../words/failures';

/** Id of the card that says why a run failed. */
export const failureCard = 'run-failure';

/** The newest run, where it failed. Not on Start, which is for whoever comes next, and where nothing is said of runs. */
export function RunFailures() {
  const failed = useFailure();
  const view = useShown((shown) => shown.view);
  if (!failed || view === 'start') return null;
  return (
    <div id={failureCard} tabIndex={-1}>
      <Failure run={failed} onDismiss={() => dismissFailure(failed.id)} />
    </div>
  );
}

function Failure({ run, onDismiss }: { run: Run; onDismiss: () => void }) {
  const error = run.error!;
  const { train } = run.spec;
  const text = failuresWords[error.kind];
  const report = [`run: ${run.name}, ${describeSpec(run.spec)}`, error.details].filter(Boolean).join('\n');
  return (
    <FailureCard
      title={text.title(failuresWords.who(run.name, methodLook(run.spec.method.method).title))}
      happened={
        <>
          {error.message || text.happened}
          {error.kind === 'out-of-memory' && run.plan && <MemoryRoles method={run.spec.method.method} predicted={run.plan.bytes} allocated={null} />}
        </>
      }
      kept={error.kept || failuresWords.kept}
      todo={text.todo}
      details={report}
      actions={
        <>
          {error.kind === 'out-of-memory' &&
            memoryHelp(train, run.plan?.bytes ?? {}).map((help) => (
              <Button key={help.text} onClick={() => trainAgainWith(run, help.change)}>
                {help.text}
              </Button>
            ))}
          {error.kind === 'diverged' && (
            <Button onClick={() => trainAgain(run, { lr: Number((train.lr / 3).toPrecision(2)) })}>
              {failuresWords.slower(formatSetting(Number((train.lr / 3).toPrecision(2))))}
            </Button>
          )}
          {error.kind !== 'out-of-memory' && error.kind !== 'diverged' && (
            <Button onClick={() => trainAgain(run)}>
              {failuresWords.again}
            </Button>
          )}
          <Button onClick={() => deleteRun(run.id)}>{failuresWords.remove}</Button>
          <Button kind="quiet" onClick={onDismiss}>
            {failuresWords.dismiss}
          </Button>
        </>
      }
    />
  );
}
