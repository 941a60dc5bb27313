import { BudgetRuler } from '../charts/BudgetRuler';
import { MethodGlyph } from '../charts/MethodGlyph';
import { identity, MethodKey } from '../charts/MethodKey';
import { Check } from '../controls/Check';
import { Note } from '../controls/Sign';
import { formatCount } from '../format';
import { isReference, methodLook, orderMethods } from '../methods';
import { modelById, useCatalog } from '../store/catalog';
import { methodFields } from '../store/fields';
import { specFor } from '../store/open';
import { changeSettings, toggleMethod, useSettings } from '../store/settings';
import { budgetOf, mainSetting, offBudget } from '../store/specs';
import { t } from '../strings';
import { BudgetField } from './BudgetField';
import css from './panels.module.css';

/** 2, second part: which methods are compared, at which budget, and what each can reach. */
export function MethodsPanel() {
  const { rows, plans, models } = useCatalog();
  const settings = useSettings();
  const model = modelById({ models }, settings.model);
  const budget = budgetOf(settings, model);
  const head = Object.values(plans).flatMap((planned) => ('plan' in planned ? planned.plan.head_parameters : []))[0];
  const methods = orderMethods(Object.keys(methodFields));
  const shown = rows.filter((row) => settings.methods.includes(row.method) && row.range[1] > 0);
  const ordered = orderMethods(shown.map((row) => row.method)).map((method) => shown.find((row) => row.method === method)!);

  return (
    <section className={css.column} aria-label={t.methods.title}>
      <ul className={css.methods}>
        <li className={css.methodHead} aria-hidden="true">
          <span />
          <span>{t.methods.method}</span>
          <span>{t.methods.update}</span>
          <span>{t.methods.adds}</span>
        </li>
        {methods.map((method) => {
          const planned = plans[method];
          const row = rows.find((entry) => entry.method === method);
          const on = settings.methods.includes(method);
          const count = planned && 'plan' in planned ? planned.plan.adapter_parameters : row?.config ? row.parameters : undefined;
          const spec = rows.length > 0 ? specFor(method, '', '') : null;
          const impossible = rows.length > 0 && spec === null;
          return (
            <li key={method} className={`${identity(method)} ${on ? '' : css.off}`}>
              <Check checked={on && !impossible} disabled={impossible} label={t.methods.train(methodLook(method).title)} onChange={() => toggleMethod(method)} />
              <span className={css.methodName}>
                <MethodKey method={method} />
                {spec && mainSetting(spec.method) && <small>{mainSetting(spec.method)}</small>}
              </span>
              <MethodGlyph method={method} />
              <span className={css.number}>
                {count !== undefined && offBudget(count, budget) && !isReference(method) && <span title={t.methods.offBudget}>≠ </span>}
                {count === undefined ? '–' : formatCount(count)}
              </span>
            </li>
          );
        })}
      </ul>
      <p className={css.hint}>{t.methods.legend(head ? formatCount(head) : '')}</p>
      <BudgetField budget={budget} onChange={(value) => changeSettings({ budget: value })} />
      {ordered.length > 0 && (
        <BudgetRuler rows={ordered} budget={budget} setting={(row) => (row.config ? mainSetting(row.config) || t.budget.fixed : '–')} onChange={(value) => changeSettings({ budget: value })} />
      )}
      {rows.some((row) => settings.methods.includes(row.method) && row.reason) && (
        <div className={css.whys}>
          {orderMethods(settings.methods).flatMap((method) => {
            const reason = rows.find((row) => row.method === method)?.reason;
            return reason ? [<Note key={method} sign="info" quiet>{reason}</Note>] : [];
          })}
        </div>
      )}
    </section>
  );
}
