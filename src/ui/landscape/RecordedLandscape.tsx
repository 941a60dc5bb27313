import { use, useState } from 'react';
import { defined } from '../../numbers/defined';
import type { Place } from '../core/figures/Contour';
import { Surface } from '../core/figures/Surface';
import { Boundary } from '../kit/controls/Part';
import { openWalk } from '../core/analyses/recordedAnalyses';
import { useSettings } from '../core/settings/settings';
import { findingOf, namesOf } from '../core/analyses/landscapeFindings';
import { LandscapeMap, summaryOf } from '../core/figures/LandscapeMap';
import { RecordedFigures } from '../core/figures/RecordedFigures';
import { landscapeWords } from '../core/words/landscape';

/** A landscape that comes with the page, as an example of what there will be to see. One that cannot be fetched leaves the rest. */
export const RecordedLandscape = () => (
  <Boundary>
    <Recorded />
  </Boundary>
);

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
