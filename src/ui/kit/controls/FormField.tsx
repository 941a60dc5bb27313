import { useId, type InputHTMLAttributes } from 'react';
import css from './controls.module.css';

/** A text field of a form that is sent: its label, and a line of help. */
export function FormField({ label, hint, onText, ...input }: { label: string; hint: string; onText: (text: string) => void } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className={css.field}>
      <label htmlFor={id}>{label}</label>
      <input {...input} id={id} className={css.input} autoComplete="off" autoCapitalize="none" spellCheck={false} aria-describedby={`${id}-hint`} onChange={(event) => onText(event.target.value)} />
      <span id={`${id}-hint`} className={css.hint}>
        {hint}
      </span>
    </div>
  );
}
