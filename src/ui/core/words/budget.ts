import type { MethodKind } from '../../../adapters/fields';
import { quote } from '../../../errors/text';
import { formatFactor, formatNumber, plural, listOf } from '../../../language/format';
import type { Match } from '../settings/settings';
import type { TermName } from '../../kit/words/terms';

/** Quantities that methods are made equal in. */
export const budgetWords = {
  by: 'Match by',
  kinds: { parameters: 'Parameters', memory: 'Memory', time: 'Work' } satisfies Record<Match, string>,
  labels: { parameters: 'Budget, adapter parameters', memory: 'Budget, MiB of memory', time: 'Budget, work in % of full fine-tuning' } satisfies Record<Match, string>,
  /** Beside what says that it is parameters. */
  short: { parameters: 'Budget', memory: 'Budget, MiB', time: 'Budget, work in %' } satisfies Record<Match, string>,
  values: {
    parameters: (count: number) => `${formatNumber(count)} adapter parameters`,
    memory: (mib: number) => `${formatNumber(mib)}\u00a0MiB of memory`,
    time: (percent: number) => `${formatNumber(percent)} percent of the work of full fine-tuning`,
  } satisfies Record<Match, (value: number) => string>,
  refused: (text: string, most: number) => `“${text}” is not an amount to aim at. Enter 41,000, 41k or 1.5M, for example${most ? `; the largest method here has ${formatNumber(most)}` : ''}.`,
  matchWork: 'Match methods by work',
  maxWork: 'Work at most',
  maxWorkUnit: '× full',
  noMaxWork: 'no limit',
  maxWorkHelp: 'Multiply-adds of a step, in multiples of full fine-tuning’s. At an equal budget, a method that would need more gets its largest setting within this limit. Leave empty, or type 0, for no limit.',
  solving: 'Planning every method.',
  estimated: 'Attention, norms and the optimizer cost every method about the same and are left out.',
};

/** The table of methods. */
export const methodWords = {
  title: 'Methods',
  /** On one's own pictures, in place of comparing methods. */
  one: 'Use one recommended method',
  columns: { method: 'method', setting: 'setting', parameters: 'adapter parameters', memory: 'memory, MiB', work: 'work', time: 'time of a run', rate: 'learning rate', file: 'file, MiB' },
  hints: {
    parameters: 'What the method trains, without a new head: budgets count this',
    memory: 'Planned memory on the device, exact to the byte',
    work: 'Multiply-adds of a step, in % of those of full fine-tuning; equal work may take unequal time',
    time: 'The whole run, evaluations included: measured on this device, or estimated from what runs or steps like it took here',
    rate: 'Peak learning rate. Empty: each method’s own, in grey',
    file: 'The file of the trained weights',
  },
  find: 'Find a method',
  foundNone: (wanted: string) => `No method has ${quote(wanted)} in its name or in what is said of it.`,
  kinds: {
    'low rank': 'Low rank',
    'shared and random bases': 'Shared and random bases',
    'the weight’s own parts': 'The weight’s own parts',
    rotations: 'Rotations',
    spectra: 'Spectra',
    'scalings and biases': 'Scalings and biases',
    prompts: 'Prompts',
    weights: 'The model’s weights',
  } satisfies Record<MethodKind, string>,
  train: (title: string) => `Train ${title}`,
  rateOf: (title: string) => `Learning rate of ${title}`,
  share: (percent: string) => `${percent} %`,
  estimated: 'estimated',
  offBudget: 'not at the budget',
  factor: (factor: number): string => (factor >= 0.01 ? `× ${formatFactor(factor)}` : '≠'),
  more: (count: number) => `${formatNumber(count)} more ${plural(count, 'method', 'methods')}`,
  fewer: 'Fewer methods',
  /** Methods that are not in the list, for want of a model that reads. */
  forTexts: (titles: readonly string[]) => `For CLIP, which compares pictures with texts: ${listOf(titles)}.`,
  head: (head: string) => `plus a new head of ${head} in each`,
  legend: 'Colour: trained; grey: fixed.',
  /** Before words that open their definitions. */
  explained: 'What they mean:',
  /** Source of a method; after `idea` if only its idea is from there. */
  paper: (title: string, at: string) => `${title}, ${at}`,
  idea: 'An idea of',
  /** Symbols of main settings, each with what explains it. */
  symbols: { r: 'rank', n: 'prompts', k: 'bases', d: 'offDiagonals', K: 'randomNetworks' } satisfies Record<string, TermName> as Readonly<Record<string, TermName>>,
  terms: { offBudget: '× and ≠', work: 'work', runTime: 'time of a run', randomBases: 'random bases' } satisfies Partial<Record<TermName, string>>,
  length: 'Length',
  lengthIn: 'Length in',
  units: { steps: 'Steps', epochs: 'Epochs' },
};
