import { useId, useState, type ReactNode } from 'react';
import css from './fold.module.css';

interface Props {
  title: ReactNode;
  /** Its contents, in a few words. */
  what: ReactNode;
  /** Drawn while it is open. */
  children: ReactNode;
}

/** A section that is folded until it is opened; what is in it is drawn only then. */
export function Fold({ title, what, children }: Props) {
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <section className={css.fold} aria-labelledby={id}>
      <details open={open} onToggle={(event) => event.target === event.currentTarget && setOpen(event.currentTarget.open)}>
        <summary>
          <h2 id={id}>{title}</h2>
          <span>{what}</span>
        </summary>
        {open && <div className={css.body}>{children}</div>}
      </details>
    </section>
  );
}
