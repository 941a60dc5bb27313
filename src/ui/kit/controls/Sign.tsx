import type { ReactNode } from 'react';
import css from './controls.module.css';

export type SignName = 'ok' | 'warn' | 'err' | 'info' | 'wait' | 'stop';

const drawings: Record<SignName, ReactNode> = {
  ok: <path d="M2.5 7.5 5.5 10.5 11.5 3.5" fill="none" stroke="currentColor" strokeWidth="1.75" />,
  warn: (
    <>
      <path d="M7 .8 13.6 13H.4z" fill="var(--warn-fill)" stroke="var(--warn-edge)" strokeWidth=".8" />
      <path d="M7 5v4M7 10.3v1.4" stroke="var(--on-warn)" strokeWidth="1.5" />
    </>
  ),
  err: (
    <>
      <path d="M4.4.8h5.2l3.6 3.6v5.2l-3.6 3.6H4.4L.8 9.600V4.400z" fill="none" stroke="var(--danger)" strokeWidth="1.4" />
      <path d="M7 3.6v4.2M7 9.2v1.5" stroke="var(--danger)" strokeWidth="1.6" />
    </>
  ),
  info: (
    <>
      <circle cx="7" cy="7" r="6" fill="none" stroke="currentColor" strokeWidth="1.3" />
      <path d="M7 6.2v4M7 3.6v1.4" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
  stop: <path d="M2.5 2.5h9v9h-9z" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  wait: <path d="M4 2h2v2H4zM8 2h2v2H8zM4 6h2v2H4zM8 6h2v2H8zM4 10h2v2H4zM8 10h2v2H8z" fill="currentColor" />,
};

/** A status sign: shape first, colour second; words always stand beside it. */
export function Sign({ name }: { name: SignName }) {
  return (
    <svg className={css.sign} viewBox="0 0 14 14" aria-hidden="true">
      {drawings[name]}
    </svg>
  );
}

/** One line with a sign. */
export function Note({ sign, quiet = false, children }: { sign: SignName; quiet?: boolean; children: ReactNode }) {
  return (
    <p className={`${css.note} ${quiet ? css.quietNote : ''}`}>
      <Sign name={sign} />
      <span>{children}</span>
    </p>
  );
}
