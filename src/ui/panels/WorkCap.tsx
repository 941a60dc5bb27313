import { MAX_WORK } from '../../train/config';
import { FieldControl } from '../controls/Fields';
import { changeSettings, useSettings } from '../store/settings';
import type { Field } from '../store/fields';
import { t } from '../strings';

const field: Field = { name: 'maxWork', label: t.budget.maxWork, kind: 'number', default: MAX_WORK, min: 0, max: 1000, help: t.budget.maxWorkHelp };

/** The most time that a method may take at an equal budget. */
export function WorkCap() {
  const maxWork = useSettings((settings) => settings.maxWork);
  return <FieldControl field={field} value={maxWork === MAX_WORK ? undefined : maxWork} onChange={(value) => changeSettings({ maxWork: typeof value === 'number' ? value : MAX_WORK })} />;
}
