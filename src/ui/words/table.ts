import type { Grouping } from '../store/settings';
import type { Unlike } from '../store/timing';
import { say } from '../../language/say';

/** What is known of a run, by the name that filters use; a setting that is missing here goes by its own name. */
export const factWords: Partial<Record<string, string>> = {
  name: 'run',
  accuracy: 'test accuracy, %',
  balanced_accuracy: 'balanced accuracy, %',
  macro_f1: 'macro-F1, %',
  val: 'best validation accuracy, %',
  spearman: 'test correlation (Spearman), %',
  matthews: 'test correlation (Matthews), %',
  choice_accuracy: 'test choices right, %',
  perplexity: 'test perplexity',
  loss: 'test loss',
  train_loss: 'training loss',
  trainable: 'trainable parameters',
  adapter: 'adapter parameters',
  memory: 'memory, MiB',
  optimizer: 'Adam moments, MiB',
  file: 'adapter file, MiB',
  seconds: 'training time',
  images_per_second: 'pictures/s',
  steps_done: 'steps done',
  skipped: 'skipped steps',
  lr: 'lr',
  setting: 'setting',
  edits: 'changes to the data',
  from: 'from file',
};

/** The same without the unit, where another name. */
export const factNames: Partial<Record<string, string>> = {
  accuracy: 'test accuracy',
  balanced_accuracy: 'balanced accuracy',
  macro_f1: 'macro-F1',
  val: 'best validation accuracy',
  memory: 'memory',
  optimizer: 'Adam moments',
  file: 'adapter file',
  lr: 'learning rate',
};

