import type { ReactNode } from 'react';
import css from './controls.module.css';

interface Props {
  id?: string;
  children: ReactNode;
  onClick?: () => void;
  kind?: 'plain' | 'primary' | 'quiet' | 'danger' | 'link';
  small?: boolean;
  big?: boolean;
  disabled?: boolean;
  /** Makes it a toggle. */
  pressed?: boolean;
  /** True while the part that it opens in place is open. */
  expanded?: boolean;
  /** Id of what it opens. */
  controls?: string;
  /** Sends the form it stands in. */
  submit?: boolean;
  label?: string;
  /** Its effect, if its words are like another button's. */
  title?: string;
}

/** A button. `label` replaces what is read aloud when the visible words are not enough. */
export function Button({ id, children, onClick, kind = 'plain', small = false, big = false, disabled = false, pressed, expanded, controls, submit = false, label, title }: Props) {
  const names = kind === 'link' ? [css.link] : [css.btn, css[kind], small && css.small, big && css.big];
  return (
    <button id={id} type={submit ? 'submit' : 'button'} className={names.filter(Boolean).join(' ')} onClick={onClick} disabled={disabled} aria-pressed={pressed} aria-expanded={expanded} aria-controls={controls} aria-label={label} title={title}>
      {children}
    </button>
  );
}

/** Buttons side by side. */
export function ButtonRow({ children }: { children: ReactNode }) {
  return <div className={css.row}>{children}</div>;
}
