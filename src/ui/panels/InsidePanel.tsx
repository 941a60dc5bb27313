import { memo, useMemo } from 'react';
import { ButtonRow } from '../controls/Button';
import { Panel } from '../controls/Panel';
import { part } from '../controls/Part';
import { useAnalysable } from '../store/analyses';
import { lookable } from '../store/inside';
import { useMedium } from '../store/medium';
import { ExampleOffer } from './ExampleOffer';
import { KeptElsewhere } from './KeptElsewhere';
import { LeftOut } from './LeftOut';
import { StartButton } from './Start';
import css from '../charts/landscape.module.css';
import { insideWords } from '../words/inside';

const Body = memo(part(() => import('./InsideBody').then((module) => module.InsideBody), <p className={css.caption}>{insideWords.loading}</p>));

/** What there will be to see. */
const Recorded = part(() => import('./InsideRecorded').then((module) => module.InsideRecorded), <p className={css.caption}>{insideWords.loading}</p>);

/** What the methods did to the model, when there is a run to look into. */
export function InsidePanel() {
  const medium = useMedium();
  const runs = useAnalysable();
  const all = useMemo(() => lookable(runs), [runs]);
  return (
    <Panel title={insideWords.title}>
      {all.length === 0 ? (
        <>
          <div className={css.start}>
            <p>{insideWords.about}</p>
            <p className={css.caption}>{insideWords.empty}</p>
            <ButtonRow>
              <StartButton secondary />
            </ButtonRow>
            <ExampleOffer />
          </div>
          {/* It is of pictures. */}
          {medium === 'pictures' && <Recorded />}
        </>
      ) : (
        <Body key={medium} runs={all} />
      )}
      <KeptElsewhere kind="inside" />
      <LeftOut />
    </Panel>
  );
}
