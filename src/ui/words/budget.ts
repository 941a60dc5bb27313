import { formatFactor } from '../../language/format';
import type { Match } from '../store/settings';
import type { TermName } from './terms';
import { say, sayOfPictures } from '../../language/say';

/** What methods are made equal in. */
export const budgetWords = {
  by: 'Match by',
  kinds: { parameters: 'Parameters', memory: 'Memory', time: 'Time' } satisfies Record<Match, string>,
  labels: { parameters: 'Budget, adapter parameters', memory: 'Budget, MiB of memory', time: 'Budget, % of a full fine-tuning step' } satisfies Record<Match, string>,
  /** Beside what says that it is parameters. */
  short: { parameters: 'Budget', memory: 'Budget, MiB', time: 'Budget, % of full' } satisfies Record<Match, string>,
  values: {
    parameters: say<[count: number]>('{0} adapter parameters'),
    memory: say<[mib: number]>('{0} MiB of memory'),
    time: say<[percent: number]>('{0} percent of a full fine-tuning step'),
  } satisfies Record<Match, (value: number) => string>,
  wrong: say<[text: string]>('“{0}” is not an amount. Type a number from 1 up: 41,000, 41k or 1.5M.'),
  maxWork: 'Time at most',
  maxWorkUnit: '× full',
  noMaxWork: 'no limit',
  maxWorkHelp: 'In multiples of full fine-tuning. At an equal budget, a method that would take longer gets its largest setting within this limit. Leave empty, or type 0, for no limit.',
  solving: 'Planning every method.',
  estimated: 'Estimated from multiply-adds of the matrices, not measured; attention, norms and the optimizer cost every method about the same and are left out.',
};

/** The table of methods. */
export const methodWords = {
  title: 'Methods',
  columns: { method: 'method', setting: 'setting', parameters: 'adapter parameters', memory: 'memory, MiB', time: 'time of a run', rate: 'learning rate', file: 'file, MiB' },
  hints: {
    parameters: 'What the method trains, without a new head: budgets count this',
    memory: 'Planned memory on the device, exact to the byte',
    time: 'As a share of full fine-tuning, estimated from multiply-adds; below it, once there is one, the time of the whole run, evaluations included, by the newest one on this device',
    rate: 'Peak learning rate. Empty: each method’s own, in grey',
    file: 'The tensors in the file of the trained weights',
  },
  train: say<[title: string]>('Train {0}'),
  rateOf: say<[title: string]>('Learning rate of {0}'),
  share: say<[percent: string]>('{0} %'),
  offBudget: 'not at the budget',
  factor: (factor: number): string => (factor >= 0.01 ? `× ${formatFactor(factor)}` : '≠'),
  more: say<[count: number]>('{0} more {0, plural, one {method} other {methods}}'),
  fewer: 'Fewer methods',
  /** Methods that are not in the list, for want of a model that reads. */
  forTexts: sayOfPictures<[titles: readonly string[]]>('For CLIP, which compares pictures with texts: {0}.'),
  head: say<[head: string]>('plus a new head of {0} in each'),
  legend: 'Colour learns, grey is fixed.',
  /** Before words that open their definitions. */
  explained: 'What is meant by',
  /** Where a method is from; before it, where only its idea is. */
  paper: say<[title: string, at: string]>('{0}, {1}'),
  idea: 'An idea of',
  terms: { rank: 'r', bases: 'k', offBudget: '× and ≠', relativeTime: 'time in %', randomBases: 'random bases' } satisfies Partial<Record<TermName, string>>,
  length: 'Length',
  lengthIn: 'Length in',
  units: { steps: 'Steps', epochs: 'Epochs' },
};