/** The table of runs. */
export const tableWords = {
  flags: { yes: 'yes', no: 'no' },
  group: 'Group runs by',
  groups: {
    run: 'nothing: each run',
    seed: 'setting: means over seeds',
    method: 'method',
    budget: 'parameters',
    shots: 'shots',
    lr: 'learning rate',
    data: 'data set',
    who: 'person',
  },
  all: say<[all: number]>('{0, plural, one {# run} other {# runs}}'),
  some: say<[runs: number, all: number]>('{0} of {1, plural, one {# run} other {# runs}}'),
  /** Those of one data set, where there are others; with recorded ones among them. */
  of: say<[runs: string, data: string, recorded: number]>('{0}{is1, select, true { on {1}} other {}}{2, plural, =0 {} other { (# recorded)}}'),
  inRows: say<[runs: string, rows: number]>('{0} in {1, plural, one {# row} other {# rows}}'),
  noneLeft: 'No run passes the filter.',
  clear: 'Clear the filter',
  sortBy: say<[title: string]>('Sort by {0}'),
  seeds: 'seeds',
  /** Where single runs stand among groups. */
  seedsOrState: 'seeds or state',
  /** The seeds of a group: how many, and which. */
  seedsOf: say<[count: number, seeds: string]>('{0, plural, one {#\u00a0(seed\u00a0{1})} other {#\u00a0({1})}}'),
  seedCount: say<[count: number]>('{0, plural, one {# seed} other {# seeds}}'),
  /** A group without a method or a setting of its own. */
  mixed: 'all runs',
  /** Whose runs a group has; nothing where they are the person's own. */
  sources: {
    recorded: 'recorded',
    yours: 'yours',
    people: say<[count: number]>('{0, plural, one {# person} other {# people}}'),
    mixed: say<[others: string]>('yours and {0}’s'),
    from: say<[others: string]>('from {0}'),
  },
  failed: say<[count: number]>('{0} failed, not counted'),
  again: say<[count: number]>('{0, plural, one {# repeat} other {# repeats}} of the same seed, counted once'),
  early: say<[count: number]>('{0} ended early'),
  atChance: say<[count: number]>('{0} at chance'),
  unfinished: say<[count: number]>('{0} without a result'),
  plusMinus: say<[value: string]>('± {0}'),
  open: say<[what: string]>('Show the runs of {0}'),
  shots: say<[shots: number]>('{is0, select, true {{0, plural, one {# shot} other {# shots}}} other {all pictures}}'),
  limit: say<[pictures: number]>('{is0, select, true {{0, plural, one {# training picture} other {# training pictures}}} other {all training pictures}}'),
  parameters: say<[count: string]>('{0} parameters'),
  lr: say<[value: string]>('lr {0}'),
  /** What runs are put together by, behind their method within a sentence. */
  within: say<[by: Grouping, label: string]>('{0, select, budget {with {1}} shots {with {1}} lr {at {1}} data {on {1}} other {{1}}}'),
  verdict: {
    apart: say<[best: string, others: string]>('{0} is better than {1}: their 95 % intervals do not overlap.'),
    alike: say<[best: string, others: string, count: number, seeds: string]>('{0} is highest, but {1} {2, plural, one {is} other {are}} not distinguishable from it over {3}: the 95 % intervals overlap.'),
    tied: say<[names: string, seeds: string, others: string, count: number]>('{0} have the same mean over {1}, the highest{is2, select, true {; {2} {3, plural, one {is} other {are}} not distinguishable from them} other {}}: the 95 % intervals overlap.'),
    named: say<[title: string, what: string]>('{0} ({1})'),
    /** Before a sentence about nothing else. */
    ofRecorded: say<[sentence: string]>('Recorded runs: {0}'),
    /** Before a sentence about the highest mean, where a single run is as high. */
    ofSeveral: say<[sentence: string]>('Among those measured more than once: {0}'),
    /** Without names it is all of them. */
    single: say<[names: string, count: number]>('{is0, select, true {One seed of {0}: {1, plural, one {its difference from the others} other {their differences}} may be chance.} other {One seed each: differences may be chance.}}'),
    /** Single runs alone, whose results are written alike. */
    equal: 'One seed each, with equal results.',
    others: say<[count: number]>('{0, plural, one {# other} other {# others}}'),
    seedsBetween: say<[least: number, most: number]>('{0} to {1, plural, one {# seed} other {# seeds}}'),
  },
  unlike: {
    recorded: 'recorded on another machine',
    busy: 'recorded while the processor had other work',
    device: 'another device',
    paused: 'pauses as long as the training',
    uneven: 'steps of uneven length',
  } satisfies Record<Unlike, string>,
  /** `whose` and why, as several of these stand behind the next. */
  unlikeOf: say<[whose: string[], why: string[]]>('{0} ({1})'),
  unlikeFoot: say<[why: string[]]>('Timed under other conditions than the rest, so not to be compared: {0}.'),
  unlikeTimed: 'Timed under other conditions than the rest (another device, recorded, or steps of uneven length): not to be compared.',
  allUnlikeTimed: 'No two of these were timed under like conditions (other devices, recorded, a busy processor, or steps of uneven length): their times are not to be compared.',
  stale: 'stale',
  staleHint: 'The data has changed since',
  theirs: say<[file: string]>('from {0}'),
  twin: say<[name: string]>('same as {0}'),
  repeatsSame: say<[name: string]>('same curve as {0}, bit for bit'),
  repeatsOther: say<[name: string, step: number]>('differs from {0} from step {1} on'),
  exactly: 'Reproduce exactly',
  exactlyHint: 'Same settings, seed and data as then: a check that the curve comes out the same, and no new result',
  /** The same deed, where the data has not changed since. */
  againSame: 'Same settings, seed and data; for a new result take another seed',
  againNow: 'Run again, with the data as it is now',
  add: 'Add runs from a file',
  added: say<[count: number, files: string, known: number, unknown: number]>('Added {0, plural, one {# run} other {# runs}} from {1}{is2, select, true {, {2, plural, one {# was} other {# were}} there already} other {}}{is3, select, true {, {3} left out, which this page cannot show} other {}}.'),
  notAdded: say<[file: string, why: string]>('{0} was not added. {1}'),
  manyFiles: say<[count: number]>('{0} files'),
  more: 'more that differs',
  details: {
    title: say<[name: string]>('Details of {0}'),
    name: 'Name',
    /** Why a run keeps its name. */
    nameRefused: {
      slash: 'The run keeps its name: files are named after it, and a file name cannot contain / or \\.',
      taken: 'The run keeps its name: files are named after it, and another run has this one.',
    },
    notes: 'Notes',
    notesHint: 'Kept with the run, in its project and in its file.',
    device: 'device',
    selfTest: 'device test',
    passed: say<[checks: number]>('{0, plural, one {# check} other {# checks}} of the kernels, forward and backward, came out right'),
    wrong: say<[problems: string]>('wrong results: {0}'),
    untested: 'not tested',
    developer: 'Developer details',
    quads: { yes: 'kernels in the form with quad operations', no: 'kernels in the form without quad operations' },
    weights: say<[weights: string]>('frozen weights in {0}'),
    memory: 'memory',
    bytes: say<[planned: string, allocated: string]>('{0}\u00a0MiB planned, {1}\u00a0MiB allocated'),
    early: 'early stopping',
    /** What it did: where it looked, what it took for that, and how the run ended. */
    earlySeen: say<[steps: number, patience: number]>('Evaluated every {0, plural, one {step} other {# steps}}, to end after {1, plural, one {# evaluation} other {# evaluations}} without a lower validation loss.'),
    earlyHeld: say<[pictures: string]>('{0} training pictures were held out for it, some of each class, since no validation share was set.'),
    earlyStopped: say<[step: string, steps: string, evaluations: number, kept: string]>('Stopped after step {0} of {1}: the validation loss had not improved for {2, plural, one {# evaluation} other {# evaluations}}; the weights of step {3} are kept.'),
    earlyNot: 'The run went to its end.',
    data: 'data',
    dataNow: 'unchanged since',
    dataThen: 'has changed since',
    dataGone: 'not open',
    from: 'from',
    state: 'state',
    stopped: say<[step: number]>('stopped{0, plural, =0 {} other { at step #}}'),
    when: 'trained',
  },
};

