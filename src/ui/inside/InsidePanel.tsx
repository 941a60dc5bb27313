import { memo, useMemo } from 'react';
import { ButtonRow } from '../kit/controls/Button';
import { Panel } from '../kit/controls/Panel';
import { part } from '../kit/controls/Part';
import { useAnalysable } from '../core/analyses/analyses';
import { lookable } from '../core/analyses/inside';
import { useMedium } from '../core/data/medium';
import { ExampleOffer } from '../core/parts/ExampleOffer';
import { KeptElsewhere } from '../core/parts/KeptElsewhere';
import { LeftOut } from '../core/parts/LeftOut';
import { StartButton } from '../core/parts/Start';
import css from '../core/figures/landscape.module.css';
import { insideWords } from '../core/words/inside';

const Body = memo(part(() => import('./InsideBody').then((module) => module.InsideBody), <p className={css.caption}>{insideWords.loading}</p>));

/** Example of what there will be to see. */
const Recorded = part(() => import('./InsideRecorded').then((module) => module.InsideRecorded), <p className={css.caption}>{insideWords.loading}</p>);

/** Panel of what the methods did to the model, once there is a run to look into. */
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
