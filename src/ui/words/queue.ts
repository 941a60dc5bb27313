import type { SweepAxis } from '../store/settings';
import { say } from '../../language/say';

/** The queue of runs. */
export const queueWords = {
  title: 'Queue',
  about: say<[done: number, all: number, left: string]>('run {0} of {1}{is2, select, true {, {2}} other {}}'),
  waiting: say<[count: number, left: string]>('{0} waiting{is1, select, true {, {1}} other {}}'),
  left: say<[time: string]>('about {0} left'),
  leftMore: say<[time: string]>('more than {0} left'),
  leftPartly: say<[time: string, unknown: number]>('about {0} left, plus {1, plural, one {# run} other {# runs}} not yet timed'),
  empty: 'Waiting runs appear here.',
  run: 'run',
  method: 'method',
  differs: 'what differs',
  time: 'time',
  actions: 'actions',
  takes: say<[time: string]>('≈ {0}'),
  move: say<[name: string]>('Move {0}'),
  up: 'Up',
  down: 'Down',
  moved: say<[name: string, place: number, all: number]>('{0} is now {1} of {2} in the queue.'),
  moveKeys: 'Drag a run, or focus it and press the arrow keys; Home and End move it first or last.',
  hold: 'Hold after this run',
  held: 'Held after this run',
  /** Of a run that ended before the pause could hold it itself. */
  paused: say<[name: string, waiting: number]>('{0} had ended when you paused. {1, plural, one {The run behind it waits} other {The # runs behind it wait}} until you continue.'),
  goOn: 'Continue',
  cancelWaiting: 'Cancel waiting runs',
  skip: 'Stop this run',
  cancel: 'Cancel',
};

/** What leads to the experiments of the paper; their own words come with their sheet (paper.ts). */
export const experimentWords = {
  button: 'Experiments of the RandLoRA paper',
  about: 'Its figures and tables, as comparisons to run here',
  beside: 'Beside the paper',
  loading: 'Opening the experiments.',
};

/** Sweeps. */
export const sweepWords = {
  button: 'Add a sweep',
  close: 'Close the sweep',
  lead: 'Every chosen method at every budget, number of shots, seed and learning rate; each combination is one run. An empty field takes the value set above.',
  labels: { budget: 'Budgets', shots: 'Shots per class', seed: 'Seeds', lr: 'Learning rates' } satisfies Record<SweepAxis, string>,
  hints: {
    budget: 'Adapter parameters: 10k, 40k, 160k.',
    shots: 'Training pictures per class: 1, 4, 16, all.',
    seed: 'Numbers or a range: 0-2.',
    lr: 'Values, or multiples of each method’s own: x0.3, x1, x3.',
  } satisfies Record<SweepAxis, string>,
  wrong: {
    budget: say<[part: string, most: number, times: number]>('“{0}” is not a number of parameters from 1 to {1}. Type 40000 or 40k.'),
    shots: say<[part: string, most: number, times: number]>('“{0}” is not a number of pictures from 1 to {1}. Type 16 or all.'),
    seed: say<[part: string, most: number, times: number]>('“{0}” is not a seed from 0 to {1}, or a range of them. Type 1 or 0-4.'),
    lr: say<[part: string, most: number, times: number]>('“{0}” is neither a learning rate of at most {1} nor a multiple of at most x{2}. Type 0.001 or x3.'),
  } satisfies Record<SweepAxis, (part: string, most: number, times: number) => string>,
  tooMany: say<[most: number]>('At most {0} values.'),
  methods: say<[count: number]>('{0, plural, one {# method} other {# methods}}'),
  values: { budget: say<[n: number]>('{0, plural, one {# budget} other {# budgets}}'), shots: say<[n: number]>('{0, plural, one {# number of shots} other {# numbers of shots}}'), seed: say<[n: number]>('{0, plural, one {# seed} other {# seeds}}'), lr: say<[n: number]>('{0, plural, one {# learning rate} other {# learning rates}}') } satisfies Record<SweepAxis, (n: number) => string>,
  /** Between the numbers of what a sweep goes over. */
  times: ' × ',
  /** Fewer than the product: a method that cannot meet a budget, or has none, is not run at each. */
  different: say<[count: number]>('{0, plural, one {# different run} other {# different runs}}: what has no budget runs once for all of them'),
  runs: say<[count: number, time: string]>('{0, plural, one {# run} other {# runs}}{is1, select, true {, {1}} other {}}'),
  time: say<[time: string]>('about {0} on this device'),
  timePartly: say<[time: string, unknown: number]>('about {0} on this device, plus {1, plural, one {# run} other {# runs}} not yet timed'),
  noTime: 'time estimate after the first run',
  there: say<[count: number]>('Leave out {0} already trained or queued'),
  asking: say<[count: number]>('Looking up what the methods reach at {0, plural, one {# budget} other {# budgets}}.'),
  missing: say<[methods: string]>('Cannot run: {0}.'),
  missingOne: say<[method: string, budget: string]>('{is1, select, true {{0} at {1}} other {{0}}}'),
  most: say<[count: number]>('A sweep adds at most {0} runs. Take fewer values.'),
  add: say<[count: number]>('Add {0, plural, one {# run} other {# runs}}'),
  none: 'Nothing to add',
};
