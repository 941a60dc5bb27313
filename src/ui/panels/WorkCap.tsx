import { useId } from 'react';
import { MAX_WORK } from '../../train/config';
import controls from '../controls/controls.module.css';
import { FieldInput } from '../controls/Fields';
import type { Field } from '../store/fields';
import { changeSettings, useSettings } from '../store/settings';
import { t } from '../strings';
import css from './methods.module.css';

const field: Field = { name: 'maxWork', label: t.budget.maxWork, kind: 'number', default: MAX_WORK, min: 0, max: 1000, help: t.budget.maxWorkHelp, unit: t.budget.maxWorkUnit, empty: { value: 0, means: t.budget.noMaxWork } };

/** The most work that a method may need at an equal budget. */
export function WorkCap() {
  const maxWork = useSettings((settings) => settings.maxWork);
  const id = useId();
  return (
    <div className={controls.field} title={field.help}>
      <label htmlFor={id}>{field.label}</label>
      <span className={css.cap}>
        <FieldInput id={id} field={field} value={maxWork} standard={MAX_WORK} onChange={(value) => changeSettings({ maxWork: typeof value === 'number' ? value : MAX_WORK })} />
      </span>
    </div>
  );
}
