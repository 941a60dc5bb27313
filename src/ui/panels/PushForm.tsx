import { useEffect, useRef, useState } from 'react';
import { Button, ButtonRow } from '../controls/Button';
import { Check } from '../controls/Check';
import { FormField } from '../controls/FormField';
import { Note } from '../controls/Sign';
import { formatSize } from '../format';
import { cancelExport, isWorking, runPush, showPush, useExport } from '../store/exports';
import { idOf, setEndpoint, setToken, useHub } from '../store/hub';
import { runById, useRuns, type Run } from '../store/runs';
import { useSettings } from '../store/settings';
import { t } from '../strings';
import hub from './hub.module.css';
import panels from './panels.module.css';

/** Where on the hub an export goes, and how that went. */
export function PushForm({ run }: { run: Run }) {
  const { hubRepository, hubEndpoint } = useSettings();
  const [repository, setRepository] = useState(hubRepository);
  const [hidden, setHidden] = useState(true);
  const token = useHub((state) => state.token);
  const working = useExport(isWorking);
  const { way, status } = useExport();
  const section = useRef<HTMLElement>(null);
  // It stands below the forms, and what it says comes last.
  useEffect(() => {
    if (way === 'hub' || status === 'choose') section.current?.scrollIntoView({ block: 'nearest' });
  }, [way, status]);
  const training = useRuns(({ current }) => current !== '');
  return (
    <section ref={section} className={hub.box} aria-label={t.push.form}>
      <form
        className={hub.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (working) return;
          const id = idOf(repository);
          setRepository(id);
          void runPush(id, hidden);
        }}
      >
        <FormField label={t.push.repository} hint={t.push.repositoryHint} value={repository} readOnly={working} required maxLength={200} autoFocus onText={setRepository} />
        <FormField label={t.push.token} hint={t.push.tokenHint} type="password" value={token} readOnly={working} required onText={setToken} />
        <Check checked={hidden} disabled={working} onChange={setHidden}>
          {t.push.hidden}
        </Check>
        <details className={panels.fold}>
          <summary>
            {t.push.endpoint} {hubEndpoint && <span className={panels.tag}>{hubEndpoint.replace(/^https?:\/\//, '')}</span>}
          </summary>
          <div className={hub.more}>
            <FormField label={t.hub.endpoint} hint={t.hub.endpointHint} type="url" inputMode="url" maxLength={200} placeholder="https://huggingface.co" value={hubEndpoint} readOnly={working} onText={setEndpoint} />
          </div>
        </details>
        <p className={panels.hint}>{runById(run.id) ? t.push.along : t.push.alongUnknown}</p>
        <Outcome repository={repository} />
        <ButtonRow>
          <Button submit small disabled={working || training}>
            {t.push.start}
          </Button>
          <Action />
        </ButtonRow>
      </form>
    </section>
  );
}

/** The way out: of a push that goes on, else of the form. */
function Action() {
  const { way, status } = useExport();
  const working = useExport(isWorking);
  if (working && way === 'hub') {
    return (
      <Button small disabled={status === 'ending'} onClick={cancelExport}>
        {t.push.cancel}
      </Button>
    );
  }
  return (
    <Button kind="quiet" small disabled={working} onClick={() => showPush(false)}>
      {t.hub.close}
    </Button>
  );
}

/** What a push is doing, or how it went. */
function Outcome({ repository }: { repository: string }) {
  const { way, status, format, at, pushed, error } = useExport();
  if (way !== 'hub') return null;
  const { stage, bytes, total = 0 } = at;
  const sending = stage === 'send';
  return (
    <>
      <div role="status">
        {status === 'working' && <Note sign="wait">{sending ? t.push.sending(formatSize(bytes), total > 0 ? formatSize(total) : '') : t.export.stages[stage](format, '')}</Note>}
        {status === 'ending' && <Note sign="wait">{t.export.ending}</Note>}
        {pushed && (
          <Note sign="ok">
            {t.push.done} <Link to={pushed.url}>{repository}</Link>, <Link to={`${pushed.url}/commit/${pushed.commit}`}>{t.push.commit(pushed.commit.slice(0, 7))}</Link>.
          </Note>
        )}
      </div>
      <div role="alert">{status === 'failed' && <Note sign="err">{error}</Note>}</div>
      {status === 'working' && sending && total > 0 && (
        <div className={hub.progress}>
          <progress aria-label={t.push.progress} value={bytes} max={total} />
        </div>
      )}
    </>
  );
}

const Link = ({ to, children }: { to: string; children: string }) => (
  <a href={to} target="_blank" rel="noopener noreferrer">
    {children}
  </a>
);
