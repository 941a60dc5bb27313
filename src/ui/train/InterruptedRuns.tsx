import type { RefObject } from 'react';
import { Button } from '../kit/controls/Button';
import { FailureCard } from '../kit/controls/Notice';
import { useKeepFocus } from '../kit/controls/useKeepFocus';
import { useNow } from '../kit/controls/useNow';
import { formatAgo } from '../../language/format';
import { methodLook } from '../../figures/methods';
import { deleteRun } from '../core/runs/actions';
import { dataById, modelById, useCatalog } from '../core/data/catalog';
import { curveOf } from '../core/runs/metrics';
import { askingIn, useRuns, type Run, useKeptRuns } from '../core/runs/runs';
import { useShown } from '../core/storage/shown';
import { describeSpec } from '../core/runs/specs';
import { resumeRun } from '../core/runs/trainer';
import { runBar } from '../core/parts/Start';
import { interruptedWords, failuresWords } from '../core/words/failures';

/** Runs that were cut off: by a closed page, a lost device or a dead worker. Each offers to go on or to be let go. */
export function InterruptedRuns({ within }: { within: RefObject<HTMLElement | null> }) {
  // The run that goes on again is in the bar.
  useKeepFocus(within, (box) => (box.childElementCount > 0 ? box : document.getElementById(runBar) ?? document.getElementById('main')));
  const inTrain = useShown(({ view }) => view === 'train');
  const runs = askingIn(useKeptRuns(), inTrain);
  const busy = useRuns((state) => state.current !== '');
  return runs.map((run) => <Interrupted key={run.id} run={run} busy={busy} />);
}

function Interrupted({ run, busy }: { run: Run; busy: boolean }) {
  const catalog = useCatalog();
  const now = useNow();
  const steps = curveOf(run.id).column('step');
  const last = Math.max(run.lastStep, steps[steps.length - 1] ?? 0);
  const missing = !modelById(catalog, run.spec.model) ? run.modelTitle : !dataById(catalog, run.spec.data) ? run.dataTitle : '';
  const total = run.plan?.steps ?? run.spec.train.steps;
  const { error } = run;
  const lost = error?.kind === 'device-lost';
  return (
    <FailureCard
      sign="warn"
      title={lost ? interruptedWords.lost : interruptedWords.title(failuresWords.who(run.name, methodLook(run.spec.method.method).title))}
      happened={(error && error.message) || interruptedWords.happened(describeSpec(run.spec), last, total, formatAgo(run.ended || run.started, now))}
      kept={(error && error.kept) || (run.checkpointStep > 0 ? interruptedWords.kept(run.checkpointStep) : interruptedWords.noCheckpoint)}
      todo={missing && catalog.models.length > 0 ? interruptedWords.missing(missing) : undefined}
      details={error?.details}
      actions={
        <>
          <Button kind={busy ? 'plain' : 'primary'} disabled={busy || missing !== '' || !catalog.device?.ok} onClick={() => void resumeRun(run.id)}>
            {run.checkpointStep > 0 ? interruptedWords.resume(run.checkpointStep) : interruptedWords.restart}
          </Button>
          <Button onClick={() => deleteRun(run.id)}>
            {interruptedWords.discard}
            <span className="sr"> {run.name}</span>
          </Button>
        </>
      }
    />
  );
}
