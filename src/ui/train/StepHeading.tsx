import type { ReactNode } from 'react';
import css from '../core/parts/panels.module.css';

/** Number, title and the line that leads to the next step. */
export function StepHeading({ number, title, last = false, beside }: { number: number; title: string; last?: boolean; beside?: ReactNode }) {
  return (
    <div className={css.step}>
      <span className={css.n} aria-hidden="true">
        {number}
      </span>
      <h2>{title}</h2>
      {beside}
      {!last && <span className={css.wire} />}
    </div>
  );
}
