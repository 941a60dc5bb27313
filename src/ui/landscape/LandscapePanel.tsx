import { memo } from 'react';
import { Panel } from '../kit/controls/Panel';
import { part } from '../kit/controls/Part';
import { useAnalysable } from '../core/analyses/analyses';
import { useLandscape } from '../core/analyses/landscape';
import { useMedium } from '../core/data/medium';
import css from '../core/figures/landscape.module.css';
import { KeptElsewhere } from '../core/parts/KeptElsewhere';
import { LeftOut } from '../core/parts/LeftOut';
import { landscapeWords } from '../core/words/landscape';

/** Drawing it takes libraries that few visits need. */
const Body = memo(part(() => import('./LandscapeBody').then((module) => module.LandscapeBody), <p className={css.caption}>{landscapeWords.loading}</p>));

/** One button for the runs and their plane, the lesson's, and what there will be to see: together, so that neither moves the other. */
const First = part(() => import('./LandscapeFirst').then((module) => module.LandscapeFirst), <p className={css.caption}>{landscapeWords.loading}</p>);

/** The plane through three runs, when there are three. */
export function LandscapePanel() {
  const medium = useMedium();
  const runs = useAnalysable();
  const working = useLandscape(({ status }) => status !== 'idle');
  return (
    <Panel title={landscapeWords.title}>
      {runs.length < 3 && !working ? (
        <>
          <div className={css.start}>
            <p>{landscapeWords.about}</p>
            <p className={css.caption}>{landscapeWords.empty(runs.length)}</p>
          </div>
          {/* What is recorded is of pictures. */}
          <First recorded={medium === 'pictures'} />
        </>
      ) : (
        <Body key={medium} runs={runs} />
      )}
      <KeptElsewhere kind="landscape" />
      <LeftOut />
    </Panel>
  );
}
