import { formatCount } from '../format';
import type { Match } from '../store/settings';
import type { TermName } from './terms';

/** What methods are made equal in. */
export const budgetWords = {
  by: 'Equal in',
  kinds: { parameters: 'Parameters', memory: 'Memory', time: 'Time' } satisfies Record<Match, string>,
  labels: { parameters: 'Budget, trainable parameters', memory: 'Budget, MiB of memory', time: 'Budget, % of a full fine-tuning step' } satisfies Record<Match, string>,
  /** Beside what says that it is parameters. */
  short: { parameters: 'Budget', memory: 'Budget, MiB', time: 'Budget, % of full' } satisfies Record<Match, string>,
  values: {
    parameters: (count: number) => `${formatCount(count)} trainable parameters`,
    memory: (mib: number) => `${formatCount(mib)} MiB of memory`,
    time: (percent: number) => `${formatCount(percent)} percent of a full fine-tuning step`,
  } satisfies Record<Match, (value: number) => string>,
  wrong: (text: string): string => `“${text}” is not an amount. Type a number from 1 up: 41,000, 41k or 1.5M.`,
  maxWork: 'Time at most',
  maxWorkHelp: 'At an equal budget a method that would take longer gets its largest setting within this, in multiples of full fine-tuning. Empty lifts the limit.',
  solving: 'Planning every method.',
  estimated: 'Estimated from multiply-adds of the matrices, not measured; attention, norms and the optimizer cost every method about the same and are left out.',
};

/** The table of methods. */
export const methodWords = {
  title: 'Methods',
  columns: { method: 'method', setting: 'setting', trainable: 'trainable', memory: 'memory, MiB', time: 'time', rate: 'learning rate', file: 'file, MiB' },
  hints: {
    trainable: 'Trainable parameters of the method, without the head',
    memory: 'Planned memory on the graphics card, exact to the byte',
    time: 'Of the whole training, from the newest run of the same settings on this device; before there is one, as a share of full fine-tuning, estimated from multiply-adds',
    rate: 'Peak learning rate. Empty: each method’s own, in grey',
    file: 'The tensors in the file of the trained weights',
  },
  train: (title: string): string => `Train ${title}`,
  rateOf: (title: string): string => `Learning rate of ${title}`,
  share: (percent: string): string => `${percent} %`,
  offBudget: 'not at the budget',
  factor: (factor: number): string => (factor >= 0.01 ? `× ${factor >= 10 ? factor.toFixed(1) : factor.toPrecision(2)}` : '≠'),
  more: (count: number): string => `${count} more ${count === 1 ? 'method' : 'methods'}`,
  fewer: 'Fewer methods',
  head: (head: string): string => `plus a new head of ${head} in each`,
  legend: 'Colour learns, grey is fixed.',
  /** Before words that open their definitions. */
  explained: 'What is meant by',
  terms: { rank: 'r', bases: 'k', offBudget: '× and ≠', relativeTime: 'time in %', randomBases: 'random bases' } satisfies Partial<Record<TermName, string>>,
  length: 'Length',
  lengthIn: 'Length in',
  units: { steps: 'Steps', epochs: 'Epochs' },
};
