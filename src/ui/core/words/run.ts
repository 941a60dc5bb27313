import { byMedium, inMedium } from '../../../language/medium';
import { counted, formatNumber, plural } from '../../../language/format';
import type { Phase } from '../../../train/protocol';

export const phasesWords = {
  fetch: 'load the model',
  verify: 'check its files',
  search: 'find the rate',
  decode: 'read the data',
  upload: 'to the device',
  compile: 'prepare',
  'warm-up': 'first step',
  train: 'train',
  evaluate: 'check',
  save: 'save',
} satisfies Record<Phase, string>;

export const runWords = {
  pause: 'Pause',
  resume: 'Resume',
  step: 'Step',
  stop: 'Stop',
  stopHint: 'Ends the run and keeps what it has learned: it can be tried, exported or continued.',
  stopping: 'Stopping',
  paused: 'paused',
  /** The work in progress ends first. */
  pausing: 'pausing',
  starting: 'starting',
  /** End of a run, read aloud. */
  ended: (name: string, state: string, step: string, result: string) => `${name}: ${state}${step ? ` at step ${step}` : ''}${result ? `, ${result}` : ''}.`,
  result: (percent: string, count: string) => byMedium({ pictures: `${percent} % of ${count} test pictures right`, texts: `${percent} % of ${count} test texts right`, next: `${percent} % of the tokens of ${count} test texts right`, words: `${percent} % of the words of ${count} test texts right`, numbers: `Pearson correlation ${percent} % on ${count} test texts` }),
  get unmeasured() { return inMedium`not evaluated on the test pictures`; },
  startKey: 'Ctrl Enter',
  spaceKey: 'Space',
  endNow: 'End it now',
  /** `after`: what follows the last step, in place of the time. */
  brief: (rate: string, left: string, after: string) => inMedium`${rate} pictures/s${after ? `, ${after}` : left ? `, about ${left} left` : ''}`,
  after: { evaluate: 'evaluating', save: 'saving' },
  waiting: (count: number, left: string) => `${counted(count, 'run', 'runs')} waiting${left ? `, ${left}` : ''}`,
  elsewhere: (count: number) => `Another tab is training. ${counted(count, 'run starts', 'runs start')} here when it has finished.`,
  units: { files: 'files', kernels: 'kernels', get images() { return inMedium`pictures`; }, layers: 'layers' },
  ready: 'Ready to train',
  compare: 'Compare',
  /** Of a single run, with nothing to compare. */
  outcome: 'See the result',
  /** All that are kept: tables are of one data set. */
  finished: (count: number, stopped: number, failed: number, sets: number) => `${counted(count, 'run', 'runs')} finished${stopped === 0 ? '' : `, ${formatNumber(stopped)} stopped`}${failed === 0 ? '' : `, ${formatNumber(failed)} failed`}${plural(sets, '', `, on ${formatNumber(sets)} data sets`)}`,
  stoppedRuns: (count: number) => `${counted(count, 'run', 'runs')} stopped`,
  continueRun: (name: string) => `Continue ${name}`,
  failedRuns: (count: number) => `${counted(count, 'run', 'runs')} failed`,
  stoppedAt: (name: string, step: number) => `${name} stopped${step === 0 ? '' : ` at step ${formatNumber(step)}`}`,
  /** Of a run that was stopped. */
  usable: 'What it has learned is kept: it can be tried and exported as it is.',
  tryIt: 'Try it',
  goOn: (next: string) => `Start the next run: ${next}`,
  clear: 'Clear the queue',
};

export const statsWords = { get rate() { return inMedium`pictures per second`; }, left: 'this run, left', step: 'step', loss: 'loss', smoothed: 'loss, smoothed' };
