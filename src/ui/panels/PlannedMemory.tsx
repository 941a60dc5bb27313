import { Fragment } from 'react';
import { MethodKey } from '../charts/MethodKey';
import { MemoryRoles, MemoryStack } from '../charts/MemoryStack';
import { totalOf } from '../charts/memory';
import { Note } from '../controls/Sign';
import { Panel } from '../controls/Panel';
import { formatCount, formatMiB } from '../format';
import { methodLook, orderMethods } from '../methods';
import { useCatalog } from '../store/catalog';
import { useSettings } from '../store/settings';
import { t } from '../strings';
import css from './panels.module.css';

/** What each selected method will take, before anything is allocated. */
export function PlannedMemory() {
  const plans = useCatalog((catalog) => catalog.plans);
  const methods = useSettings((settings) => settings.methods);
  const planned = orderMethods(methods).flatMap((method) => {
    const one = plans[method];
    return one ? [{ method, ...one }] : [];
  });
  const largest = Math.max(1, ...planned.map((one) => ('plan' in one ? totalOf(one.plan.bytes) : 0)));
  if (planned.length === 0) return null;
  return (
    <Panel title={t.memory.plannedTitle} aside={t.memory.unit}>
      <div className={css.memory}>
        {planned.map((one) =>
          'plan' in one ? (
            <Fragment key={one.method}>
              <MethodKey method={one.method} />
              <MemoryStack method={one.method} bytes={one.plan.bytes} full={largest} />
              <span className={css.number}>{formatMiB(totalOf(one.plan.bytes))}</span>
            </Fragment>
          ) : (
            <div key={one.method} className={css.wide}>
              <Note sign="err">
                {methodLook(one.method).title}: {one.error}
              </Note>
            </div>
          ),
        )}
      </div>
      <p className={css.hint}>{t.memory.legend}</p>
      <details className={css.fold}>
        <summary>{t.memory.byRole}</summary>
        {planned.map(
          (one) =>
            'plan' in one && (
              <div key={one.method} className={css.roleTable}>
                <p>
                  <MethodKey method={one.method} /> <span className={css.hint}>{t.memory.trainable(formatCount(one.plan.trainable_parameters))}</span>
                </p>
                <MemoryRoles method={one.method} predicted={one.plan.bytes} allocated={null} />
              </div>
            ),
        )}
      </details>
    </Panel>
  );
}
