import { useEffect, useState } from 'react';
import { Button, ButtonRow } from '../kit/controls/Button';
import { formatAbout, formatMiB } from '../../language/format';
import { methodLook } from '../../figures/methods';
import { dataById, modelById, useCatalog } from '../core/data/catalog';
import { useChosenTime } from '../core/parts/Start';
import { countsOf } from '../core/runs/runLength';
import { recommendation, severalMethods } from '../core/runs/recommended';
import { changeSettings, useSettings } from '../core/settings/settings';
import { Length } from './Length';
import { Shorter } from './Shorter';
import methods from './methods.module.css';
import css from '../core/parts/panels.module.css';
import { recommendedWords as words } from '../core/words/recommended';

/** The one method that is trained, why, and what it takes; comparing methods is behind a button. */
export function OneMethod() {
  const [method] = useSettings((settings) => settings.methods);
  const model = useSettings((settings) => settings.model);
  const title = useCatalog((catalog) => modelById(catalog, model)?.title ?? '');
  const planned = useCatalog(({ plans, planning }) => (method === undefined || planning ? undefined : plans[method]));
  const { specs: [spec], steps, time } = useChosenTime();
  const data = useCatalog((catalog) => dataById(catalog, spec?.data ?? ''));
  const pictures = spec && data ? countsOf(spec.train, data).train : 0;
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
        {words.takes(time.unknown > 0 || time.seconds === 0 ? '' : formatAbout(time.seconds), mib)}
      </p>
      {pictures > 0 && steps > 0 && <p className={css.soft}>{words.sees(steps, each, Math.max(1, Math.round((steps * each) / pictures)))}</p>}
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
