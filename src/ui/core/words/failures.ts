import { formatNumber } from '../../../language/format';
import type { RunError } from '../../../train/protocol';

export const interruptedWords = {
  lost: 'The graphics card was lost',
  title: (name: string) => `${name} was interrupted`,
  happened: (spec: string, step: number, total: number, ago: string) => `${spec}, stopped at step ${formatNumber(step)}${total ? ` of ${formatNumber(total)}` : ''} when its page closed. It started ${ago}.`,
  kept: (step: number) => `The curve, and a checkpoint at step ${formatNumber(step)} from which it can resume exactly.`,
  noCheckpoint: 'The settings. It had not reached its first checkpoint.',
  missing: (name: string) => `Open ${name} again to go on.`,
  resume: (step: number) => `Resume at step ${formatNumber(step)}`,
  restart: 'Start it again',
  discard: 'Discard',
};

export const failuresWords = {
  who: (name: string, method: string) => `${name} (${method})`,
  kept: 'All settings and all other runs.',
  again: 'Try again',
  remove: 'Delete the run',
  dismiss: 'Dismiss',
  why: 'See why',
  slower: (lr: string) => `Try again with learning rate ${lr}`,
  smaller: (batch: number, accumulate: number) => `Use batch size ${formatNumber(batch)}, gradient accumulation ${formatNumber(accumulate)}`,
  recompute: 'Recompute activations',
  stored: (storage: string) => `Store frozen weights as ${storage}`,
  'device-lost': { short: 'device lost', title: (name: string) => `The graphics card was lost during ${name}`, happened: 'The driver reset the device before the first checkpoint.', todo: 'Try again. If it happens often, use a smaller batch.' },
  'out-of-memory': { short: 'too little memory', title: (name: string) => `${name} does not fit`, happened: 'The device could not allocate what the plan needs.', todo: 'Make the run smaller; the first button acts on the largest part.' },
  'bad-input': { short: 'bad input', title: (name: string) => `${name} could not start`, happened: 'The model, the data or the settings do not fit together.', todo: 'Change what the message names, then try again.' },
  cancelled: { short: 'cancelled', title: (name: string) => `${name} was cancelled`, happened: 'It was cancelled before the first step.', todo: 'Nothing was trained; run it again when you like.' },
  diverged: { short: 'diverged', title: (name: string) => `${name} diverged`, happened: 'The loss stopped being a number.', todo: 'A smaller learning rate usually helps.' },
  internal: { short: 'stopped by an error', title: (name: string) => `${name} stopped with an error`, happened: 'The training worker ended without a word.', todo: 'Try again. If it stays, copy the details into a report.' },
} satisfies Record<RunError['kind'], { short: string; title: (name: string) => string; happened: string; todo: string }> & Record<string, unknown>;
