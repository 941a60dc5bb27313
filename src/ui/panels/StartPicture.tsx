import { CurveChart } from '../lessons/charts';
import { oneOfEach, useRecorded } from '../store/recorded';
import { RecordedBar } from './RecordedBar';

/** What a comparison looks like, from runs that come with the page. */
export function StartPicture() {
  const runs = useRecorded((state) => state.runs);
  return (
    <div data-charts>
      <RecordedBar />
      <CurveChart runs={oneOfEach(runs)} of="loss" />
    </div>
  );
}
