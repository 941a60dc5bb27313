import { endedEarly } from '../../records/early.meta';
import { measureOf } from '../../train/scores.meta';
import { formatCount, formatPercent, partsOf } from '../../language/format';
import { aboutOf, learnedBy } from '../../train/learned.meta';
import { isEnded, testEvaluation, type Run } from '../core/runs/runs';
import { aboutIt } from '../../language/medium';
import { runWords, phasesWords } from '../core/words/run';
import { runsWords } from '../core/words/runs';

/** Says in one sentence how a run has ended: its result, or that there is none. */
function endOf(run: Run): string {
  const test = testEvaluation(run);
  const result = test ? aboutIt(aboutOf(learnedBy(run)), () => runWords.result(formatPercent(measureOf(test)), formatCount(test.count))) : run.state === 'stopped' ? runWords.unmeasured : '';
  const early = endedEarly(run.summary);
  return runWords.ended(run.name, early ? runsWords.stoppedEarly : runsWords.states[run.state], early || run.state === 'stopped' ? formatCount(run.lastStep) : '', result);
}

/** Text that is read aloud about the runs: the phase of the current one, and how the one before has ended. */
export function announcement(current: Run | undefined, last: Run | undefined): string {
  const ended = last && last.id !== current?.id && last.ended > 0 ? endOf(last) : '';
  if (!current) return ended;
  // Between two runs of a queue; how it has ended is said with the next one's name.
  if (isEnded(current)) return '';
  const state = current.state === 'paused' ? runWords.paused : current.state === 'stopping' ? runWords.stopping : '';
  const now = partsOf([current.name, current.phase === '' ? runWords.starting : phasesWords[current.phase], state]);
  return current.phase === '' && ended ? `${ended} ${now}` : now;
}
