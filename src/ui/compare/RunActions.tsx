import { Button } from '../kit/controls/Button';
import { deleteRun, repeatRun, trainAgain } from '../core/runs/actions';
import { dataById, modelById, useCatalog } from '../core/data/catalog';
import { useStale } from '../core/runs/dataStamp';
import { openExport } from '../core/runs/exports';
import { canResume, isLive, leftWeights, useRuns, type Run } from '../core/runs/runs';
import { resumeRun, stopRun } from '../core/runs/trainer';
import css from '../core/parts/runs.module.css';
import { runWords } from '../core/words/run';
import { runsWords } from '../core/words/runs';
import { tableWords } from '../core/words/table';

/** Actions on one run of the table. */
export function RunActions({ run, elsewhere }: { run: Run; elsewhere: boolean }) {
  const busy = useRuns((state) => state.current !== '');
  const stale = useStale()(run);
  const there = useCatalog((catalog) => modelById(catalog, run.spec.model) !== undefined && dataById(catalog, run.spec.data) !== undefined);
  if (elsewhere) return null;
  const name = <span className="sr"> {run.name}</span>;
  if (isLive(run))
    return (
      <Button kind="quiet" small disabled={run.state === 'stopping'} onClick={() => stopRun()}>
        {run.state === 'stopping' ? runWords.stopping : runWords.stop}
        {name}
      </Button>
    );
  if (run.state === 'waiting')
    return (
      <Button kind="quiet" small onClick={() => deleteRun(run.id)}>
        {runsWords.cancel}
        {name}
      </Button>
    );
  return (
    <span className={css.acts}>
      {canResume(run) && (
        <Button kind="quiet" small disabled={busy} onClick={() => void resumeRun(run.id)}>
          {runsWords.resume}
          {name}
        </Button>
      )}
      {leftWeights(run) && (
        <Button kind="quiet" small onClick={() => openExport(run)}>
          {runsWords.export}
          {name}
        </Button>
      )}
      <Button kind="quiet" small disabled={!there} title={stale ? tableWords.againNow : tableWords.againSame} onClick={() => (stale ? trainAgain(run) : repeatRun(run))}>
        {runsWords.again}
        {name}
      </Button>
      <Button kind="quiet" small onClick={() => deleteRun(run.id)}>
        {runsWords.delete}
        {name}
      </Button>
    </span>
  );
}
