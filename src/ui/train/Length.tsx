import { useId, useState } from 'react';
import controls from '../kit/controls/controls.module.css';
import { FieldInput } from '../core/parts/Fields';
import { Segmented } from '../kit/controls/Segmented';
import { dataById, useCatalog } from '../core/data/catalog';
import { trainFields } from '../core/settings/fields';
import { setTrain, useSettings } from '../core/settings/settings';
import { useStandard } from './useHeld';
import css from './methods.module.css';
import { methodWords } from '../core/words/budget';

const units = ['steps', 'epochs'] as const;

/** Training length of every method: a number of steps, or of passes over the pictures. */
export function Length() {
  const train = useSettings((settings) => settings.train);
  const data = useSettings((settings) => settings.data);
  const { own: standard } = useStandard(useCatalog((catalog) => dataById(catalog, data)));
  const id = useId();
  const unit = Number(train.steps ?? standard.steps) > 0 ? 'steps' : 'epochs';
  const { unit: _, empty: __, ...of } = trainFields.find(({ name }) => name === unit)!;
  // No steps would mean epochs, which are chosen beside it.
  const field = unit === 'steps' ? { ...of, min: 1 } : of;
  // What was typed is there again when steps are chosen again.
  const [typed, setTyped] = useState<unknown>();
  const choose = (next: (typeof units)[number]) => {
    if (next === 'epochs') setTyped(train.steps);
    // No steps are what lets the epochs decide.
    setTrain('steps', next === 'epochs' ? 0 : typed);
  };
  return (
    <div className={controls.field}>
      <label htmlFor={id}>{methodWords.length}</label>
      <span className={css.length}>
        <FieldInput key={unit} id={id} field={field} value={train[unit] ?? standard[unit]} standard={standard[unit]} onChange={(value) => setTrain(unit, value)} />
        <Segmented label={methodWords.lengthIn} value={unit} options={units.map((value) => ({ value, text: methodWords.units[value] }))} onChange={choose} />
      </span>
    </div>
  );
}
