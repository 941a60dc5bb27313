import { useId, useState } from 'react';
import { formatSetting } from '../format';
import { parseField, type Field } from '../store/fields';
import { t } from '../strings';
import { Button } from './Button';
import { Check } from './Check';
import css from './controls.module.css';

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
  const hint = (
    <span id={`${id}-hint`} className={css.hint}>
      {field.help}
      {changed && (
        <>
          {' '}
          {standard !== null && t.fields.changed(formatSetting(standard))}{' '}
          <Button kind="link" label={t.fields.resetOf(field.label)} onClick={() => onChange(undefined)}>
            {t.fields.reset}
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
        <TypedInput key={String(shown)} id={id} field={field} shown={shown} standard={standard} onChange={onChange} />
      )}
      {hint}
    </div>
  );
}

/** Text while it is typed, a value when it is one. Nothing is set from text that is no good. */
function TypedInput({ id, field, shown, standard, onChange }: { id: string; field: Field; shown: unknown; standard: unknown; onChange: (value: unknown) => void }) {
  const [text, setText] = useState(formatSetting(shown));
  const checked = parseField(field, text);
  const commit = () => {
    if (!checked.ok) return setText(formatSetting(shown));
    if (formatSetting(checked.value) !== formatSetting(shown)) onChange(formatSetting(checked.value) === formatSetting(standard) ? undefined : checked.value);
  };
  return (
    <>
      <input
        id={id}
        className={css.input}
        inputMode={field.kind === 'integer' ? 'numeric' : field.kind === 'number' ? 'decimal' : undefined}
        autoComplete="off"
        value={text}
        aria-invalid={!checked.ok}
        aria-describedby={checked.ok ? `${id}-hint` : `${id}-error ${id}-hint`}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
      {!checked.ok && (
        <span id={`${id}-error`} className={`${css.hint} ${css.error}`}>
          {t.fields.wrong(checked.reason, field.min, field.max)}
        </span>
      )}
    </>
  );
}
