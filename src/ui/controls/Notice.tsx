import type { ReactNode } from 'react';
import { t } from '../strings';
import { ButtonRow } from './Button';
import { CopyButton } from './CopyButton';
import { Sign, type SignName } from './Sign';
import css from './controls.module.css';

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

/** What happened, what was kept, what to do, and the details to copy. */
export function FailureCard({ title, sign = 'err', happened, kept, todo, actions, details }: FailureProps) {
  return (
    <section className={css.card} aria-label={title} role={sign === 'err' ? 'alert' : undefined}>
      <header>
        <Sign name={sign} />
        <h2>{title}</h2>
      </header>
      <dl>
        <Part name={t.failure.happened}>{happened}</Part>
        {kept && <Part name={t.failure.kept}>{kept}</Part>}
        {todo && <Part name={t.failure.todo}>{todo}</Part>}
      </dl>
      {actions && <ButtonRow>{actions}</ButtonRow>}
      {details && (
        <details>
          <summary>{t.failure.details}</summary>
          <pre>{details}</pre>
          <CopyButton small shown text={details}>
            {t.failure.copy}
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
