import { MethodKey } from '../charts/MethodKey';
import { formatCount, formatDuration, formatMiB, formatRate } from '../format';
import { orderMethods } from '../methods';
import { useCatalog } from '../store/catalog';
import { specFor } from '../store/open';
import type { Run } from '../store/runs';
import { useSettings } from '../store/settings';
import { useKeptRuns } from '../store/view';
import { t } from '../strings';
import css from './panels.module.css';

/** What each selected method takes to train, to keep and to send: folded away, exact where it can be. */
export function Costs() {
  const { plans, device } = useCatalog();
  const methods = useSettings((settings) => settings.methods);
  const runs = useKeptRuns();
  const planned = orderMethods(methods).flatMap((method) => {
    const one = plans[method];
    return one && 'plan' in one ? [{ method, plan: one.plan, step: measuredStep(method, runs, device?.description ?? '') }] : [];
  });
  if (planned.length === 0) return null;
  return (
    <details className={css.fold}>
      <summary>{t.costs.title}</summary>
      <div className={css.costs} tabIndex={0} role="region" aria-label={t.costs.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.methods.method}</th>
              {t.costs.columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {planned.map(({ method, plan, step }) => (
              <tr key={method}>
                <th scope="row">
                  <MethodKey method={method} />
                </th>
                <td>{formatCount(plan.trainable_parameters)}</td>
                <td>{formatMiB(plan.bytes.state ?? 0)}</td>
                <td>{plan.file_bytes === undefined ? '–' : formatMiB(plan.file_bytes)}</td>
                <td>{formatMiB(plan.total_bytes)}</td>
                <td>{plan.work === undefined ? '–' : formatCount(100 * plan.work)}</td>
                <td>{step === null ? '–' : step < 1 ? t.costs.ms(formatRate(1000 * step)) : formatDuration(step)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={css.hint}>{t.costs.hint}</p>
    </details>
  );
}

/** Seconds of a step, as the newest run of the same settings took on this device; null when there was none. */
function measuredStep(method: string, runs: readonly Run[], device: string): number | null {
  const spec = specFor(method, '', '');
  const same = (run: Run): boolean =>
    run.lastStep > 0 && run.summary?.device.description === device && run.spec.model === spec?.model && JSON.stringify(run.spec.method) === JSON.stringify(spec.method) && run.spec.train.batch === spec.train.batch && run.spec.train.accumulate === spec.train.accumulate;
  const run = runs.findLast(same);
  return run ? run.seconds / run.lastStep : null;
}
