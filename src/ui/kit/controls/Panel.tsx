import { useId, type ReactNode } from 'react';
import css from './controls.module.css';

/** A rule, a title, space. The focus may stay on it where what had it is gone. */
export function Panel({ title, aside, actions, children }: { title: string; aside?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className={css.panel} aria-labelledby={id} tabIndex={-1}>
      <div className={css.head}>
        <h2 id={id}>{title}</h2>
        {aside && <span className={css.aside}>{aside}</span>}
        {actions && <span>{actions}</span>}
      </div>
      {children}
    </section>
  );
}
