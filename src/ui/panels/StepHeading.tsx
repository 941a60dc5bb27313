import css from './panels.module.css';

/** Number, title and the line that leads to the next step. */
export function StepHeading({ number, title, last = false }: { number: number; title: string; last?: boolean }) {
  return (
    <div className={css.step}>
      <span className={css.n} aria-hidden="true">
        {number}
      </span>
      <h2>{title}</h2>
      {!last && <span className={css.wire} />}
    </div>
  );
}
