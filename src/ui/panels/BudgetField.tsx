import { useId, useState } from 'react';
import controls from '../controls/controls.module.css';
import { useChange } from '../controls/useChange';
import { formatCount } from '../../language/format';
import { mostBudget, type Match } from '../store/settings';
import { readCount } from '../store/sweepText';
import { t } from '../strings';
import css from './panels.module.css';

/** The budget as a number that can be typed; the slider below moves the same value. */
export function BudgetField({ by, budget, onChange }: { by: Match; budget: number; onChange: (budget: number) => void }) {
  const id = useId();
  const [text, setText] = useState(formatCount(budget));
  useChange(budget, () => setText(formatCount(budget)));
  const value = readCount(text);
  // What cannot be read stays to be mended, and says so; nothing typed is the value before.
  const commit = () => {
    if (text.trim() === '' || value === budget) setText(formatCount(budget));
    else if (value !== null) onChange(value);
  };
  const wrong = value === null && text.trim() !== '';
  return (
    <>
      <div className={css.budget}>
        <label className={controls.label} htmlFor={id}>
          {t.budget.short[by]}
        </label>
        <input
          id={id}
          className={controls.input}
          autoComplete="off"
          aria-label={t.budget.labels[by]}
          value={text}
          aria-invalid={wrong}
          aria-describedby={wrong ? `${id}-error` : undefined}
          onChange={(event) => setText(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            commit();
            // What cannot be read starts nothing either.
            if (wrong) event.preventDefault();
          }}
        />
      </div>
      {wrong && (
        <span id={`${id}-error`} role="status" className={`${controls.hint} ${controls.error} ${css.budgetError}`}>
          {t.budget.wrong(text.slice(0, 40), mostBudget)}
        </span>
      )}
    </>
  );
}
