import type { ComponentType } from 'react';
import type { ViewName } from '../core/storage/shown';
import { AdvancedPanel } from '../train/AdvancedPanel';
import { BoardPanel } from '../compare/BoardPanel';
import { ClassPanel } from '../class/ClassPanel';
import { CurvesPanel } from '../train/CurvesPanel';
import { DataPanel } from '../train/DataPanel';
import { InsidePanel } from '../inside/InsidePanel';
import { LandscapePanel } from '../landscape/LandscapePanel';
import { Hero } from './Hero';
import { MethodsPanel } from '../train/MethodsPanel';
import { ModelPanel } from '../train/ModelPanel';
import { MorePanel } from '../compare/MorePanel';
import { PaperPanel } from '../compare/PaperPanel';
import { PlannedMemory } from '../train/PlannedMemory';
import { QueuePanel } from '../train/QueuePanel';
import { ResultsPanel } from '../compare/ResultsPanel';
import { RunMemory } from '../compare/RunMemory';
import { RunsPanel } from '../compare/RunsPanel';
import { SoftwareNotice } from '../train/SoftwareNotice';
import { StartPicture } from './StartPicture';
import { ZeroShotPanel } from '../train/ZeroShotPanel';
import { part } from '../kit/controls/Part';

/** Fetched when the page is idle or the view is opened: nothing of it is on the first screen. */
const TryPanel = part(() => import('../try/TryPanel').then((module) => module.TryPanel));

interface Entry {
  name: string;
  view: ViewName;
  /** Its place in the view; within a place panels keep the order of the register. */
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
