import type { ComponentType } from 'react';
import { AdvancedPanel } from './AdvancedPanel';
import { BoardPanel } from './BoardPanel';
import { CurvesPanel } from './CurvesPanel';
import { DataPanel } from './DataPanel';
import { InsidePanel } from './InsidePanel';
import { LandscapePanel } from './LandscapePanel';
import { Hero } from './Hero';
import { MethodsPanel } from './MethodsPanel';
import { ModelPanel } from './ModelPanel';
import { Notices } from './Notices';
import { PlannedMemory } from './PlannedMemory';
import { QueuePanel } from './QueuePanel';
import { ResultsPanel } from './ResultsPanel';
import { RunBar } from './RunBar';
import { RunMemory } from './RunMemory';
import { RunsPanel } from './RunsPanel';
import { ZeroShotPanel } from './ZeroShotPanel';
import { TryPanel } from './TryPanel';

/** Where a panel stands; within a place they keep the order of the register. */
export type Place = 'bar' | 'top' | 'data' | 'model' | 'compare' | 'below';

/** The one register of panels: a new panel is one file and one line here. */
export const panels: { name: string; place: Place; Panel: ComponentType }[] = [
  { name: 'run-bar', place: 'bar', Panel: RunBar },
  { name: 'hero', place: 'top', Panel: Hero },
  { name: 'notices', place: 'top', Panel: Notices },
  { name: 'data', place: 'data', Panel: DataPanel },
  { name: 'model', place: 'model', Panel: ModelPanel },
  { name: 'zero-shot', place: 'model', Panel: ZeroShotPanel },
  { name: 'methods', place: 'model', Panel: MethodsPanel },
  { name: 'planned-memory', place: 'model', Panel: PlannedMemory },
  { name: 'curves', place: 'compare', Panel: CurvesPanel },
  { name: 'run-memory', place: 'compare', Panel: RunMemory },
  { name: 'advanced', place: 'below', Panel: AdvancedPanel },
  { name: 'queue', place: 'below', Panel: QueuePanel },
  { name: 'runs', place: 'below', Panel: RunsPanel },
  { name: 'board', place: 'below', Panel: BoardPanel },
  { name: 'results', place: 'below', Panel: ResultsPanel },
  { name: 'landscape', place: 'below', Panel: LandscapePanel },
  { name: 'inside', place: 'below', Panel: InsidePanel },
  { name: 'try', place: 'below', Panel: TryPanel },
];
