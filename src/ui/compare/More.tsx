import { useCompared } from '../core/runs/compared';
import css from '../kit/charts/board.module.css';
import { AcrossData } from './AcrossData';
import { AnyTwo, CostFigure } from '../core/figures/Costs';
import { Differences } from './Differences';
import { PerClass } from './PerClass';
import { ShotsChart } from './Shots';

export type MoreOf = 'differences' | 'across' | 'cost' | 'two' | 'shots' | 'classes';

/** Sections below the first screen of a comparison, one at a time. */
export default function More({ of }: { of: MoreOf }) {
  const { groups, runs, by } = useCompared();
  if (of === 'differences') return <Differences />;
  if (of === 'across') return <AcrossData />;
  if (of === 'two') return <AnyTwo groups={groups} />;
  if (of === 'shots') return <ShotsChart runs={runs} />;
  if (of === 'classes') return <PerClass runs={runs} by={by} />;
  return (
    <div className={css.two}>
      <CostFigure groups={groups} cost="memory" />
      <CostFigure groups={groups} cost="seconds" />
    </div>
  );
}
