import { useId, useState } from 'react';
import controls from '../controls/controls.module.css';
import { formatCount } from '../format';
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
  const value = Math.round(Number(text.replaceAll(/[\s,_]/g, '')));
  const valid = value > 0 && value < 1e10;
  const commit = () => (valid ? value !== budget && onChange(value) : setText(formatCount(budget)));
  return (
    <input
      id={id}
      className={controls.input}
      inputMode="numeric"
      autoComplete="off"
      value={text}
      aria-invalid={!valid}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  );
}
