import { Fragment } from 'react';
import { MethodKey } from '../kit/charts/MethodKey';
import { MemoryRoles, MemoryStack } from '../core/figures/MemoryStack';
import { totalOf } from '../../figures/memory';
import { formatCount, formatMiB } from '../../language/format';
import { orderMethods } from '../../figures/methods';
import { useCatalog } from '../core/data/catalog';
import { useSettings } from '../core/settings/settings';
import css from '../core/parts/panels.module.css';
import { memoryWords } from '../core/words/memory';

/** Planned memory of each selected method by role, before anything is allocated; on demand. */
export function PlannedMemory() {
  const plans = useCatalog((catalog) => catalog.plans);
  const planning = useCatalog((catalog) => catalog.planning);
  const methods = useSettings((settings) => settings.methods);
  const planned = orderMethods(methods).flatMap((method) => {
    const one = plans[method];
    return one && 'plan' in one ? [{ method, plan: one.plan }] : [];
  });
  const largest = Math.max(1, ...planned.map(({ plan }) => totalOf(plan.bytes)));
  if (planned.length === 0) return null;
  return (
    <details className={css.fold}>
      <summary>{memoryWords.plannedTitle}</summary>
      <div className={css.planned} aria-busy={planning}>
        <div className={css.memory}>
          {planned.map(({ method, plan }) => (
            <Fragment key={method}>
              <MethodKey method={method} />
              <MemoryStack method={method} bytes={plan.bytes} full={largest} />
              <span className={css.number}>{memoryWords.mib(formatMiB(totalOf(plan.bytes)))}</span>
            </Fragment>
          ))}
        </div>
        <p className={css.hint}>{memoryWords.legend}</p>
        <div className={css.roleTables}>
          {planned.map(({ method, plan }) => (
            <div key={method} className={css.roleTable}>
              <p>
                <MethodKey method={method} /> <span className={css.hint}>{memoryWords.trainable(formatCount(plan.trainable_parameters))}</span>
              </p>
              <MemoryRoles method={method} predicted={plan.bytes} allocated={null} />
            </div>
          ))}
        </div>
      </div>
    </details>
  );
}
