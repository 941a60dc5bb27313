import { trainsOf } from '../../adapters/fields';
import controls from '../kit/controls/controls.module.css';
import { Button, ButtonRow } from '../kit/controls/Button';
import { part } from '../kit/controls/Part';
import { Segmented } from '../kit/controls/Segmented';
import { Note } from '../kit/controls/Sign';
import { Term } from '../kit/controls/Term';
import { methodLook, offeredFor, orderMethods } from '../../figures/methods';
import { areOwn, dataById, modelById, useCatalog } from '../core/data/catalog';
import { amountName } from '../core/data/matching';
import { changeSettings, matches, useSettings } from '../core/settings/settings';
import { useIsShown } from '../core/storage/shown';
import { useChosenTime, useOneMethod } from '../core/parts/Start';
import { LONG } from '../core/runs/long';
import { oneMethod } from '../core/runs/recommended';
import { budgetOf } from '../core/runs/specs';
import type { TermName } from '../kit/words/terms';
import { BudgetField } from './BudgetField';
import { FindRates, RateCost } from './FindRates';
import { Length } from './Length';
import { dividedText } from '../core/parts/memoryHelp';
import { Meanings, symbolsOf } from '../core/parts/Meanings';
import { MethodTable } from './MethodTable';
import css from './methods.module.css';
import { methodWords, budgetWords } from '../core/words/budget';

/** With bundled pictures, and where runs are short, they are not needed. */
const OneMethod = part(() => import('./OneMethod').then((module) => module.OneMethod));
const Shorter = part(() => import('./Shorter').then((module) => module.Shorter));

/** Words of the table that are explained under it. */
const words = Object.entries(methodWords.terms) as [TermName, string][];

/** 2, second part: which methods are compared, at which budget, for how long, and what each of them takes. */
export function MethodsPanel() {
  const { models, datasets, matched } = useCatalog();
  const settings = useSettings();
  const by = settings.match;
  const budget = by === 'parameters' ? budgetOf(settings, modelById({ models }, settings.model)) : settings[amountName[by]] || (matched.by === by ? matched.amount : 0);
  const offered = offeredFor(modelById({ models }, settings.model));
  const budgetShown = useIsShown('budget');
  const setBudget = (value: number) => changeSettings({ [amountName[by]]: value });
  const alone = useOneMethod();
  const { time } = useChosenTime();
  const isLong = time.unknown === 0 && time.seconds > LONG;
  const own = areOwn(dataById({ datasets }, settings.data));
  if (alone)
    return (
      <section className={css.panel} aria-label={methodWords.title}>
        <OneMethod />
      </section>
    );
  return (
    <section className={css.panel} aria-label={methodWords.title}>
      <div className={css.terms}>
        {budgetShown && (
          <>
            <div className={controls.field}>
              <span className={controls.label}>
                <Term name="budget">{budgetWords.by}</Term>
              </span>
              <Segmented label={budgetWords.by} value={by} options={matches.filter((value) => value !== 'time' || by === 'time').map((value) => ({ value, text: budgetWords.kinds[value] }))} onChange={(match) => changeSettings({ match })} />
            </div>
            {budget > 0 && <BudgetField by={by} budget={budget} onChange={setBudget} />}
          </>
        )}
        <Length />
      </div>
      <MethodTable by={by} budget={budget} ruled={budgetShown && budget > 0} onBudget={setBudget} />
      <Reasons />
      {budgetShown && matched.by !== by && <p className={css.hint}>{budgetWords.solving}</p>}
      <div className={css.under}>
        <p className={css.hint}>
          {methodWords.legend} <Meanings of={[...symbolsOf(offered), ...words]} />
          {by === 'time' && budgetWords.estimated}
        </p>
        <FindRates />
      </div>
      <RateCost />
      {isLong && <Shorter />}
      {own && (
        <ButtonRow>
          <Button small onClick={() => void oneMethod().then(changeSettings)}>
            {methodWords.one}
          </Button>
        </ButtonRow>
      )}
    </section>
  );
}

/** Reasons why methods are off the budget, or cannot be planned. */
function Reasons() {
  const { rows, plans, matched } = useCatalog();
  const { methods, match } = useSettings();
  const reasons = orderMethods(methods).flatMap((method) => {
    const planned = plans[method];
    const error = planned && 'error' in planned ? planned.error : '';
    // That a head alone has no adapter parameters is what its row says.
    const off = matched.by === match && trainsOf(method) !== 'head' ? rows.find((row) => row.method === method)?.reason : '';
    const parts = planned && 'plan' in planned ? planned.plan.micro_batches : undefined;
    return [...(error ? [{ method, sign: 'err' as const, text: error }] : []), ...(parts ? [{ method, sign: 'info' as const, text: dividedText(parts) }] : []), ...(off ? [{ method, sign: 'info' as const, text: off }] : [])];
  });
  if (reasons.length === 0) return null;
  return (
    <div className={css.whys}>
      {reasons.map(({ method, sign, text }) => (
        <Note key={`${method} ${text}`} sign={sign} quiet={sign === 'info'}>
          {methodLook(method).title}: {text}
        </Note>
      ))}
    </div>
  );
}
