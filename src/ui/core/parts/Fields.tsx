import { useId, useState } from 'react';
import { fieldText, fieldWords, readField, type Field } from '../settings/fields';
import { formatWithin } from '../../../language/format';
import { terms, type TermName } from '../../kit/words/terms';
import { Button } from '../../kit/controls/Button';
import { Check } from '../../kit/controls/Check';
import { Term } from '../../kit/controls/Term';
import { useChange } from '../../kit/controls/useChange';
import css from '../../kit/controls/controls.module.css';
import { formWords } from '../words/fields';

/** Glossary term of a setting whose line of help uses a technical word without naming the term. */
const termOf: Partial<Record<string, TermName>> = { r: 'rank', shots: 'shots', seed: 'seed', val_fraction: 'validation', early_stopping_patience: 'validation', bases: 'randomBases', projection_prng_key: 'randomBases' };

const isTerm = (name: string | undefined): name is TermName => name !== undefined && Object.hasOwn(terms, name);

interface Props {
  field: Field;
  /** Undefined while it has its default. */
  value: unknown;
  onChange: (value: unknown) => void;
  /** Replaces the default of the table, as where a budget chooses the value. */
  standard?: unknown;
}

/** A control made from one entry of a field table. */
export function FieldControl(props: Props) {
  const { field, value, onChange, standard = field.default } = props;
  const id = useId();
  const shown = value ?? standard;
  const changed = value !== undefined && value !== standard;
  const term = isTerm(field.term) ? field.term : termOf[field.name];
  const hint = (
    <span id={`${id}-hint`} className={css.hint}>
      {field.help}
      {term && (
        <>
          {' '}
          <Term name={term}>{formWords.explain}</Term>
        </>
      )}
      {changed && (
        <>
          {' '}
          {standard !== null && formWords.changed(fieldWords(field, standard))}{' '}
          <Button kind="link" label={formWords.resetOf(field.label)} onClick={() => onChange(undefined)}>
            {formWords.reset}
          </Button>
        </>
      )}
    </span>
  );
  if (field.kind === 'boolean') {
    return (
      <div className={css.field}>
        <Check checked={shown === true} onChange={(checked) => onChange(checked === standard ? undefined : checked)}>
          {field.label}
        </Check>
        {hint}
      </div>
    );
  }
  return (
    <div className={css.field}>
      <label htmlFor={id}>{field.label}</label>
      {field.kind === 'choice' ? (
        <select id={id} className={css.select} value={String(shown)} aria-describedby={`${id}-hint`} onChange={(event) => onChange(event.target.value === standard ? undefined : event.target.value)}>
          {field.choices?.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      ) : (
        <TypedInput id={id} hint={`${id}-hint`} field={field} shown={shown} standard={standard} onChange={onChange} />
      )}
      {hint}
    </div>
  );
}

interface InputProps {
  field: Field;
  value: unknown;
  standard: unknown;
  onChange: (value: unknown) => void;
  id?: string;
  /** Accessible name if no label element names the input. */
  label?: string;
}

/** The input of a field by itself, where the words about it stand elsewhere. */
export function FieldInput({ id, value, ...props }: InputProps) {
  const own = useId();
  return <TypedInput id={id ?? own} shown={value} {...props} />;
}

/** Text while it is typed, a value when it is one. Nothing is set from text that is no good. */
function TypedInput({ id, field, shown, standard, label, hint, onChange }: Omit<InputProps, 'value'> & { id: string; shown: unknown; hint?: string }) {
  const written = fieldText(field, shown);
  const [text, setText] = useState(written);
  // What was typed last and is no good: it is gone from the input, and must not be gone without a word.
  const [refused, setRefused] = useState('');
  useChange(String(shown), () => {
    setText(written);
    setRefused('');
  });
  const read = readField(field, text);
  // Nothing typed where there must be something is what holds where nothing is set.
  const standing = !read.ok && text.trim() === '' && typeof standard === 'number';
  const checked = standing ? ({ ok: true, value: standard } as const) : read;
  const unit = field.percent ? '%' : field.unit;
  const typed = (edge: number | undefined) => (edge !== undefined && field.percent ? 100 * edge : edge);
  const why = (reason: 'number' | 'range' | 'whole') => (reason === 'range' ? rangeText(typed(field.min), typed(field.max)) : formWords.wrong[reason]);
  /** False where what is typed is no good. */
  const commit = (): boolean => {
    if (!checked.ok) {
      setRefused(formWords.refused(text, why(checked.reason)));
      setText(written);
      return false;
    }
    const now = fieldText(field, checked.value);
    if (now === written) setText(written);
    else onChange(now === fieldText(field, standard) ? undefined : checked.value);
    return true;
  };
  return (
    <>
      <span className={css.withUnit}>
        <input
          id={id}
          className={css.input}
          inputMode={field.kind === 'integer' ? 'numeric' : field.kind === 'number' ? 'decimal' : undefined}
          autoComplete="off"
          placeholder={field.empty?.means ?? (standing ? fieldText(field, standard) : undefined)}
          value={text}
          aria-label={label}
          aria-invalid={!checked.ok}
          aria-describedby={[(!checked.ok || refused !== '') && `${id}-error`, unit && `${id}-unit`, hint].filter(Boolean).join(' ') || undefined}
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
        {unit && (
          <span id={`${id}-unit`} className={css.unit}>
            {unit}
          </span>
        )}
      </span>
      {(!checked.ok || refused !== '') && (
        <span id={`${id}-error`} className={`${css.hint} ${css.error}`} role={checked.ok ? 'status' : undefined}>
          {checked.ok ? refused : why(checked.reason)}
        </span>
      )}
    </>
  );
}

/** Between which values a number must lie. */
function rangeText(min: number | undefined, max: number | undefined): string {
  const { least, most, range } = formWords.wrong;
  if (max === undefined) return least(formatWithin(min));
  return min === undefined ? most(formatWithin(max)) : range(formatWithin(min), formatWithin(max));
}
