import type { ComponentType } from 'react';
import { part } from '../kit/controls/Part';
import { panels } from './panels';
import { Board } from '../compare/BoardPanel';
import { openWholeRecorded } from '../core/analyses/recorded';
import { viewNames, type ViewName } from '../core/storage/shown';
import { CompareView } from './CompareView';
import { In } from './In';
import { StartView } from './StartView';
import { TrainView } from './TrainView';
import css from './views.module.css';

/** A view of one column: its panels from top to bottom. */
const column = (view: ViewName) =>
  function Column() {
    return (
      <div className={css.column}>
        <In view={view} />
      </div>
    );
  };

/** Drawn once its first screen can be, so that nothing below moves; a part that fails to come says so in its own place. */
const Compare = part(() => {
  const ready = [Board.ahead(), openWholeRecorded()].map((one) => one.catch(() => {}));
  return Promise.all(ready).then(() => CompareView);
});

/** Component of each view. */
export const views: Record<ViewName, ComponentType> = {
  start: StartView,
  train: TrainView,
  compare: Compare,
  landscape: column('landscape'),
  inside: column('inside'),
  try: column('try'),
  lessons: part(() => import('./LessonsView').then((module) => module.default)),
};

/** Views in which something is left to see, in the order of the navigation, where these parts are left out. */
export const viewsWithout = (hide: readonly string[]): ViewName[] => viewNames.filter((view) => (view === 'lessons' ? !hide.includes('lessons') : panels.some((entry) => entry.view === view && !hide.includes(entry.name))));
