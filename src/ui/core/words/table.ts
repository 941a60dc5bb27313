import { byMedium, inMedium } from '../../../language/medium';
import { counted, formatNumber, plural, listOf } from '../../../language/format';
import type { Grouping } from '../settings/settings';

/** Titles of facts about a run, by the names that filters use; a setting that is missing here goes by its own name. */
export const factWords: Partial<Record<string, string>> = {
  name: 'run',
  get accuracy() { return byMedium({ pictures: 'test accuracy, %', next: 'tokens right in test texts, %', words: 'words right in test texts, %', numbers: 'test correlation (Pearson), %' }); },
  balanced_accuracy: 'balanced accuracy, %',
  macro_f1: 'macro-F1, %',
  get val() { return byMedium({ pictures: 'best validation accuracy, %', next: 'best, tokens right in validation texts, %', words: 'best, words right in validation texts, %', numbers: 'best validation correlation, %' }); },
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
  get images_per_second() { return inMedium`pictures/s`; },
  steps_done: 'steps done',
  skipped: 'skipped steps',
  lr: 'lr',
  setting: 'setting',
  edits: 'changes to the data',
  from: 'from file',
};

/** The same without the unit, where another name. */
export const factNames: Partial<Record<string, string>> = {
  get accuracy() { return byMedium({ pictures: 'test accuracy', numbers: 'test correlation' }); },
  balanced_accuracy: 'balanced accuracy',
  macro_f1: 'macro-F1',
  get val() { return byMedium({ pictures: 'best validation accuracy', numbers: 'best validation correlation' }); },
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
  all: (all: number) => counted(all, 'run', 'runs'),
  some: (runs: number, all: number) => `${formatNumber(runs)} of ${counted(all, 'run', 'runs')}`,
  /** Those of one data set, where there are others; with recorded ones among them. */
  of: (runs: string, data: string, recorded: number) => `${runs}${data ? ` on ${data}` : ''}${recorded === 0 ? '' : ` (${formatNumber(recorded)} recorded)`}`,
  inRows: (runs: string, rows: number) => `${runs} in ${counted(rows, 'row', 'rows')}`,
  noneLeft: 'No run passes the filter.',
  clear: 'Clear the filter',
  sortBy: (title: string) => `Sort by ${title}`,
  seeds: 'seeds',
  /** Heading if single runs stand among groups. */
  seedsOrState: 'seeds or state',
  /** The seeds of a group: how many, and which. */
  seedsOf: (count: number, seeds: string) => plural(count, `${formatNumber(count)}\u00a0(seed\u00a0${seeds})`, `${formatNumber(count)}\u00a0(${seeds})`),
  seedCount: (count: number) => counted(count, 'seed', 'seeds'),
  /** A group without a method or a setting of its own. */
  mixed: 'all runs',
  /** Origin of a group's runs; none if they are the person's own. */
  sources: {
    recorded: 'recorded',
    yours: 'yours',
    people: (count: number) => counted(count, 'person', 'people'),
    mixed: (others: string) => `yours and ${others}’s`,
    from: (others: string) => `from ${others}`,
  },
  failed: (count: number) => `${formatNumber(count)} failed, not counted`,
  again: (count: number) => `${counted(count, 'repeat', 'repeats')} of the same seed, counted once`,
  early: (count: number) => `${formatNumber(count)} ended early`,
  atChance: (count: number) => `${formatNumber(count)} at chance`,
  unfinished: (count: number) => `${formatNumber(count)} without a result`,
  plusMinus: (value: string) => `± ${value}`,
  get overSeeds() { return inMedium`95 % interval of the mean over seeds alone, not over other test pictures`; },
  range: (low: string, high: string) => `${low} to ${high}`,
  get overPictures() { return inMedium`95 % interval over pictures alone: what this one model would get right of all pictures like the test pictures (Wilson)`; },
  open: (what: string) => `Show the runs of ${what}`,
  shots: (shots: number) => shots ? counted(shots, 'shot', 'shots') : inMedium`all pictures`,
  limit: (pictures: number) => pictures ? counted(pictures, inMedium`training picture`, inMedium`training pictures`) : inMedium`all training pictures`,
  parameters: (count: string) => `${count} parameters`,
  lr: (value: string) => `lr ${value}`,
  /** Label that runs are put together by, behind their method within a sentence. */
  within: (by: Grouping, label: string) => by === 'budget' ? `with ${label}` : by === 'shots' ? `with ${label}` : by === 'lr' ? `at ${label}` : by === 'data' ? `on ${label}` : label,
  verdict: {
    named: (title: string, what: string) => `${title} (${what})`,
    /** Before a sentence about nothing else. */
    ofRecorded: (sentence: string) => `Recorded runs: ${sentence}`,
  },
  unlike: {
    recorded: 'recorded on another machine',
    busy: 'recorded while the processor had other work',
    device: 'another device',
    paused: 'pauses as long as the training',
    uneven: 'steps of uneven length',
  } satisfies Record<Unlike, string>,
  /** `whose` and why, as several of these stand behind the next. */
  unlikeOf: (whose: string[], why: string[]) => `${listOf(whose)} (${listOf(why)})`,
  unlikeFoot: (why: string[]) => `Timed under other conditions than the rest, so not to be compared: ${listOf(why)}.`,
  unlikeTimed: 'Timed under other conditions than the rest (another device, recorded, or steps of uneven length): not to be compared.',
  allUnlikeTimed: 'These runs were timed under different conditions (other devices, recorded, a busy processor, or steps of uneven length), so their times cannot be compared.',
  stale: 'stale',
  staleHint: 'The data has changed since',
  theirs: (file: string) => `from ${file}`,
  twin: (name: string) => `same as ${name}`,
  repeatsSame: (name: string) => `same curve as ${name}, bit for bit`,
  repeatsOther: (name: string, step: number) => `differs from ${name} from step ${formatNumber(step)} on`,
  exactly: 'Reproduce exactly',
  exactlyHint: 'Same settings, seed and data as then: a check that the curve comes out the same, and no new result',
  /** The same action, where the data has not changed since. */
  againSame: 'Same settings, seed and data; for a new result take another seed',
  againNow: 'Run again, with the data as it is now',
  add: 'Add runs from a file',
  added: (count: number, files: string, known: number, unknown: number) => `Added ${counted(count, 'run', 'runs')} from ${files}${known ? `, ${counted(known, 'was', 'were')} there already` : ''}${unknown ? `, ${formatNumber(unknown)} left out, which this page cannot show` : ''}.`,
  notAdded: (file: string, why: string) => `${file} was not added. ${why}`,
  manyFiles: (count: number) => `${formatNumber(count)} files`,
  more: 'more that differs',
  folders: {
    label: 'Folder',
    all: (runs: number) => `none: ${formatNumber(runs)} not archived`,
    one: (name: string, runs: number) => `${name} (${formatNumber(runs)})`,
    archive: 'Archive',
    move: (runs: number) => `Put ${plural(runs, 'this run', `these ${formatNumber(runs)} runs`)} into a folder`,
    into: 'Name of the folder',
    hint: 'A new name makes a folder. Archived runs are left out of charts and findings until their folder is chosen.',
    put: 'Put there',
    out: 'Take out',
    moved: (runs: number, name: string) => name ? `Put ${counted(runs, 'run', 'runs')} into ${name}` : `Took ${counted(runs, 'run', 'runs')} out of ${plural(runs, 'its folder', 'their folders')}`,
  },
  details: {
    title: (name: string) => `Details of ${name}`,
    name: 'Name',
    /** Reason why a run keeps its name. */
    nameRefused: {
      slash: 'The run keeps its name: files are named after it, and a file name cannot contain / or \\.',
      taken: 'The run keeps its name: files are named after it, and another run has this one.',
    },
    notes: 'Notes',
    notesHint: 'Kept with the run, in its project and in its file.',
    device: 'device',
    selfTest: 'device test',
    passed: (checks: number) => `${counted(checks, 'check', 'checks')} of the kernels, forward and backward, came out right`,
    wrong: (problems: string) => `wrong results: ${problems}`,
    untested: 'not tested',
    developer: 'Developer details',
    quads: { yes: 'kernels in the form with quad operations', no: 'kernels in the form without quad operations' },
    weights: (weights: string) => `frozen weights in ${weights}`,
    memory: 'memory',
    bytes: (planned: string, allocated: string) => `${planned}\u00a0MiB planned, ${allocated}\u00a0MiB allocated`,
    early: 'early stopping',
    /** Account of early stopping: where it looked, what it took for that, and how the run ended. */
    earlySeen: (steps: number, patience: number) => `Evaluated every ${plural(steps, 'step', `${formatNumber(steps)} steps`)}, to end after ${counted(patience, 'evaluation', 'evaluations')} without a lower validation loss.`,
    earlyHeld: (pictures: string) => inMedium`${pictures} training pictures were held out for it, some of each class, since no validation share was set.`,
    earlyStopped: (step: string, steps: string, evaluations: number, kept: string) => `Stopped after step ${step} of ${steps}: the validation loss had not improved for ${counted(evaluations, 'evaluation', 'evaluations')}; the weights of step ${kept} are kept.`,
    earlyNot: 'The run went to its end.',
    data: 'data',
    dataNow: 'unchanged since',
    dataThen: 'has changed since',
    dataGone: 'not open',
    from: 'from',
    state: 'state',
    stopped: (step: number) => `stopped${step === 0 ? '' : ` at step ${formatNumber(step)}`}`,
    when: 'trained',
  },
};

