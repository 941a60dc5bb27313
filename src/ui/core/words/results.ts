import { byMedium, inMedium } from '../../../language/medium';
import { counted, formatNumber, listOf } from '../../../language/format';

export const cellWords = {
  right: (truth: string, said: string) => `${truth}, taken for ${said}`,
  wrong: (truth: string, said: string) => `${truth} taken for ${said}`,
  all: (all: number) => `${counted(all, inMedium`picture`, inMedium`pictures`)}.`,
  first: (shown: number, all: number) => `The first ${formatNumber(shown)} of ${counted(all, inMedium`picture`, inMedium`pictures`)}.`,
  hint: 'Is a label wrong? Choose the right one. It takes effect from the next run on.',
  get keys() { return inMedium`Choose a cell to see its pictures; arrow keys move between cells.`; },
  close: 'Close',
};

export const resultsWords = {
  accuracy: (percent: string, count: string, pictures: string, step: string, loss: string, right: string) => byMedium({ pictures: `${right} of ${count} ${pictures} right (${percent} %) with the weights of step ${step} (loss ${loss}).`, next: `${percent} % of the tokens of ${count} ${pictures} right with the weights of step ${step} (loss ${loss}).`, words: `${percent} % of the words of ${count} ${pictures} right with the weights of step ${step} (loss ${loss}).`, numbers: `Pearson correlation of ${percent} % on ${count} ${pictures} with the weights of step ${step} (loss ${loss}).` }),
  /** Reason for these weights, if they are not the last. */
  best: (last: string) => inMedium`They did best on the validation pictures; training went on to step ${last}.`,
  /** `percent` of who always names the most frequent class. */
  atChance: (percent: string, rate: 'found' | 'given') => `At chance: always naming the most frequent class is right ${percent} % of the time. ${rate === 'found' ? 'Train longer, or give this method more parameters.' : 'Its learning rate may be too high or too low for these settings.'}`,
  findRate: 'Find its learning rate and train again',
  balanced: (percent: string) => ` ${percent} %, `,
  f1: (percent: string) => ` ${percent} %.`,
  spearman: (percent: string) => `Spearman correlation ${percent} %: the same for ranks, so only the order counts.`,
  matthews: (percent: string) => `Matthews correlation ${percent} %: 0 is guessing, 100 all right, whatever the sizes of the classes.`,
  perplexity: (value: string) => `Perplexity ${value}: e to the power of the loss, as if so many tokens were equally likely each time.`,
  choices: (percent: string, byLetter: string) => `${percent} % of the likeliest choices are right; ${byLetter} % when likelihoods are normalised by length in characters, which does not favour short ones.`,
  balancedWord: 'Balanced accuracy',
  f1Word: 'macro-F1',
  get which() { return inMedium`Which pictures`; },
  splits: { val: 'Validation', test: 'Test' },
  on: { get val() { return inMedium`validation pictures`; }, get test() { return inMedium`test pictures`; }, get train() { return inMedium`training pictures`; } },
  perClass: 'Accuracy of each class, %',
  confusion: 'Confusion',
  /** Right pictures of a class, and the 95 % interval. */
  ofClass: (name: string, right: string, count: string, low: string, high: string) => `${name}: ${right} of ${count} right, 95 % interval ${low} to ${high} %`,
  of: (count: string) => `% of ${count}`,
  get intervals() { return byMedium({ pictures: 'Thin lines are 95 % intervals over the pictures of each class.', texts: 'Thin lines are 95 % intervals over the texts of each class.', words: 'Thin lines are 95 % intervals over the words of each class.' }); },
  few: (least: string) => byMedium({ pictures: `With as few as ${least} pictures they are wide: differences of classes may be chance.`, texts: `With as few as ${least} texts they are wide: differences of classes may be chance.`, words: `With as few as ${least} words they are wide: differences of classes may be chance.` }),
  get confusionHint() { return byMedium({ pictures: 'Rows are true classes, columns are predicted classes, numbers are pictures. A cell is shaded by its share of the row: 1 of 1 is shaded like 5 of 5.', texts: 'Rows are true classes, columns are predicted classes, numbers are texts. A cell is shaded by its share of the row: 1 of 1 is shaded like 5 of 5.', words: 'Rows are true classes, columns are predicted classes, numbers are words. A cell is shaded by its share of the row: 1 of 1 is shaded like 5 of 5.' }); },
  get pictures() { return inMedium`pictures`; },
  trueClass: 'true class',
  predicted: 'predicted class',
  wholeRow: '100 % of the row',
  cell: (truth: string, said: string, count: number) => `${truth} taken for ${said}: ${formatNumber(count)}`,
  pair: (truth: string, said: string, count: number) => byMedium({ pictures: `Most often ${truth} is taken for ${said}, ${counted(count, 'picture', 'pictures')}.`, texts: `Most often ${truth} is taken for ${said}, ${counted(count, 'text', 'texts')}.`, words: `Most often ${truth} is taken for ${said}, ${counted(count, 'word', 'words')}.` }),
  /** `pairs` as `taken` and `others` say them. */
  ties: (pairs: string[], count: number) => byMedium({ pictures: `Most often, ${counted(count, 'picture', 'pictures')} each, ${listOf(pairs)}.`, texts: `Most often, ${counted(count, 'text', 'texts')} each, ${listOf(pairs)}.`, words: `Most often, ${counted(count, 'word', 'words')} each, ${listOf(pairs)}.` }),
  taken: (truth: string, said: string) => `${truth} is taken for ${said}`,
  others: (pairs: number) => counted(pairs, 'other pair', 'other pairs'),
  empty: 'Accuracy, each class and the confusion matrix appear with the first evaluation.',
  stopped: (step: string) => inMedium`This run was stopped and has not been evaluated on the test pictures. Its weights of step ${step} are kept.`,
  evaluate: 'Evaluate it now',
  evaluating: (done: string, total: string) => `Evaluating, ${done} of ${total} ${total === '1' ? inMedium`picture` : inMedium`pictures`}.`,
  notEvaluated: (why: string) => `It was not evaluated. ${why}`,
  none: 'This run has ended before its first evaluation.',
  download: (what: 'adapter' | 'weights', mib: string) => `Download the ${what === 'adapter' ? 'adapter' : 'weights'}, ${mib}\u00a0MiB`,
  summary: (time: string, rate: string, skipped: number, device: string) => inMedium`${time} of training at ${rate} pictures per second${device ? ` on ${device}` : ''}${skipped ? `; ${counted(skipped, 'step', 'steps')} skipped because a gradient was not finite` : ''}.`,
};
