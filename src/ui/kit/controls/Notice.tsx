import type { ReactNode } from 'react';
import { ButtonRow } from './Button';
import { CopyButton } from './CopyButton';
import { Sign, type SignName } from './Sign';
import css from './controls.module.css';
import { failureWords } from '../words/controls';

/** A line across the page with its actions. */
export function Notice({ kind, children, actions }: { kind: 'plain' | 'warn' | 'err'; children: ReactNode; actions?: ReactNode }) {
  const sign: SignName = kind === 'plain' ? 'info' : kind;
  return (
    <div className={`${css.notice} ${kind === 'plain' ? '' : css[kind]}`} role={kind === 'err' ? 'alert' : 'status'}>
      <div className={css.note}>
        <Sign name={sign} />
        <span>{children}</span>
      </div>
      {actions && <ButtonRow>{actions}</ButtonRow>}
    </div>
  );
}

interface FailureProps {
  title: string;
  sign?: 'err' | 'warn';
  happened: ReactNode;
  kept?: ReactNode;
  todo?: ReactNode;
  actions?: ReactNode;
  details?: string;
}

/** Card of a failure: what happened, what was kept, what to do, and the details to copy. */
export function FailureCard({ title, sign = 'err', happened, kept, todo, actions, details }: FailureProps) {
  return (
    <section className={css.card} aria-label={title} role={sign === 'err' ? 'alert' : undefined}>
      <header>
        <Sign name={sign} />
        <h2>{title}</h2>
      </header>
      <dl>
        <Part name={failureWords.happened}>{happened}</Part>
        {kept && <Part name={failureWords.kept}>{kept}</Part>}
        {todo && <Part name={failureWords.todo}>{todo}</Part>}
      </dl>
      {actions && <ButtonRow>{actions}</ButtonRow>}
      {details && (
        <details>
          <summary>{failureWords.details}</summary>
          <pre>{details}</pre>
          <CopyButton small shown text={details}>
            {failureWords.copy}
          </CopyButton>
        </details>
      )}
    </section>
  );
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
