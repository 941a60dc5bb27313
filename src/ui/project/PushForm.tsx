import { Button } from '../kit/controls/Button';
import { Note } from '../kit/controls/Sign';
import { formatSize } from '../../language/format';
import { cancelExport, runPush, showPush } from '../core/runs/exporting';
import { isWorking, useExport } from '../core/runs/exports';
import { runById, useRuns, type Run } from '../core/runs/runs';
import { useSettings } from '../core/settings/settings';
import { HubTargetForm, PushedNote } from './HubTargetForm';
import hub from '../core/parts/hub.module.css';
import { pushWords } from './words/push';
import { hubWords } from '../core/words/hub';
import { exportWords } from '../core/words/export';

/** Form to push an export to the hub, and the outcome. */
export function PushForm({ run }: { run: Run }) {
  const repository = useSettings((settings) => settings.hubRepository);
  const { way, status } = useExport();
  const working = useExport(isWorking);
  const training = useRuns(({ current }) => current !== '');
  const own = way === 'hub';
  return (
    <HubTargetForm repository={repository} along={runById(run.id) ? pushWords.along : pushWords.alongUnknown} working={working} disabled={training} news={own ? status : ''} onPush={(to, hidden) => void runPush(to, hidden)} outcome={own && <Outcome />}>
      {own && working ? (
        <Button small disabled={status === 'ending'} onClick={cancelExport}>
          {pushWords.cancel}
        </Button>
      ) : (
        <Button kind="quiet" small disabled={working} onClick={() => showPush(false)}>
          {hubWords.close}
        </Button>
      )}
    </HubTargetForm>
  );
}

/** Progress or outcome of a push. */
function Outcome() {
  const { status, format, at, pushed, error } = useExport();
  const { stage, bytes, total = 0 } = at;
  const sending = stage === 'send';
  return (
    <>
      <div role="status">
        {status === 'working' && <Note sign="wait">{sending ? pushWords.sending(formatSize(bytes), total > 0 ? formatSize(total) : '') : exportWords.stages[stage](format, '')}</Note>}
        {status === 'ending' && <Note sign="wait">{exportWords.ending}</Note>}
        {pushed && <PushedNote pushed={pushed} />}
      </div>
      <div role="alert">{status === 'failed' && <Note sign="err">{error}</Note>}</div>
      {status === 'working' && sending && total > 0 && (
        <div className={hub.progress}>
          <progress aria-label={pushWords.progress} value={bytes} max={total} />
        </div>
      )}
    </>
  );
}
