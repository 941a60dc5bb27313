import { MethodKey } from '../charts/MethodKey';
import { FieldControl } from '../controls/Fields';
import { methodLook, orderMethods } from '../methods';
import { useCatalog } from '../store/catalog';
import { defaultLr, ownFields, standardTrain, trainFields } from '../store/fields';
import { setLr, setOverride, setTrain, useSettings } from '../store/settings';
import { isTextSetting } from '../store/texts';
import { t } from '../strings';
import css from './panels.module.css';

/** Folded away: training settings and each method's own, made from the field tables. */
export function AdvancedPanel() {
  const { train, lr, methods, overrides } = useSettings();
  const changed = Object.keys(train).filter((name) => !isTextSetting(name)).length + Object.keys(lr).length + Object.values(overrides).reduce((sum, values) => sum + Object.keys(values).length, 0);
  const lrField = trainFields.find((field) => field.name === 'lr');
  const standard: Partial<Record<string, unknown>> = { ...standardTrain(useCatalog((catalog) => catalog.device?.software ?? false)) };
  const selected = orderMethods(methods);
  return (
    <details className={css.advanced}>
      <summary>
        {t.advanced.title} {changed > 0 && <span className={css.tag}>{t.advanced.changed(changed)}</span>}
      </summary>
      <div className={css.advancedBody}>
        <h3>{t.advanced.training}</h3>
        <div className={css.fields}>
          {trainFields
            .filter((field) => field.name !== 'lr' && !isTextSetting(field.name))
            .map((field) => (
              <FieldControl key={field.name} field={field} value={train[field.name]} standard={standard[field.name]} onChange={(value) => setTrain(field.name, value)} />
            ))}
        </div>
        {lrField && selected.length > 0 && (
          <>
            <h3>{lrField.label}</h3>
            <p className={css.hint}>{lrField.help}</p>
            <div className={css.fields}>
              {selected.map((method) => (
                <FieldControl
                  key={method}
                  field={{ ...lrField, label: methodLook(method).title, help: '' }}
                  value={lr[method]}
                  standard={defaultLr(method)}
                  onChange={(value) => setLr(method, value as number | undefined)}
                />
              ))}
            </div>
          </>
        )}
        {selected.map((method) => (
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
