import { BudgetRuler } from '../charts/BudgetRuler';
import { MethodGlyph } from '../charts/MethodGlyph';
import { identity, MethodKey } from '../charts/MethodKey';
import { Check } from '../controls/Check';
import { Segmented } from '../controls/Segmented';
import { Note } from '../controls/Sign';
import { formatCount } from '../format';
import { methodLook, orderMethods } from '../methods';
import { modelById, useCatalog } from '../store/catalog';
import { methodFields } from '../store/fields';
import { amountName, factorOf } from '../store/matching';
import { specFor } from '../store/open';
import { changeSettings, matches, toggleMethod, useSettings } from '../store/settings';
import { useIsShown } from '../store/shown';
import { budgetOf, mainSetting } from '../store/specs';
import { t } from '../strings';
import { BudgetField } from './BudgetField';
import { Costs } from './Costs';
import { WorkCap } from './WorkCap';
import css from './panels.module.css';

/** 2, second part: which methods are compared, at which budget, and what each can reach. */
export function MethodsPanel() {
  const { rows, plans, models, matched } = useCatalog();
  const settings = useSettings();
  const model = modelById({ models }, settings.model);
  const by = settings.match;
  const budget = by === 'parameters' ? budgetOf(settings, model) : settings[amountName[by]] || (matched.by === by ? matched.amount : 0);
  const budgetShown = useIsShown('budget');
  const setBudget = (value: number) => changeSettings({ [amountName[by]]: value });
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
                {count === undefined ? '–' : formatCount(count)}
                {row && matched.by === by && factorOf(row, matched.amount) !== 1 && <small title={t.methods.offBudget}>{t.methods.factor(factorOf(row, matched.amount))}</small>}
              </span>
            </li>
          );
        })}
      </ul>
      <p className={css.hint}>{t.methods.legend(head ? formatCount(head) : '')}</p>
      {budgetShown && (
        <div className={css.column}>
          <div className={css.matchBy}>
            <span>{t.budget.by}</span>
            <Segmented label={t.budget.by} value={by} options={matches.map((value) => ({ value, text: t.budget.kinds[value] }))} onChange={(match) => changeSettings({ match })} />
          </div>
          {budget > 0 && <BudgetField label={t.budget.labels[by]} budget={budget} onChange={setBudget} />}
          {ordered.length > 0 && matched.by === by && (
            <BudgetRuler rows={ordered} budget={budget} label={t.budget.labels[by]} words={t.budget.values[by]} setting={(row) => (row.config ? mainSetting(row.config) || t.budget.fixed : '–')} onChange={setBudget} />
          )}
          {matched.by !== by && <p className={css.soft}>{t.budget.solving}</p>}
          {by === 'parameters' && <WorkCap />}
          {by === 'time' && <p className={css.hint}>{t.budget.estimated}</p>}
        </div>
      )}
      {matched.by === by && rows.some((row) => settings.methods.includes(row.method) && row.reason) && (
        <div className={css.whys}>
          {orderMethods(settings.methods).flatMap((method) => {
            const reason = rows.find((row) => row.method === method)?.reason;
            return reason ? [<Note key={method} sign="info" quiet>{methodLook(method).title}: {reason}</Note>] : [];
          })}
        </div>
      )}
      <Costs />
    </section>
  );
}
