import { fieldGroups, MAX_WORK } from '../../train/config';
import type { Medium } from '../../train/protocol';
import { MethodKey } from '../kit/charts/MethodKey';
import { FieldControl } from '../core/parts/Fields';
import { methodLook, orderMethods } from '../../figures/methods';
import { dataById, useCatalog } from '../core/data/catalog';
import { ownFields, trainFields, type Field } from '../core/settings/fields';
import { useMedium } from '../core/data/medium';
import { setOverride, setTrain, useSettings } from '../core/settings/settings';
import { isPictureSetting, isTextSetting } from '../core/data/texts';
import css from '../core/parts/panels.module.css';
import { useOneMethod } from '../core/parts/Start';
import { useIsShown } from '../core/storage/shown';
import { useStandard } from './useHeld';
import { Work } from './WorkCap';
import { advancedWords } from '../core/words/fields';

/** Rates stand in the table of methods, and what is about texts of classes with the prompts. */
const isHere = ({ name }: Pick<Field, 'name'>, medium: Medium): boolean => name !== 'lr' && !isTextSetting(name) && (medium === 'pictures' || !isPictureSetting(name));

/** Folded away: training settings by what they are about, and each method's own, made from the field tables. */
export function AdvancedPanel() {
  const { train, methods, overrides, data, match, maxWork } = useSettings();
  const set = useCatalog((catalog) => dataById(catalog, data));
  const medium = useMedium();
  // A budget is for methods that are compared.
  const [alone, budgetShown] = [useOneMethod(), useIsShown('budget')];
  const compared = budgetShown && !alone;
  const changed = Object.keys(train).filter((name) => isHere({ name }, medium)).length + Object.values(overrides).reduce((sum, values) => sum + Object.keys(values).length, 0) + Number(compared && (match === 'time' || maxWork !== MAX_WORK));
  const standard: Partial<Record<string, unknown>> = { ...useStandard(set).own };
  return (
    <details className={css.advanced}>
      <summary>
        {advancedWords.title} {changed > 0 && <span className={css.tag}>{advancedWords.changed(changed)}</span>}
      </summary>
      <div className={css.advancedBody}>
        {fieldGroups.map((group) => (
          <section key={group} aria-label={advancedWords.groups[group]}>
            <h3>{advancedWords.groups[group]}</h3>
            <div className={css.fields}>
              {trainFields
                .filter((field) => field.group === group && isHere(field, medium))
                .map((field) => (
                  <FieldControl key={field.name} field={field} value={train[field.name]} standard={standard[field.name]} onChange={(value) => setTrain(field.name, value)} />
                ))}
            </div>
          </section>
        ))}
        {compared && (
          <section aria-label={advancedWords.work}>
            <h3>{advancedWords.work}</h3>
            <div className={css.fields}>
              <Work />
            </div>
          </section>
        )}
        {orderMethods(methods).map((method) => (
          <MethodFieldset key={method} method={method} values={overrides[method] ?? {}} />
        ))}
      </div>
    </details>
  );
}

function MethodFieldset({ method, values }: { method: string; values: Record<string, unknown> }) {
  const row = useCatalog((catalog) => catalog.rows.find((entry) => entry.method === method));
  const fields = ownFields(method);
  if (fields.length === 0) return null;
  return (
    <section aria-label={methodLook(method).title}>
      <h3>
        <MethodKey method={method} />
      </h3>
      <div className={css.fields}>
        {fields.map((field) => (
          <FieldControl key={field.name} field={field} value={values[field.name]} standard={row?.config?.[field.name] ?? field.default} onChange={(value) => setOverride(method, field.name, value)} />
        ))}
      </div>
    </section>
  );
}
