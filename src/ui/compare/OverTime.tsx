import type { Run } from '../core/runs/runs';
import css from '../kit/charts/board.module.css';
import { KernelTimes } from './KernelTimes';
import { MemoryOverTime } from './MemoryTime';

/** Costs of one run while it went on: memory by role, and the time of a step by kernel. */
export default function OverTime({ run }: { run: Run }) {
  return (
    <div className={css.two}>
      <MemoryOverTime run={run} />
      <KernelTimes run={run} />
    </div>
  );
}
