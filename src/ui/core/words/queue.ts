import { inMedium } from '../../../language/medium';
import { formatNumber, counted, plural } from '../../../language/format';
import type { SweepAxis } from '../settings/settings';

/** The queue of runs. */
export const queueWords = {
  title: 'Queue',
  about: (done: number, all: number, left: string) => `run ${formatNumber(done)} of ${formatNumber(all)}${left ? `, ${left}` : ''}`,
  waiting: (count: number, left: string) => `${formatNumber(count)} waiting${left ? `, ${left}` : ''}`,
  left: (time: string) => `about ${time} left`,
  leftMore: (time: string) => `more than ${time} left`,
  leftPartly: (time: string, unknown: number) => `about ${time} left, plus ${counted(unknown, 'run', 'runs')} not yet timed`,
  empty: 'Waiting runs appear here.',
  run: 'run',
  method: 'method',
  differs: 'what differs',
  time: 'time',
  actions: 'actions',
  takes: (time: string) => `≈ ${time}`,
  move: (name: string) => `Move ${name}`,
  up: 'Up',
  down: 'Down',
  moved: (name: string, place: number, all: number) => `${name} is now ${formatNumber(place)} of ${formatNumber(all)} in the queue.`,
  moveKeys: 'Drag a run, or focus it and press the arrow keys; Home and End move it first or last.',
  hold: 'Hold after this run',
  held: 'Held after this run',
  /** Of a run that ended before the pause could hold it itself. */
  paused: (name: string, waiting: number) => `${name} had ended when you paused. ${plural(waiting, 'The run behind it waits', `The ${formatNumber(waiting)} runs behind it wait`)} until you continue.`,
  goOn: 'Continue',
  cancelWaiting: 'Cancel waiting runs',
  tell: 'Tell me when all is done',
  ended: (runs: number) => plural(runs, 'The run has ended', `All ${formatNumber(runs)} runs have ended`),
  skip: 'Stop this run',
  cancel: 'Cancel',
};

/** Words that lead to the experiments of the paper; their own come with their sheet (paper.ts). */
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
    get shots() { return inMedium`Training pictures per class: 1, 4, 16, all.`; },
    seed: 'Numbers or a range: 0-2.',
    lr: 'Values, or multiples of each method’s own: x0.3, x1, x3.',
  } satisfies Record<SweepAxis, string>,
  wrong: {
    budget: (part: string, most: number) => `“${part}” is not a number of parameters from 1 to ${formatNumber(most)}. Type 40000 or 40k.`,
    shots: (part: string, most: number) => inMedium`“${part}” is not a number of pictures from 1 to ${formatNumber(most)}. Type 16 or all.`,
    seed: (part: string, most: number) => `“${part}” is not a seed from 0 to ${formatNumber(most)}, or a range of them. Type 1 or 0-4.`,
    lr: (part: string, most: number, times: number) => `“${part}” is neither a learning rate of at most ${formatNumber(most)} nor a multiple of at most x${formatNumber(times)}. Type 0.001 or x3.`,
  } satisfies Record<SweepAxis, (part: string, most: number, times: number) => string>,
  tooMany: (most: number) => `At most ${formatNumber(most)} values.`,
  methods: (count: number) => counted(count, 'method', 'methods'),
  values: { budget: (n: number) => counted(n, 'budget', 'budgets'), shots: (n: number) => counted(n, 'number of shots', 'numbers of shots'), seed: (n: number) => counted(n, 'seed', 'seeds'), lr: (n: number) => counted(n, 'learning rate', 'learning rates') } satisfies Record<SweepAxis, (n: number) => string>,
  /** Between the numbers of what a sweep goes over. */
  times: ' × ',
  /** Fewer than the product: a method that cannot meet a budget, or has none, is not run at each. */
  different: (count: number) => `${counted(count, 'different run', 'different runs')}: what has no budget runs once for all of them`,
  runs: (count: number, time: string) => `${counted(count, 'run', 'runs')}${time ? `, ${time}` : ''}`,
  time: (time: string) => `about ${time} on this device`,
  timePartly: (time: string, unknown: number) => `about ${time} on this device, plus ${counted(unknown, 'run', 'runs')} not yet timed`,
  noTime: 'time not known yet',
  there: (count: number) => `Leave out ${formatNumber(count)} already trained or queued`,
  asking: (count: number) => `Looking up what the methods reach at ${counted(count, 'budget', 'budgets')}.`,
  missing: (methods: string) => `Cannot run: ${methods}.`,
  missingOne: (method: string, budget: string) => budget ? `${method} at ${budget}` : method,
  most: (count: number) => `A sweep adds at most ${formatNumber(count)} runs. Take fewer values.`,
  add: (count: number) => `Add ${counted(count, 'run', 'runs')}`,
  none: 'Nothing to add',
};
