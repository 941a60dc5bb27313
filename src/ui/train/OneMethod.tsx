import { useEffect, useState } from 'react';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Check } from '../kit/controls/Check';
import { formatAbout, formatMiB, formatRange } from '../../language/format';
import { methodLook } from '../../figures/methods';
import { dataById, modelById, useCatalog } from '../core/data/catalog';
import { useChosenTime } from '../core/parts/Start';
import { countsOf } from '../core/runs/runLength';
import { recommendation, severalMethods } from '../core/runs/recommended';
import { changeSettings, setTrain, useSettings } from '../core/settings/settings';
import { Length } from './Length';
import { Shorter } from './Shorter';
import { useStandard } from './useHeld';
import methods from './methods.module.css';
import css from '../core/parts/panels.module.css';
import { recommendedWords as words } from '../core/words/recommended';

/** Evaluations that may pass without a lower loss before a run ends early. */
const PATIENCE = 3;

/** The one method that is trained, why, and what it takes; comparing methods is behind a button. */
export function OneMethod() {
  const [method] = useSettings((settings) => settings.methods);
  const model = useSettings((settings) => settings.model);
  const title = useCatalog((catalog) => modelById(catalog, model)?.title ?? '');
  const planned = useCatalog(({ plans, planning }) => (method === undefined || planning ? undefined : plans[method]));
  const { specs: [spec], steps, time, measured } = useChosenTime();
  const data = useCatalog((catalog) => dataById(catalog, spec?.data ?? ''));
  const counts = spec && data ? countsOf(spec.train, data) : undefined;
  const pictures = counts?.train ?? 0;
  const usual = useStandard(data).ofMany.steps;
  const own = useSettings((settings) => settings.train);
  const patience = Number(own.early_stopping_patience ?? 0);
  const each = spec ? spec.train.batch * spec.train.accumulate : 0;
  const [why, setWhy] = useState<Awaited<ReturnType<typeof recommendation>> | null>(null);
  useEffect(() => void recommendation().then(setWhy), [model, title]);
  const mib = planned && 'plan' in planned ? formatMiB(planned.plan.total_bytes) : '';
  return (
    <div className={methods.alone}>
      <div className={methods.terms}>
        <Length />
      </div>
      {why && why.method === method && <p className={css.soft}>{words.why(methodLook(why.method).title, why.alike, why.data, why.model, why.seeds, why.measured ? '' : title)}</p>}
      <p className={css.soft} role="status">
        {words.takes(time.unknown > 0 || time.seconds === 0 ? '' : (measured ? formatAbout : formatRange)(time.seconds), mib)}
      </p>
      {pictures > 0 && steps > 0 && <p className={css.soft}>{words.sees(steps, each, Math.max(1, Math.round((steps * each) / pictures)))} {steps < usual && own.steps === undefined && words.few}</p>}
      {counts?.followIs === 'val' && (
        <Check checked={patience > 0} onChange={(on) => setTrain('early_stopping_patience', on ? PATIENCE : undefined)}>
          {words.endEarly} <span className={css.soft}>{words.endEarlyHelp(patience || PATIENCE)}</span>
        </Check>
      )}
      {planned && 'error' in planned && <p role="alert">{planned.error}</p>}
      <Shorter />
      <ButtonRow>
        <Button small expanded={false} onClick={() => changeSettings(severalMethods)}>
          {words.compare}
        </Button>
      </ButtonRow>
    </div>
  );
}
