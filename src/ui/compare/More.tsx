import { useCompared } from '../core/runs/compared';
import { AcrossData } from './AcrossData';
import { AnyTwo } from '../core/figures/Costs';
import { Differences } from './Differences';
import { PerClass } from './PerClass';
import { ShotsChart } from './Shots';

export type MoreOf = 'differences' | 'across' | 'two' | 'shots' | 'classes';

/** Sections below the first screen of a comparison, one at a time. */
export default function More({ of }: { of: MoreOf }) {
  const { groups, runs, by } = useCompared();
  if (of === 'differences') return <Differences />;
  if (of === 'across') return <AcrossData />;
  if (of === 'shots') return <ShotsChart runs={runs} />;
  if (of === 'classes') return <PerClass runs={runs} by={by} />;
  return <AnyTwo groups={groups} />;
}
