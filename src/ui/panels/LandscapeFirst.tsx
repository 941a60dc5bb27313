import { use, useState } from 'react';
import type { Place } from '../charts/Contour';
import { Surface } from '../charts/Surface';
import { WalkDeed } from '../lessons/WalkDeed';
import { openWalk } from '../store/recordedAnalyses';
import { useSettings } from '../store/settings';
import { t } from '../strings';
import { findingOf, namesOf } from './landscapeFindings';
import { LandscapeMap, summaryOf } from './LandscapeMap';
import recordedCss from './recorded.module.css';
import css from '../charts/landscape.module.css';

/** What one does where nothing of one's own is trained yet, and a landscape that comes with the page: what there will be to see. */
export function LandscapeFirst({ recorded }: { recorded: boolean }) {
  return (
    <>
      <div className={css.start}>
        <WalkDeed made={null} example />
      </div>
      {recorded && <Recorded />}
    </>
  );
}

function Recorded() {
  const { landscape: made, runs } = use(openWalk());
  const { landscapeOf: quantity, landscapePaths: paths } = useSettings();
  const [cursor, setCursor] = useState<Place | null>(null);
  const { modelTitle, dataTitle, spec } = runs[0];
  return (
    <section className={css.recorded} aria-label={t.landscape.recorded}>
      <p>
        <span className={recordedCss.tag}>{t.landscape.recorded}</span> <b>{findingOf(made, 0) ?? t.landscape.neutral[quantity]}</b> <span className={css.caption}>{t.landscape.recordedOn(modelTitle, dataTitle, spec.train.steps)}</span>
      </p>
      <div className={css.halves}>
        <LandscapeMap made={made} at={0} quantity={quantity} paths={paths} cursor={cursor} onCursor={setCursor} />
        <Surface made={made} set={0} quantity={quantity} paths={paths} names={namesOf(made)} summary={summaryOf(made, 0, quantity)} />
      </div>
    </section>
  );
}
