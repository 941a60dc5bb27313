import { useId, useState, type ReactNode } from 'react';
import { useChange } from './useChange';
import css from './controls.module.css';

interface Props {
  label: string;
  value: string;
  onCommit: (value: string) => void;
  error?: string;
  children?: ReactNode;
}

/** Text that is set when it is left or Enter is pressed; the field grows with it. */
export function TextField({ label, value, onCommit, error, children }: Props) {
  const id = useId();
  return (
    <div className={css.field}>
      <label htmlFor={id}>{label}</label>
      <Input id={id} value={value} onCommit={onCommit} invalid={!!error} />
      {error && <span className={`${css.hint} ${css.error}`}>{error}</span>}
      {children && (
        <span id={`${id}-hint`} className={css.hint}>
          {children}
        </span>
      )}
    </div>
  );
}

function Input({ id, value, onCommit, invalid }: { id: string; value: string; onCommit: (value: string) => void; invalid: boolean }) {
  const [text, setText] = useState(value);
  useChange(value, () => setText(value));
  const commit = () => text !== value && onCommit(text);
  return (
    <textarea
      rows={1}
      id={id}
      className={`${css.input} ${css.code} ${css.grows}`}
      spellCheck={false}
      value={text}
      aria-invalid={invalid}
      aria-describedby={`${id}-hint`}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        commit();
      }}
    />
  );
}
