import { useId, useState } from 'react';
import controls from '../kit/controls/controls.module.css';
import { useChange } from '../kit/controls/useChange';
import { formatCount } from '../../language/format';
import { useCatalog } from '../core/data/catalog';
import type { Match } from '../core/settings/settings';
import { readCount } from '../core/settings/sweepText';
import css from '../core/parts/panels.module.css';
import { budgetWords } from '../core/words/budget';

/** The budget as a number that can be typed; the slider below moves the same value. */
export function BudgetField({ by, budget, onChange }: { by: Match; budget: number; onChange: (budget: number) => void }) {
  const id = useId();
  const [text, setText] = useState(formatCount(budget));
  // What was typed last and is no amount, as in every field: it is gone from the input, and must not be gone without a word.
  const [refused, setRefused] = useState('');
  useChange(budget, () => {
    setText(formatCount(budget));
    setRefused('');
  });
  const most = useCatalog(({ rows }) => Math.max(0, ...rows.flatMap(({ range }) => range)));
  const value = readCount(text);
  const isWrong = value === null && text.trim() !== '';
  /** False where what is typed is no good; nothing typed is the value before. */
  const commit = (): boolean => {
    if (value !== null && value !== budget) onChange(value);
    else setText(formatCount(budget));
    if (isWrong) setRefused(text);
    return !isWrong;
  };
  const wrong = isWrong ? text : refused;
  return (
    <>
      <div className={css.budget}>
        <label className={controls.label} htmlFor={id}>
          {budgetWords.short[by]}
        </label>
        <input
          id={id}
          className={controls.input}
          autoComplete="off"
          aria-label={budgetWords.labels[by]}
          value={text}
          aria-invalid={isWrong}
          aria-describedby={wrong ? `${id}-error` : undefined}
          onChange={(event) => setText(event.target.value)}
          // Also where the same is typed as stood there, which is no change.
          onInput={() => setRefused('')}
          onBlur={() => void commit()}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            setRefused('');
            // What was not taken starts nothing either.
            if (!commit()) event.preventDefault();
          }}
        />
      </div>
      {wrong && (
        <span id={`${id}-error`} role="status" className={`${controls.hint} ${controls.error} ${css.budgetError}`}>
          {budgetWords.refused(wrong.slice(0, 40), most)}
        </span>
      )}
    </>
  );
}
