import { useId } from 'react';
import controls from '../kit/controls/controls.module.css';
import css from './tryout.module.css';

/** A field for a text, with an example of one in it; Ctrl or Cmd with Enter asks. */
export function TypedText({ label, value, example, onChange, onAsk }: { label: string; value: string; example: string | undefined; onChange: (value: string) => void; onAsk: () => void }) {
  const field = useId();
  return (
    <div className={controls.field}>
      <label htmlFor={field}>{label}</label>
      <textarea
        id={field}
        className={`${controls.input} ${css.typed}`}
        rows={3}
        value={value}
        spellCheck={false}
        placeholder={example}
        onChange={({ target }) => onChange(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          onAsk();
        }}
      />
    </div>
  );
}
