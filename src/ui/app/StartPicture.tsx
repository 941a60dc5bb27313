import { useEffect } from 'react';
import { GroupCurves } from '../core/figures/GroupCurves';
import { part } from '../kit/controls/Part';
import { isStill } from '../kit/idle';
import { endRecorded, firstSettings, openRecorded, playRecorded, recordedRuns, useRecorded } from '../core/analyses/recorded';
import { RecordedBar } from '../core/figures/RecordedBar';
import css from '../core/figures/recorded.module.css';
import { recordedWords } from '../core/words/recorded';

/** Drawn once its runs are there, or will not come, so that nothing moves. */
export const StartPicture = part(() => openRecorded().catch(() => {}).then(() => Picture));

/** An example of a comparison, from runs that come with the page. It plays once by itself, where motion is welcome. */
function Picture() {
  const runs = useRecorded((state) => state.runs);
  const ready = runs.length > 0;
  useEffect(() => {
    if (ready && !played && !isStill()) playRecorded(false);
    played ||= ready;
    // Other views compare whole runs.
    return endRecorded;
  }, [ready]);
  return (
    <div className={css.picture} data-charts>
      <h2 className="sr">{recordedWords.comparison}</h2>
      <GroupCurves runs={firstSettings(runs)} whole={firstSettings(recordedRuns())} of="accuracy" bands={false} />
      <RecordedBar how={false} />
    </div>
  );
}
let played = false;
