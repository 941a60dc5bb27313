import { lazy, memo, Suspense, useMemo } from 'react';
import { Panel } from '../controls/Panel';
import { useAnalysable } from '../store/analyses';
import { tickedRuns } from '../store/inside';
import { t } from '../strings';
import { ExampleOffer } from './ExampleOffer';
import css from '../charts/landscape.module.css';

const Body = lazy(() => import('./InsideBody').then((module) => ({ default: memo(module.InsideBody) })));

/** What the methods did to the model, when there is a run to look into. */
export function InsidePanel() {
  const runs = useAnalysable();
  const all = useMemo(() => tickedRuns(runs, Object.fromEntries(runs.map(({ id }) => [id, true]))), [runs]);
  return (
    <Panel title={t.inside.title}>
      {all.length === 0 ? (
        <div className={css.start}>
          <p>{t.inside.about}</p>
          <p className={css.caption}>{t.inside.empty}</p>
          <ExampleOffer />
        </div>
      ) : (
        <Suspense fallback={<p className={css.caption}>{t.inside.loading}</p>}>
          <Body runs={all} />
        </Suspense>
      )}
    </Panel>
  );
}
