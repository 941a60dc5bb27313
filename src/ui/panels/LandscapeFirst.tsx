import { use, useState } from 'react';
import { defined } from '../../numbers/defined';
import type { Place } from '../charts/Contour';
import { Surface } from '../charts/Surface';
import { Boundary } from '../controls/Part';
import { WalkDeed } from '../lessons/WalkDeed';
import { openWalk } from '../store/recordedAnalyses';
import { useSettings } from '../store/settings';
import { findingOf, namesOf } from './landscapeFindings';
import { LandscapeMap, summaryOf } from './LandscapeMap';
import { RecordedFigures } from './RecordedFigures';
import css from '../charts/landscape.module.css';
import { landscapeWords } from '../words/landscape';

/** What one does where nothing of one's own is trained yet, and a landscape that comes with the page: what there will be to see. */
export function LandscapeFirst({ recorded }: { recorded: boolean }) {
  return (
    <>
      <div className={css.start}>
        <WalkDeed made={null} example />
      </div>
      {/* One that cannot be fetched leaves the button. */}
      {recorded && (
        <Boundary>
          <Recorded />
        </Boundary>
      )}
    </>
  );
}

function Recorded() {
  const { landscape: made, runs } = use(openWalk());
  const { landscapeOf: quantity, landscapePaths: paths } = useSettings();
  const [cursor, setCursor] = useState<Place | null>(null);
  const { modelTitle, dataTitle, spec } = defined(runs[0]);
  return (
    <RecordedFigures name={landscapeWords.recorded} found={findingOf(made, 0, namesOf(made, true)) ?? landscapeWords.neutral[quantity]} model={modelTitle} data={dataTitle} steps={spec.train.steps} runs={made.runs}>
      <LandscapeMap made={made} at={0} quantity={quantity} paths={paths} cursor={cursor} onCursor={setCursor} />
      <Surface made={made} set={0} quantity={quantity} paths={paths} names={namesOf(made, true)} summary={summaryOf(made, 0, quantity)} />
    </RecordedFigures>
  );
}
