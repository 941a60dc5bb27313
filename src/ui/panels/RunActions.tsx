import { Button } from '../controls/Button';
import { deleteRun, repeatRun, trainAgain } from '../store/actions';
import { dataById, modelById, useCatalog } from '../store/catalog';
import { useStale } from '../store/dataStamp';
import { openExport } from '../store/exports';
import { canResume, isLive, leftWeights, useRuns, type Run } from '../store/runs';
import { resumeRun, stopRun } from '../store/trainer';
import { t } from '../strings';
import css from './runs.module.css';

/** What can be done with one run of the table. */
export function RunActions({ run, elsewhere }: { run: Run; elsewhere: boolean }) {
  const busy = useRuns((state) => state.current !== '');
  const stale = useStale()(run);
  const there = useCatalog((catalog) => modelById(catalog, run.spec.model) !== undefined && dataById(catalog, run.spec.data) !== undefined);
  if (elsewhere) return null;
  const name = <span className="sr"> {run.name}</span>;
  if (isLive(run))
    return (
      <Button kind="quiet" small disabled={run.state === 'stopping'} onClick={() => stopRun()}>
        {run.state === 'stopping' ? t.run.stopping : t.run.stop}
        {name}
      </Button>
    );
  if (run.state === 'waiting')
    return (
      <Button kind="quiet" small onClick={() => deleteRun(run.id)}>
        {t.runs.cancel}
        {name}
      </Button>
    );
  return (
    <span className={css.acts}>
      {canResume(run) && (
        <Button kind="quiet" small disabled={busy} onClick={() => void resumeRun(run.id)}>
          {t.runs.resume}
          {name}
        </Button>
      )}
      {leftWeights(run) && (
        <Button kind="quiet" small onClick={() => openExport(run)}>
          {t.runs.export}
          {name}
        </Button>
      )}
      <Button kind="quiet" small disabled={!there} title={stale ? t.table.againNow : t.table.againSame} onClick={() => (stale ? trainAgain(run) : repeatRun(run))}>
        {t.runs.again}
        {name}
      </Button>
      <Button kind="quiet" small onClick={() => deleteRun(run.id)}>
        {t.runs.delete}
        {name}
      </Button>
    </span>
  );
}
