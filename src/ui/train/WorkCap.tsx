import { useId } from 'react';
import { MAX_WORK } from '../../train/config';
import controls from '../kit/controls/controls.module.css';
import { Check } from '../kit/controls/Check';
import { FieldInput } from '../core/parts/Fields';
import type { Field } from '../core/settings/fields';
import { changeSettings, useSettings } from '../core/settings/settings';
import css from './methods.module.css';
import { budgetWords } from '../core/words/budget';

const field: Field = { name: 'maxWork', label: budgetWords.maxWork, kind: 'number', default: MAX_WORK, min: 0, max: 1000, help: budgetWords.maxWorkHelp, unit: budgetWords.maxWorkUnit, empty: { value: 0, means: budgetWords.noMaxWork } };

/** The most work that a method may need at an equal budget, and whether methods are matched by it. */
export function Work() {
  const { match, maxWork } = useSettings();
  const id = useId();
  return (
    <>
      {match === 'parameters' && (
        <div className={controls.field} title={field.help}>
          <label htmlFor={id}>{field.label}</label>
          <span className={css.cap}>
            <FieldInput id={id} field={field} value={maxWork} standard={MAX_WORK} onChange={(value) => changeSettings({ maxWork: typeof value === 'number' ? value : MAX_WORK })} />
          </span>
        </div>
      )}
      <Check checked={match === 'time'} onChange={(on) => changeSettings({ match: on ? 'time' : 'parameters' })}>
        {budgetWords.matchWork}
      </Check>
    </>
  );
}