/** Filters of the table. */
export const filterWords = {
  label: 'filter',
  placeholder: 'method == "lora" and accuracy > 80 and r <= 8',
  help: 'Names of settings and results, compared with ==, !=, <, <=, > and >=, in [a, b] or contains "text"; joined by and, or, not. Accuracies are in %, as in the table; 0.8 is read as 80.',
  completions: 'Suggestions',
  unclosed: 'The text has no closing quote.',
  stray: say<[what: string]>('“{0}” has no meaning here.'),
  long: say<[most: number]>('A filter has at most {0} characters.'),
  deep: 'Too many brackets inside each other.',
  single: 'Write == for “equal”.',
  chained: 'Compare one pair at a time, as 4 <= r and r <= 8.',
  expected: say<[what: string]>('Unexpected “{0}”. Is “and” or “or” missing?'),
  needsValue: say<[what: string]>('A name or a value is missing before “{0}”.'),
  ends: 'Something is missing at the end.',
  bracket: 'A closing bracket is missing.',
  list: 'in must be followed by a list, such as ["lora", "vera"].',
  containsText: 'contains compares text with text, as name contains "oak".',
  compareWith: say<[what: string]>('Compare {0} with something, as {0} == …'),
  /** `value` where it stands as what something is compared with. */
  unknown: say<[name: string, near: string, value: boolean]>('There is no {0}.{is1, select, true { Did you mean {1}?} other {}}{2, select, true { A text stands in quotes: "{0}".} other {}}'),
  noOrder: 'Only numbers and texts have an order.',
  kinds: { number: 'a number', text: 'text', flag: 'true or false', none: 'none' },
  kind: say<[name: string, kind: string, other: string]>('{0} is {1}{is2, select, true {, {2} is not} other {}}.'),
  unlike: 'Both sides must be of one kind.',
};
