import { useEffect, useRef, useState } from 'react';
import { Button, ButtonRow } from '../../kit/controls/Button';
import { FormField } from '../../kit/controls/FormField';
import { Note } from '../../kit/controls/Sign';
import { openFromHub, setEndpoint, setToken, showHub, useHub, type HubKind } from '../data/hub';
import { useSettings } from '../settings/settings';
import { HubProgress } from './HubProgress';
import css from './hub.module.css';
import panels from './panels.module.css';
import { hubKinds, hubWords } from '../words/hub';

/** The id of a model or data set, where it comes from, and how far it is. */
export function HubForm({ kind }: { kind: HubKind }) {
  const [id, setId] = useState('');
  const [config, setConfig] = useState('');
  const [revision, setRevision] = useState('');
  const token = useHub((hub) => hub.token);
  const { load, error } = useHub((hub) => hub[kind]);
  const words = hubKinds[kind];
  const endpoint = useSettings((settings) => settings.hubEndpoint);
  const form = useRef<HTMLFormElement>(null);
  const busy = load !== null;
  // Open and Cancel take each other's place: the focus of the one that went must not get lost.
  useEffect(() => {
    if (document.activeElement === document.body) form.current?.querySelector<HTMLElement>(busy ? 'button' : 'input')?.focus();
  }, [busy]);
  return (
    <form
      ref={form}
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void openFromHub(kind, id, revision, config);
      }}
    >
      <FormField label={words.id} hint={words.idHint} value={id} readOnly={busy} required autoFocus onText={setId} />
      {kind === 'dataset' && <FormField label={hubWords.config} hint={hubWords.configHint} value={config} readOnly={busy} onText={setConfig} />}
      <div role="alert">{error && <Note sign="err">{error}</Note>}</div>
      <details className={panels.fold}>
        <summary>
          {hubWords.advanced} {endpoint && <span className={panels.tag}>{endpoint.replace(/^https?:\/\//, '')}</span>}
        </summary>
        <div className={css.more}>
          <FormField label={hubWords.endpoint} hint={hubWords.endpointHint} type="url" inputMode="url" maxLength={200} placeholder="https://huggingface.co" value={endpoint} readOnly={busy} onText={setEndpoint} />
          <FormField label={hubWords.revision} hint={hubWords.revisionHint} placeholder="main" value={revision} readOnly={busy} onText={setRevision} />
          <FormField label={hubWords.token} hint={words.tokenHint} type="password" value={token} readOnly={busy} onText={setToken} />
        </div>
      </details>
      {load ? (
        <HubProgress kind={kind} load={load} />
      ) : (
        <ButtonRow>
          <Button submit small>
            {words.submit}
          </Button>
          <Button kind="quiet" small onClick={() => showHub(kind, false)}>
            {hubWords.close}
          </Button>
        </ButtonRow>
      )}
    </form>
  );
}
