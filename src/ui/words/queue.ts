import type { SweepAxis } from '../store/settings';
import { plural } from './grammar';

/** The queue of runs. */
export const queueWords = {
  title: 'Queue',
  about: (done: number, all: number, left: string): string => `run ${done} of ${all}${left && `, ${left}`}`,
  waiting: (count: number, left: string): string => `${count} waiting${left && `, ${left}`}`,
  left: (time: string): string => `about ${time} left`,
  leftPartly: (time: string, unknown: number): string => `about ${time} left, plus ${plural(unknown, 'run')} not yet timed`,
  empty: 'Waiting runs appear here.',
  run: 'run',
  method: 'method',
  differs: 'what differs',
  time: 'time',
  actions: 'actions',
  takes: (time: string): string => `≈ ${time}`,
  move: (name: string): string => `Move ${name}`,
  up: 'Up',
  down: 'Down',
  moved: (name: string, place: number, all: number): string => `${name} is now ${place} of ${all} in the queue.`,
  moveKeys: 'Drag a run, or focus it and press the arrow keys; Home and End move it first or last.',
  hold: 'Hold after this run',
  held: 'Held after this run',
  goOn: 'Continue',
  cancelAll: 'Cancel all',
  skip: 'Stop this run',
  cancel: 'Cancel',
};

/** Sweeps. */
export const sweepWords = {
  button: 'Add a sweep',
  close: 'Close the sweep',
  lead: 'Every chosen method at every budget, number of shots, seed and learning rate; each combination is one run. An empty field takes the value set above.',
  labels: { budget: 'Budgets', shots: 'Shots per class', seed: 'Seeds', lr: 'Learning rates' } satisfies Record<SweepAxis, string>,
  hints: {
    budget: 'Trainable parameters: 10k, 40k, 160k.',
    shots: 'Training pictures per class: 1, 4, 16, all.',
    seed: 'Numbers or a range: 0-2.',
    lr: 'Values, or multiples of each method’s own: x0.3, x1, x3.',
  } satisfies Record<SweepAxis, string>,
  wrong: {
    budget: (part: string): string => `“${part}” is not a number of parameters. Type 40000 or 40k.`,
    shots: (part: string): string => `“${part}” is not a number of pictures. Type 16 or all.`,
    seed: (part: string): string => `“${part}” is not a seed. Type 1 or 0-4.`,
    lr: (part: string): string => `“${part}” is not a learning rate. Type 0.001 or x3.`,
  } satisfies Record<SweepAxis, (part: string) => string>,
  tooMany: (most: number): string => `At most ${most} values.`,
  methods: (count: number): string => plural(count, 'method'),
  values: { budget: (n: number) => plural(n, 'budget'), shots: (n: number) => plural(n, 'number of shots', 'numbers of shots'), seed: (n: number) => plural(n, 'seed'), lr: (n: number) => plural(n, 'learning rate') } satisfies Record<SweepAxis, (n: number) => string>,
  product: (parts: string[]): string => parts.join(' × '),
  runs: (count: number, time: string): string => `${plural(count, 'run')}${time && `, ${time}`}`,
  time: (time: string): string => `about ${time} on this device`,
  timePartly: (time: string, unknown: number): string => `about ${time} on this device, plus ${plural(unknown, 'run')} not yet timed`,
  noTime: 'time estimate after the first run',
  there: (count: number): string => `Leave out ${count} already trained or queued`,
  asking: (count: number): string => `Looking up what the methods reach at ${plural(count, 'budget')}.`,
  missing: (methods: string): string => `Cannot run: ${methods}.`,
  missingOne: (method: string, budget: string): string => (budget ? `${method} at ${budget}` : method),
  most: (count: number): string => `A sweep adds at most ${count} runs. Take fewer values.`,
  add: (count: number): string => `Add ${plural(count, 'run')}`,
  none: 'Nothing to add',
};
