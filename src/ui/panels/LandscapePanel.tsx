import { lazy, memo, Suspense } from 'react';
import { Panel } from '../controls/Panel';
import { useAnalysable } from '../store/analyses';
import { useLandscape } from '../store/landscape';
import { t } from '../strings';
import css from '../charts/landscape.module.css';

/** Drawing it takes libraries that few visits need. */
const Body = lazy(() => import('./LandscapeBody').then((module) => ({ default: memo(module.LandscapeBody) })));

/** One button for the runs and their plane, the lesson's. */
const Deed = lazy(() => import('../lessons/WalkDeed').then((module) => ({ default: module.WalkDeed })));

/** The plane through three runs, when there are three. */
export function LandscapePanel() {
  const runs = useAnalysable();
  const working = useLandscape(({ status }) => status !== 'idle');
  return (
    <Panel title={t.landscape.title}>
      {runs.length < 3 && !working ? (
        <div className={css.start}>
          <p>{t.landscape.about}</p>
          <p className={css.caption}>{t.landscape.empty(runs.length)}</p>
          <Suspense>
            <Deed made={null} />
          </Suspense>
        </div>
      ) : (
        <Suspense fallback={<p className={css.caption}>{t.landscape.loading}</p>}>
          <Body runs={runs} />
        </Suspense>
      )}
    </Panel>
  );
}
