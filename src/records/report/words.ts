import type { About } from '../../train/learned.meta';
import { capital } from '../../language/format';

/** Every word of a report that is not data. */
const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
/** a, b and c */
const list = (parts: string[]): string => (parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`);

/** Items that runs are measured on, the measure, its names on the test and on any split, and the words for what a run reaches. */
interface Measure {
  items: 'pictures' | 'texts';
  name: string;
  ofTest: string;
  of: (split: string) => string;
  reaches: (percent: string) => string;
}

const accuracyOn = (items: Measure['items']): Measure => ({ items, name: 'accuracy', ofTest: 'test accuracy', of: (split) => `accuracy on the ${split} ${items}`, reaches: (percent) => `${percent} test accuracy` });
const rightOf = (counted: string): Measure => ({ items: 'texts', name: `${counted} right`, ofTest: `share of ${counted} right in test texts`, of: (split) => `${counted} right in the ${split} texts`, reaches: (percent) => `${percent} of the ${counted} of test texts right` });

const measures: Record<About, Measure> = {
  pictures: accuracyOn('pictures'),
  texts: accuracyOn('texts'),
  words: rightOf('words'),
  next: rightOf('tokens'),
  numbers: { items: 'texts', name: 'Pearson correlation', ofTest: 'Pearson correlation on test texts', of: (split) => `Pearson correlation on the ${split} texts`, reaches: (percent) => `a Pearson correlation of ${percent} on test texts` },
};

export const words = {
  title: (runs: number): string => (runs === 1 ? 'Report of a run' : `Comparison of ${runs} runs`),
  made: (date: string): string => `Made with Fullrank on ${date}. Everything on this page is in this file; it loads nothing and runs no script.`,
  /** The people whose runs they are. */
  by: (people: string[]): string => `Trained by ${list(people)}.`,
  byHead: 'by',
  on: (model: string, data: string): string => `${model} on ${data}`,
  differences: (best: string): string => `Differences from ${best}`,
  off: (labels: string[], counts: string[]): string => `${list(labels)} ${labels.length === 1 ? 'is' : 'are'} off the budget that the others share (${list(counts)} adapter parameters) and ${labels.length === 1 ? 'is' : 'are'} left out of this.`,
  fixed: (labels: string[]): string => `${list(labels)} ${labels.length === 1 ? 'trains a number' : 'train numbers'} of parameters of ${labels.length === 1 ? 'its' : 'their'} own, whatever the budget.`,
  stopped: (count: number, all: number, steps: string, most: string): string => `Early stopping ended ${count} of ${plural(all, 'run')}, after ${steps} of ${most} steps.`,
  stoppedAt: (state: string, step: number): string => `${state} early at ${step}`,
  spread: (from: string, to: string): string => `The runs do not have equal budgets: trainable parameters go from ${from} to ${to}.`,
  unequal: 'These settings are not the same in all runs, so differences need not come from the method:',
  curves: 'Curves',
  method: 'method',
  step: 'step',
  lossAxis: 'loss',
  trainable: 'trainable parameters',
  loss: 'Training loss of each batch, over steps',
  lossSummary: (labels: string[]): string => `Lines of ${list(labels)}. Last losses stand in the table of runs.`,
  accuracySummary: (labels: string[]): string => `Lines of ${list(labels)}. The numbers stand in the table below.`,
  buysSummary: (labels: string[]): string => `Points of ${list(labels)}. The numbers stand in the table of methods.`,
  splits: { train: 'training', val: 'validation', test: 'test' },
  methods: 'Methods',
  runs: 'Runs',
  className: 'class',
  perClass: 'Accuracy of each class, %, mean over seeds',
  settings: 'Settings',
  settingHeads: ['setting', 'value'],
  same: 'The same in all runs.',
  memory: 'Memory on the device by role, MiB',
  total: 'total',
  device: 'Device',
  devices: (names: string[]): string => list(names),
  testRight: (checks: number): string => `The device's self-test found all ${checks} checks right.`,
  testWrong: (problems: string[]): string => `The device's self-test found errors: ${problems.join('; ')}.`,
  edits: (count: number): string => `The data set was changed by hand in ${count} places before training.`,
  shared: (exact: number, near: number, items: string): string => `${exact > 0 ? `Of the test ${items} ${exact} ${exact === 1 ? 'is' : 'are'} in training too${near > 0 ? `, and ${near} more nearly so` : ''}` : `Of the test ${items} ${near} ${near === 1 ? 'is' : 'are'} nearly the same as in training`}: the result looks better than it is.`,
  notes: 'Notes',
  how: 'How to read this',
  /** `items`: what was measured, pictures or texts or both. */
  howText: (items: string, intervals: string): string[] => [
    `The 95 % interval of a mean over seeds is Student's t with one degree of freedom less than seeds. A mean of one or two seeds has none. It covers what the seed decides (start values, order of ${items}, augmentation), not the choice of test ${items}.`,
    `Two settings count as distinguishable by their differences, not by whether two intervals overlap: runs of one seed, and the answers of two models to one of the test ${items}, go up and down together, which differences leave out. Where both have kept their answers over at least three seeds, the difference covers seeds and test ${items} (S. L. Hillis, Statistics in Medicine 26, 2007); without answers it is Student's t over the seeds that both have, or Welch's where they have other seeds. With one seed, a difference is of two models (McNemar's test with mid-p, Newcombe's interval), and says nothing of other seeds.`,
    `Balanced accuracy is the mean, over the classes that have test ${items}, of the share of each that is right; macro-F1 is the mean of F1 over the classes that have test ${items} or were predicted, 0 where nothing of a class is right. Both come from the confusion matrix, and are left out where a run has not kept it.`,
    `The interval of a single run is ${intervals}, of what it would reach on all ${items} like the test ${items}. MiB are the bytes that the engine allocates on the device; seconds are the median step times the steps, so that compiling kernels, which the first step waits for, does not count; only those of one device compare.`,
  ],
  intervals: { shares: "Wilson's", numbers: "Fisher's of a correlation", both: "Wilson's, or Fisher's of a correlation" },
  states: { done: 'done', stopped: 'stopped', failed: 'failed', interrupted: 'interrupted' },
};

