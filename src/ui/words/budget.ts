import { formatCount } from '../format';
import type { Match } from '../store/settings';

/** What methods are made equal in. */
export const budgetWords = {
  by: 'Equal in',
  kinds: { parameters: 'Parameters', memory: 'Memory', time: 'Time' } satisfies Record<Match, string>,
  labels: { parameters: 'Budget, trainable parameters', memory: 'Budget, MiB of memory', time: 'Budget, % of a full fine-tuning step' } satisfies Record<Match, string>,
  values: {
    parameters: (count: number) => `${formatCount(count)} trainable parameters`,
    memory: (mib: number) => `${formatCount(mib)} MiB of memory`,
    time: (percent: number) => `${formatCount(percent)} percent of a full fine-tuning step`,
  } satisfies Record<Match, (value: number) => string>,
  ruler: 'Budget and the range that each method can reach',
  wrong: (text: string): string => `“${text}” is no amount. Type a number from 1 on, as 41,000, 41k or 1.5M.`,
  maxWork: 'Most time of a method, × full fine-tuning',
  maxWorkHelp: 'At an equal budget a method that would take more gets its largest setting within this. 0 lifts it.',
  solving: 'Planning every method.',
  estimated: 'Estimated from multiply-adds of the matrices, not measured. Attention, norms and the optimizer are left out: they cost every method much the same.',
  fixed: 'fixed',
};

/** What a method takes. */
export const costsWords = {
  title: 'Optimizer, files and time of each',
  columns: ['trainable, with head', 'optimizer, MiB', 'file, MiB', 'memory, MiB', 'work, % of full', 'step, measured'],
  hint: 'Parameters and bytes are exact; of the file, those of its tensors. Work is an estimate from multiply-adds. A step is measured by the newest run of the same settings on this device.',
  ms: (value: string): string => `${value} ms`,
};
