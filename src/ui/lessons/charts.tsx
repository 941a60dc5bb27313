import { MemoryStack } from '../charts/MemoryStack';
import { MethodKey } from '../charts/MethodKey';
import { Plot } from '../charts/Plot';
import { gutterOf } from '../charts/PlotArea';
import { logScale } from '../charts/scale';
import type { Series } from '../charts/series';
import { totalOf } from '../charts/memory';
import { GroupCurves, percentTick } from '../compare/GroupCurves';
import { formatCount, formatMiB, formatPercent, formatShort } from '../format';
import { methodLook, orderMethods } from '../methods';
import { accuracyScale } from '../panels/curves';
import { useCatalog } from '../store/catalog';
import type { Run } from '../store/runs';
import type { Group } from '../store/seedGroups';
import { useSettings } from '../store/settings';
import { t } from '../strings';
import { lessonWords } from '../words/lessons';
import css from './stage.module.css';

/** One chart at a time, as large as there is room; drawn by the code of the page. */

/** Loss or accuracy of runs, step by step: a mean for each group. */
export const CurveChart = ({ runs, of }: { runs: Run[]; of: 'loss' | 'accuracy' }) => <GroupCurves runs={runs} of={of} />;

interface AgainstProps {
  groups: readonly Group[];
  /** Place of a group on the horizontal axis. */
  at: (group: Group) => number;
  title: string;
  xLabel: string;
  words: (value: string) => string;
}

/** Test accuracy of groups of runs against a quantity of theirs on a log axis, with intervals over seeds. */
export function AgainstChart({ groups, at, title, xLabel, words }: AgainstProps) {
  const methods = orderMethods([...new Set(groups.map((group) => group.method))]);
  const series = methods.map((method): Series => {
    const own = groups.filter((group) => group.method === method).sort((a, b) => at(a) - at(b));
    const constant = own.every((group) => at(group) === 0);
    return {
      id: method, method, label: methodLook(method).title, detail: formatPercent(own[own.length - 1].accuracy.mean),
      x: own.map(at), y: own.map((group) => group.accuracy.mean), spread: own.map((group) => group.accuracy.interval ?? NaN),
      marks: !constant, constant, live: false, strong: true, named: true,
    };
  });
  const xs = groups.map(at).filter((value) => value > 0);
  const low = Math.min(...groups.map(({ accuracy }) => accuracy.mean - (accuracy.interval ?? 0)));
  const high = Math.max(...groups.map(({ accuracy }) => accuracy.mean + (accuracy.interval ?? 0)));
  const range: Series = { id: '', method: '', label: '', detail: '', x: [0, 1], y: [Math.max(0, low), Math.min(1, high)], marks: false, live: false, strong: false, named: false };
  return (
    <Plot
      title={title}
      summary={lessonWords.againstSummary(series.map((one) => `${one.label} ${one.detail}`).join(', '))}
      caption={lessonWords.intervals(Math.max(1, ...groups.map((group) => group.accuracy.n)))}
      xLabel={xLabel}
      yLabel={t.compare.splits.test.unit}
      sx={xs.length > 0 ? logScale(Math.min(...xs) / 1.15, Math.max(...xs) * 1.15) : logScale(1, 10)}
      sy={accuracyScale([range])}
      gutter={gutterOf(series)}
      series={groups.length > 0 ? series : []}
      formatX={(value) => words(formatCount(value))}
      tickX={(value) => formatShort(value)}
      formatY={formatPercent}
      formatTick={percentTick}
    />
  );
}

/** Planned memory of the selected methods, exact before anything is allocated. */
export function MemoryChart() {
  const plans = useCatalog((catalog) => catalog.plans);
  const methods = useSettings((settings) => settings.methods);
  const planned = orderMethods(methods).flatMap((method) => {
    const one = plans[method];
    return one && 'plan' in one ? [{ method, bytes: one.plan.bytes }] : [];
  });
  const full = Math.max(1, ...planned.map(({ bytes }) => totalOf(bytes)));
  return (
    <figure className={css.memory} aria-label={t.memory.plannedTitle}>
      <h3>
        {t.memory.plannedTitle}, {t.memory.unit}
      </h3>
      {planned.length === 0 && <p>{lessonWords.planning}</p>}
      {planned.map(({ method, bytes }) => (
        <div key={method}>
          <MethodKey method={method} />
          <MemoryStack method={method} bytes={bytes} full={full} />
          <span>{formatMiB(totalOf(bytes))}</span>
        </div>
      ))}
      <figcaption>{t.memory.legend}</figcaption>
    </figure>
  );
}
