import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Check } from '../kit/controls/Check';
import { FormField } from '../kit/controls/FormField';
import { Note } from '../kit/controls/Sign';
import type { Pushed } from '../../train/protocol';
import { idOf, setEndpoint, setToken, useHub } from '../core/data/hub';
import { useSettings } from '../core/settings/settings';
import hub from '../core/parts/hub.module.css';
import panels from '../core/parts/panels.module.css';
import { pushWords } from './words/push';
import { hubWords } from '../core/words/hub';

interface Props {
  /** Default name of the repository. */
  repository: string;
  /** Says what is pushed besides, and what is not. */
  along: string;
  /** It is on its way: nothing can be typed. */
  working: boolean;
  /** True if it cannot begin now for another reason. */
  disabled?: boolean;
  /** Changes when there is something new to see below the fields. */
  news?: string;
  onPush: (repository: string, hidden: boolean) => void;
  /** Progress or outcome of the push. */
  outcome?: ReactNode;
  /** The way out. */
  children: ReactNode;
}

/** Form for a target on the hub: the repository, the token for it, and who may see it. */
export function HubTargetForm({ repository, along, working, disabled = false, news = '', onPush, outcome, children }: Props) {
  const [typed, setTyped] = useState(repository);
  const [hidden, setHidden] = useState(true);
  const token = useHub((state) => state.token);
  const endpoint = useSettings((settings) => settings.hubEndpoint);
  const section = useRef<HTMLElement>(null);
  // It opens below, and what it says comes last.
  useEffect(() => {
    // What it returns, a promise in some browsers, is no way to end an effect.
    void section.current?.scrollIntoView({ block: 'nearest' });
  }, [news]);
  return (
    <section ref={section} className={hub.box} aria-label={pushWords.form}>
      <form
        className={hub.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (working) return;
          const id = idOf(typed);
          setTyped(id);
          onPush(id, hidden);
        }}
      >
        <FormField label={pushWords.repository} hint={pushWords.repositoryHint} value={typed} readOnly={working} required maxLength={200} autoFocus onText={setTyped} />
        <FormField label={pushWords.token} hint={pushWords.tokenHint} type="password" value={token} readOnly={working} required onText={setToken} />
        <Check checked={hidden} disabled={working} onChange={setHidden}>
          {pushWords.hidden}
        </Check>
        <details className={panels.fold}>
          <summary>
            {pushWords.endpoint} {endpoint && <span className={panels.tag}>{endpoint.replace(/^https?:\/\//, '')}</span>}
          </summary>
          <div className={hub.more}>
            <FormField label={hubWords.endpoint} hint={hubWords.endpointHint} type="url" inputMode="url" maxLength={200} placeholder="https://huggingface.co" value={endpoint} readOnly={working} onText={setEndpoint} />
          </div>
        </details>
        <p className={panels.hint}>{along}</p>
        {outcome}
        <ButtonRow>
          <Button submit small disabled={working || disabled}>
            {pushWords.start}
          </Button>
          {children}
        </ButtonRow>
      </form>
    </section>
  );
}

/** That it is there, with the ways to it. */
export function PushedNote({ pushed: { url, commit } }: { pushed: Pushed }) {
  return (
    <Note sign="ok">
      {pushWords.done} <Link to={url}>{url.split('/').slice(-2).join('/')}</Link>, <Link to={`${url}/commit/${commit}`}>{pushWords.commit(commit.slice(0, 7))}</Link>.
    </Note>
  );
}

const Link = ({ to, children }: { to: string; children: string }) => (
  <a href={to} target="_blank" rel="noopener noreferrer">
    {children}
  </a>
);
