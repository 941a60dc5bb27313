import { useEffect } from 'react';
import { GroupCurves } from '../compare/GroupCurves';
import { part } from '../controls/Part';
import { isStill } from '../idle';
import { endRecorded, firstSettings, openRecorded, playRecorded, recordedRuns, useRecorded } from '../store/recorded';
import { RecordedBar } from './RecordedBar';
import css from './recorded.module.css';
import { recordedWords } from '../words/recorded';

/** Drawn once its runs are there, or will not come, so that nothing moves. */
export const StartPicture = part(() => openRecorded().catch(() => {}).then(() => Picture));

/** What a comparison looks like, from runs that come with the page. It plays once by itself, where motion is welcome. */
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
