import { MemoryRoles, MemoryStack } from '../core/figures/MemoryStack';
import { sameBytes, totalOf } from '../../figures/memory';
import { MethodKey } from '../kit/charts/MethodKey';
import { Note } from '../kit/controls/Sign';
import { formatCount, formatMiB, partsOf } from '../../language/format';
import { describeSpec } from '../core/runs/specs';
import { useSettings } from '../core/settings/settings';
import { useCurrentRun, useRunsHere, useSelectedRun } from '../core/runs/view';
import { dividedText } from '../core/parts/memoryHelp';
import css from '../core/parts/panels.module.css';
import { memoryWords } from '../core/words/memory';

/** Memory of the running run, or of the selected one, in a line: by role, predicted beside allocated, when it is asked for. */
export function RunMemory() {
  const current = useCurrentRun();
  const selected = useSelectedRun();
  const runs = useRunsHere();
  const chosen = useSettings();
  // The one before stays until the current one is planned.
  const run = [current, selected, ...runs.toReversed()].find((one) => one?.plan);
  if (!run?.plan) return null;
  const { method } = run.spec.method;
  // Of another model or other data than the next run's it says so.
  const other = run.spec.model !== chosen.model || run.spec.data !== chosen.data;
  const predicted = run.plan.bytes;
  const allocated = run.allocated;
  const full = Math.max(totalOf(predicted), totalOf(allocated ?? {})) * 1.04;
  const equal = allocated && sameBytes(predicted, allocated);
  return (
    <div>
      {allocated && !equal && <Note sign="warn">{memoryWords.unequal(formatCount(totalOf(allocated)), formatCount(totalOf(predicted)))}</Note>}
      <details className={css.fold}>
        <summary>
          {memoryWords.title}: {memoryWords.mib(formatMiB(totalOf(allocated ?? predicted)))}
          {allocated ? equal && `, ${memoryWords.asPredicted}` : `, ${memoryWords.predicted}`}
        </summary>
        <div className={css.memoryPair}>
          <div>
            <MethodKey method={method}>{partsOf([describeSpec(run.spec), run.name, other && run.modelTitle, other && run.dataTitle])}</MethodKey>
            <p className={css.ends}>
              <span>{memoryWords.predicted}</span>
              <span>{memoryWords.mib(formatMiB(totalOf(predicted)))}</span>
            </p>
            <MemoryStack method={method} bytes={predicted} full={full} />
            <p className={css.ends}>
              <span>{memoryWords.allocated}</span>
              <span>{allocated ? memoryWords.mib(formatMiB(totalOf(allocated))) : memoryWords.notYet}</span>
            </p>
            <MemoryStack method={method} bytes={allocated ?? {}} full={full} />
            {run.plan.micro_batches && <Note sign="info">{dividedText(run.plan.micro_batches)}</Note>}
            {equal && <Note sign="ok">{memoryWords.equal(formatCount(totalOf(allocated)), formatCount(totalOf(predicted)))}</Note>}
          </div>
          <MemoryRoles method={method} predicted={predicted} allocated={allocated} />
        </div>
      </details>
    </div>
  );
}
