import { useDeferredValue, useId, useState, type KeyboardEvent } from 'react';
import { Button } from '../kit/controls/Button';
import controls from '../kit/controls/controls.module.css';
import type { FilterError } from '../core/runs/filter';
import type { Run } from '../core/runs/runs';
import { changeSettings, useSettings } from '../core/settings/settings';
import { completions, useAround } from '../core/runs/table';
import css from '../core/parts/runs.module.css';
import { filterWords, tableWords } from '../core/words/table';

/** A filter as text, with what can stand next; what is wrong is said with its place. */
export function FilterField({ runs, error }: { runs: readonly Run[]; error: FilterError | null }) {
  const text = useSettings((settings) => settings.filter);
  const id = useId();
  const around = useAround();
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const seen = useDeferredValue(text);
  const shown = open && seen === text ? completions(seen, runs, around).items : [];
  // Of what is typed, not of what is drawn: the list follows a moment later, and keys do not wait for it.
  const offered = () => completions(text, runs, around);
  const take = (item: string) => {
    const { from } = offered();
    changeSettings({ filter: `${text.slice(0, from)}${item} ` });
    setAt(-1);
    document.getElementById(id)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && shown.length > 0) {
      event.preventDefault();
      setOpen(false);
      return;
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      const count = offered().items.length;
      if (count > 0) setAt((at + (event.key === 'ArrowDown' ? 1 : count + Number(at < 0))) % count);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && open) {
      const item = offered().items[at];
      if (item === undefined) return;
      event.preventDefault();
      take(item);
    }
  };
  return (
    <div className={css.filter}>
      <label className={controls.label} htmlFor={id}>
        {filterWords.label}
      </label>
      <div className={css.typed}>
        <input
          id={id}
          className={`${controls.input} ${controls.code}`}
          role="combobox"
          aria-expanded={shown.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={shown[at] === undefined ? undefined : `${id}-${at}`}
          aria-invalid={error !== null}
          aria-describedby={`${id}-about`}
          autoComplete="off"
          spellCheck={false}
          placeholder={filterWords.placeholder}
          value={text}
          onChange={(event) => {
            changeSettings({ filter: event.target.value });
            setOpen(event.target.value !== '');
            setAt(-1);
          }}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        <ul id={`${id}-list`} className={css.offers} role="listbox" aria-label={filterWords.completions} hidden={shown.length === 0}>
          {shown.map((item, i) => (
            <li
              key={item}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === at}
              onPointerDown={(event) => {
                event.preventDefault();
                take(item);
              }}
            >
              {item}
            </li>
          ))}
        </ul>
      </div>
      {text !== '' && (
        <Button kind="quiet" small onClick={() => changeSettings({ filter: '' })}>
          {tableWords.clear}
        </Button>
      )}
      <p id={`${id}-about`} className={error ? `${controls.hint} ${controls.error}` : 'sr'} role={error ? 'status' : undefined}>
        {error ? (
          <>
            {error.message} <code className={css.place}>
              {text.slice(0, error.from)}
              <mark>{text.slice(error.from, error.to) || '␣'}</mark>
              {text.slice(error.to)}
            </code>
          </>
        ) : (
          filterWords.help
        )}
      </p>
    </div>
  );
}
