import type { ComponentType } from 'react';
import type { ViewName } from '../store/shown';
import { AdvancedPanel } from './AdvancedPanel';
import { BoardPanel } from './BoardPanel';
import { ClassPanel } from './ClassPanel';
import { CurvesPanel } from './CurvesPanel';
import { DataPanel } from './DataPanel';
import { InsidePanel } from './InsidePanel';
import { LandscapePanel } from './LandscapePanel';
import { Hero } from './Hero';
import { MethodsPanel } from './MethodsPanel';
import { ModelPanel } from './ModelPanel';
import { MorePanel } from './MorePanel';
import { PaperPanel } from './PaperPanel';
import { PlannedMemory } from './PlannedMemory';
import { QueuePanel } from './QueuePanel';
import { ResultsPanel } from './ResultsPanel';
import { RunMemory } from './RunMemory';
import { RunsPanel } from './RunsPanel';
import { SoftwareNotice } from './SoftwareNotice';
import { StartPicture } from './StartPicture';
import { ZeroShotPanel } from './ZeroShotPanel';
import { TryPanel } from './TryPanel';

interface Entry {
  name: string;
  view: ViewName;
  /** Where in the view it stands; within a place panels keep the order of the register. */
  place: string;
  Panel: ComponentType;
}

/** The one register of panels: a new panel is one file and one line here. */
export const panels: Entry[] = [
  { name: 'hero', view: 'start', place: 'words', Panel: Hero },
  { name: 'picture', view: 'start', place: 'picture', Panel: StartPicture },
  { name: 'software', view: 'train', place: 'top', Panel: SoftwareNotice },
  { name: 'data', view: 'train', place: 'data', Panel: DataPanel },
  { name: 'model', view: 'train', place: 'model', Panel: ModelPanel },
  { name: 'zero-shot', view: 'train', place: 'model', Panel: ZeroShotPanel },
  { name: 'methods', view: 'train', place: 'model', Panel: MethodsPanel },
  { name: 'planned-memory', view: 'train', place: 'model', Panel: PlannedMemory },
  { name: 'curves', view: 'train', place: 'live', Panel: CurvesPanel },
  { name: 'run-memory', view: 'train', place: 'live', Panel: RunMemory },
  { name: 'advanced', view: 'train', place: 'below', Panel: AdvancedPanel },
  { name: 'queue', view: 'train', place: 'below', Panel: QueuePanel },
  { name: 'class', view: 'compare', place: 'first', Panel: ClassPanel },
  { name: 'board', view: 'compare', place: 'first', Panel: BoardPanel },
  { name: 'paper', view: 'compare', place: 'runs', Panel: PaperPanel },
  { name: 'runs', view: 'compare', place: 'runs', Panel: RunsPanel },
  { name: 'more', view: 'compare', place: 'below', Panel: MorePanel },
  { name: 'results', view: 'compare', place: 'below', Panel: ResultsPanel },
  { name: 'landscape', view: 'landscape', place: 'all', Panel: LandscapePanel },
  { name: 'inside', view: 'inside', place: 'all', Panel: InsidePanel },
  { name: 'try', view: 'try', place: 'all', Panel: TryPanel },
];
