import { plural } from './grammar';

/** Whose runs: a person's file goes by its name. */
const personOf = (person: string): string => person.replace(/(\.runs)?\.json$|\.fullrank-runs$/i, '');

/** What is known of a run, by the name that filters use; a setting that is missing here goes by its own name. */
export const factWords: Partial<Record<string, string>> = {
  name: 'run',
  accuracy: 'test accuracy, %',
  val: 'best validation accuracy, %',
  loss: 'test loss',
  train_loss: 'training loss',
  trainable: 'trainable parameters',
  adapter: 'adapter parameters',
  memory: 'memory, MiB',
  optimizer: 'Adam moments, MiB',
  file: 'adapter file, MiB',
  seconds: 'training time',
  images_per_second: 'images/s',
  steps_done: 'steps done',
  skipped: 'skipped steps',
  lr: 'lr',
  setting: 'setting',
  edits: 'changes to the data',
  from: 'from file',
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
  /** Whose runs: a person's file goes by its name. */
  who: (person: string): string => (person === '' ? 'you' : personOf(person)),
  rows: (runs: number, all: number, rows: number): string => (rows === runs ? (runs === all ? plural(all, 'run') : `${runs} of ${plural(all, 'run')}`) : `${runs === all ? plural(all, 'run') : `${runs} of ${plural(all, 'run')}`} in ${plural(rows, 'row')}`),
  noneLeft: 'No run passes the filter.',
  clear: 'Clear the filter',
  sortBy: (title: string): string => `Sort by ${title}`,
  seeds: 'seeds',
  /** The seeds of a group: how many, and which. */
  seedsOf: (seeds: readonly string[]): string => (seeds.length === 0 ? '–' : seeds.length === 1 ? `1 (seed ${seeds[0]})` : `${seeds.length} (${seeds.join(', ')})`),
  seedCount: (count: number): string => plural(count, 'seed'),
  /** A group without a method or a setting of its own. */
  mixed: 'all runs',
  /** Whose runs a group has; nothing where they are the person's own. */
  source: ({ own, recorded, people }: { own: boolean; recorded: boolean; people: readonly string[] }): string => {
    if (recorded) return 'recorded';
    if (people.length === 0) return '';
    const others = people.length === 1 ? personOf(people[0]) : `${people.length} people`;
    return own ? `yours and ${others}’s` : `from ${others}`;
  },
  failed: (count: number): string => `${count} failed, not counted`,
  again: (count: number): string => `${count} the same run, not counted again`,
  unfinished: (count: number): string => `${count} without a result`,
  plusMinus: (value: string): string => `± ${value}`,
  open: (what: string): string => `Show the runs of ${what}`,
  shots: (shots: number): string => (shots > 0 ? plural(shots, 'shot') : 'all pictures'),
  parameters: (count: string): string => `${count} parameters`,
  lr: (value: string): string => `lr ${value}`,
  verdict: {
    apart: (best: string, others: string): string => `${best} is better than ${others}: their 95 % intervals do not overlap.`,
    alike: (best: string, others: string, count: number, seeds: string): string => `${best} is highest, but ${others} ${count === 1 ? 'is' : 'are'} not distinguishable from it over ${seeds}: the 95 % intervals overlap.`,
    /** Without names it is all of them. */
    single: (names: string): string => (names === '' ? 'One seed each: differences may be chance.' : `One seed of ${names}: their differences may be chance.`),
    others: (count: number): string => plural(count, 'other'),
    seeds: (least: number, most: number): string => (least === most ? plural(least, 'seed') : `${least} to ${most} seeds`),
    runs: (least: number, most: number): string => (least === most ? plural(least, 'run') : `${least} to ${most} runs`),
  },
  /** Letters of settings, before and in the words that open a definition. */
  letters: { r: 'r is the', rank: 'rank', k: 'k is how many', bases: 'random matrices NoLA mixes' },
  stale: 'stale',
  staleHint: 'The data has changed since',
  theirs: (file: string): string => `from ${file}`,
  twin: (name: string): string => `same as ${name}`,
  repeatsSame: (name: string): string => `same curve as ${name}, bit for bit`,
  repeatsOther: (name: string, step: number): string => `differs from ${name} from step ${step} on`,
  exactly: 'Reproduce exactly',
  againNow: 'Run again, with the data as it is now',
  add: 'Add runs from a file',
  added: (count: number, files: string, known: number, unknown: number): string =>
    `Added ${plural(count, 'run')} from ${files}${known > 0 ? `, ${known} ${known === 1 ? 'was' : 'were'} there already` : ''}${unknown > 0 ? `, ${unknown} left out, which this page cannot show` : ''}.`,
  notAdded: (file: string, why: string): string => `${file} was not added. ${why}`,
  manyFiles: (count: number): string => `${count} files`,
  more: 'more that differs',
  details: {
    title: (name: string): string => `Details of ${name}`,
    name: 'Name',
    notes: 'Notes',
    notesHint: 'Kept with the run, in its project and in its file.',
    device: 'device',
    selfTest: 'device test',
    passed: (checks: number): string => `${plural(checks, 'check')} of the kernels, forward and backward, came out right`,
    wrong: (problems: string): string => `wrong results: ${problems}`,
    untested: 'not tested',
    developer: 'Developer details',
    quads: { yes: 'kernels in the form with quad operations', no: 'kernels in the form without quad operations' },
    weights: (weights: string): string => `frozen weights in ${weights}`,
    memory: 'memory',
    bytes: (planned: string, allocated: string): string => `${planned} MiB planned, ${allocated} MiB allocated`,
    data: 'data',
    dataNow: 'as it is now',
    dataThen: 'has changed since',
    dataGone: 'not open',
    from: 'from',
    when: 'trained',
  },
};

/** Filters of the table. */
export const filterWords = {
  label: 'filter',
  placeholder: 'method == "lora" and accuracy > 80 and r <= 8',
  help: 'Names of settings and results, compared with ==, !=, <, <=, > and >=, in [a, b] or contains "text"; joined by and, or, not. Accuracies are in %, as in the table; 0.8 is read as 80.',
  completions: 'What can stand here',
  unclosed: 'The text has no closing quote.',
  stray: (what: string): string => `“${what}” has no meaning here.`,
  long: (most: number): string => `A filter has at most ${most} characters.`,
  deep: 'Too many brackets inside each other.',
  single: 'Write == for “equal”.',
  chained: 'Compare one pair at a time, as 4 <= r and r <= 8.',
  expected: (what: string): string => `“${what}” does not go on from here; and, or?`,
  needsValue: (what: string): string => `A name or a value is missing before “${what}”.`,
  ends: 'Something is missing at the end.',
  bracket: 'A closing bracket is missing.',
  list: 'After in stands a list, as ["lora", "vera"].',
  containsText: 'contains compares text with text, as name contains "oak".',
  compareWith: (what: string): string => `Compare ${what} with something, as ${what} == …`,
  unknown: (name: string, near: string): string => `There is no ${name}.${near ? ` Did you mean ${near}?` : ''}`,
  noOrder: 'Only numbers and texts have an order.',
  kinds: { number: 'a number', text: 'text', flag: 'true or false', none: 'none' },
  kind: (name: string, kind: string, other: { text?: string }): string => `${name} is ${kind}${other.text ? `, ${other.text} is not` : ''}.`,
  unlike: 'Both sides must be of one kind.',
};