/** Sentences about runs, by what they learn. */
export function wordsOn(about: About) {
  const { items, name, ofTest, of, reaches } = measures[about];
  return {
    items,
    noTest: `No run has a result on test ${items}.`,
    only: (label: string, percent: string, interval: string, n: number): string => `${label} reaches ${reaches(`${percent} %`)}${interval} over ${plural(n, 'seed')}.`,
    /** `rows` as "LoRA r 8 61.2 %". */
    balanced: (times: string, rows: string[]): string => `The largest class has ${times} times the ${about === 'words' ? 'words in test texts' : `test ${items}`} of the smallest, so it weighs more in accuracy. Balanced accuracy, in which all classes count the same: ${rows.join(', ')}.`,
    followed: (split: string): string => `${capital(of(split))} while training`,
    buys: (intervals: boolean): string => `${capital(ofTest)} against trainable parameters${intervals ? ', with the 95 % interval of the mean over seeds' : ''}. Methods of about one budget stand side by side`,
    axis: `${name}, %`,
    methodHeads: [words.method, 'setting', `${ofTest}, %`, '95 % interval of the mean', 'seeds', 'balanced accuracy, %', 'macro-F1, %', 'adapter parameters', 'trainable parameters', 'MiB', 'seconds'],
    runHeads: ['run', words.method, 'state', `${ofTest}, %`, `95 % interval over test ${items}`, `test ${items}`, 'balanced accuracy, %', 'macro-F1, %', 'seed', 'steps', 'last loss', 'seconds', `${items}/s`],
    evaluations: `${capital(name)} at each evaluation`,
    evaluationHeads: ['run', 'step', `${items} of`, 'loss', `${name}, %`],
  };
}

export type WordsOn = ReturnType<typeof wordsOn>;
