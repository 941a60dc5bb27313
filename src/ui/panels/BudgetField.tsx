import { useId, useState } from 'react';
import controls from '../controls/controls.module.css';
import { formatCount } from '../format';
import { readCount } from '../store/sweepText';
import { t } from '../strings';
import css from './panels.module.css';

/** The budget as a number that can be typed; the ruler below moves the same value. */
export function BudgetField({ label, budget, onChange }: { label: string; budget: number; onChange: (budget: number) => void }) {
  const id = useId();
  return (
    <div className={css.budget}>
      <label className={controls.label} htmlFor={id}>
        {label}
      </label>
      <Typed key={budget} id={id} budget={budget} onChange={onChange} />
    </div>
  );
}

function Typed({ id, budget, onChange }: { id: string; budget: number; onChange: (budget: number) => void }) {
  const [text, setText] = useState(formatCount(budget));
  const value = readCount(text);
  // What cannot be read stays to be mended, and says so; nothing typed is the value before.
  const commit = () => {
    if (text.trim() === '' || value === budget) setText(formatCount(budget));
    else if (value !== null) onChange(value);
  };
  const wrong = value === null && text.trim() !== '';
  return (
    <>
      <input
        id={id}
        className={controls.input}
        autoComplete="off"
        value={text}
        aria-invalid={wrong}
        aria-describedby={wrong ? `${id}-error` : undefined}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
      {wrong && (
        <span id={`${id}-error`} role="status" className={`${controls.hint} ${controls.error}`}>
          {t.budget.wrong(text.slice(0, 40))}
        </span>
      )}
    </>
  );
}
