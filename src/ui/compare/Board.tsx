import { useFiltered } from '../store/table';
import { useResultRuns, useSelectedRun } from '../store/view';
import { useRuns } from '../store/runs';
import css from '../charts/board.module.css';
import { AnyTwo, Costs } from './Costs';
import { KernelTimes } from './KernelTimes';
import { MemoryOverTime } from './MemoryTime';
import { PerClass } from './PerClass';
import { ShotsChart } from './Shots';

/** All plots of finished runs: those that the filter lets through and whose lines are shown. Fetched when they come near. */
export default function Board() {
  const hidden = useRuns((state) => state.hidden);
  const { runs: filtered } = useFiltered(useResultRuns());
  const runs = filtered.filter((run) => !hidden.includes(run.id));
  const selected = useSelectedRun();
  return (
    <div className={css.board}>
      <Costs runs={runs} />
      <div className={css.two}>
        <AnyTwo runs={runs} />
        <ShotsChart runs={runs} />
      </div>
      <PerClass runs={runs} />
      {selected && (
        <div className={css.two}>
          <MemoryOverTime run={selected} />
          <KernelTimes run={selected} />
        </div>
      )}
    </div>
  );
}