/** Filters of the table. */
export const filterWords = {
  label: 'filter',
  placeholder: 'method == "lora" and accuracy > 80 and r <= 8',
  help: 'Names of settings and results, compared with ==, !=, <, <=, > and >= (also 4 <= r <= 8), in [a, b] (a range of a result, a list of a setting) or contains "text"; joined by and, or, not. Accuracies are in %, as in the table; 0.8 is read as 80.',
  completions: 'Suggestions',
  unclosed: 'The text has no closing quote.',
  stray: (what: string) => `“${what}” has no meaning here.`,
  long: (most: number) => `A filter has at most ${formatNumber(most)} characters.`,
  deep: 'Too many brackets inside each other.',
  single: 'Write == for “equal”.',
  expected: (what: string) => `Unexpected “${what}”. Is “and” or “or” missing?`,
  needsValue: (what: string) => `A name or a value is missing before “${what}”.`,
  ends: 'Something is missing at the end.',
  bracket: 'A closing bracket is missing.',
  list: 'in must be followed by a list, such as ["lora", "vera"].',
  containsText: 'contains compares text with text, as name contains "oak".',
  compareWith: (what: string) => `Compare ${what} with something, as ${what} == …`,
  /** `value` where it stands as what something is compared with. */
  unknown: (name: string, near: string, value: boolean) => `There is no ${name}.${near ? ` Did you mean ${near}?` : ''}${value ? ` A text stands in quotes: "${name}".` : ''}`,
  noOrder: 'Only numbers and texts have an order.',
  kinds: { number: 'a number', text: 'text', flag: 'true or false', none: 'none' },
  kind: (name: string, kind: string, other: string) => `${name} is ${kind}${other ? `, ${other} is not` : ''}.`,
  unlike: 'Both sides must be of one kind.',
};

/** Reason why a run's seconds cannot be compared with the others': it is recorded and not all of them are, its machine had other work, it trained on another device than most, it paused, or its steps took unevenly long. */
export type Unlike = 'recorded' | 'busy' | 'device' | 'paused' | 'uneven';
