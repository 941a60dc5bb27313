import type { Experiment } from '../../train/paper.meta';
import { catalog, ofPictures, sayOfPictures as say, textOf } from '../../language/say';

/** The paper's experiments: their list, what one takes, and its numbers beside measured ones. What the paper itself says stands in train/paper.meta.ts. */
export const paperWords = catalog(ofPictures({
  lead: 'The figures and tables of the RandLoRA paper, as comparisons to run. Each has a small form on what comes with this page. Choose one to see what it takes.',
  cited: 'RandLoRA, arXiv 2502.00987',
  unknown: say<[name: string]>('This version of the page does not know the experiment {0}.'),
  list: 'Experiments',
  all: 'All experiments',
  /** A figure or table by its number, and with its title. */
  places: { figure: say<[number: string]>('Figure {0}'), table: say<[number: string]>('Table {0}') },
  titled: say<[place: string, title: string]>('{0}: {1}'),
  reports: say<[of: string]>('The paper: {0}.'),
  runsOf: say<[done: number, all: number]>('{0} of {1, plural, one {# run} other {# runs}} done here'),

  form: 'Form',
  forms: { small: 'Small form', full: 'As in the paper' },
  takes: 'What it takes',
  model: 'Model',
  data: 'Data',
  runs: 'Runs',
  /** Settings, numbers of pictures and seeds that are multiplied. */
  product: say<[runs: number, settings: number, data: number, seeds: number]>('{0}: {1, plural, one {# setting} other {# settings}}{2, plural, one {} other { × # numbers of pictures}}{3, plural, one {, one seed} other { × # seeds}}'),
  steps: 'Steps',
  stepsOf: say<[all: string, batch: string]>('{0} in all, of {1} pictures each'),
  perRun: 'Steps of each run',
  perRunHint: say<[steps: number]>('Empty means {0}. Fewer steps only show how it goes; their results say little.'),
  perRunWrong: say<[most: string]>('A whole number from 1 to {0}.'),
  parameters: 'Trainable parameters',
  range: say<[least: string, most: string]>('{0} to {1}'),
  memory: 'Largest memory',
  mib: say<[mib: string]>('{0}\u00a0MiB'),
  planning: 'counting',
  time: 'Time',
  here: say<[time: string]>('about {0} on this device'),
  herePartly: say<[time: string, unknown: number]>('about {0} on this device, plus {1, plural, one {# run} other {# runs}} not yet timed'),
  unknownTime: say<[recorded: string, device: string]>('known after its first run{is0, select, true {; as many steps took {0} {is1, select, true {on {1}} other {without a graphics card}}} other {}}'),
  none: 'none: everything is trained or queued',

  asking: 'Looking up what the methods reach at its budget.',
  missing: say<[title: string, why: string]>('{0} is left out. {1}'),
  note: say<[title: string, why: string]>('{0}: {1}'),
  needsTexts: 'It trains texts, which this model does not read.',
  noneFits: 'No setting of it fits.',
  obstacles: {
    model: say<[id: string]>('It needs the model {0}, which is not open. Load it under Train, From Hugging Face, and come back.'),
    texts: say<[model: string]>('It needs a model that reads texts, a CLIP, and {0} is chosen. Open one under Train, from Hugging Face or a folder, and come back.'),
    data: say<[id: string]>('It needs the data set {0}, which is not open.'),
  },
  add: say<[runs: number]>('{0, plural, =0 {Run it} one {Run it: 1 run} other {Run it: # runs}}'),
  nothing: 'Nothing to run',
  there: say<[runs: number]>('{0, plural, one {# run is} other {# runs are}} trained or queued already and will not be repeated.'),
  going: say<[done: number, all: number]>('{0} of {1, plural, one {# run has} other {# runs have}} ended. They train one after another; this may be closed meanwhile.'),
  watch: 'Watch the training',

  open: 'What the paper leaves open, and what differs here',
  command: 'The same on the command line',
  results: 'Beside the paper',
  which: 'Experiment',
  setting: 'setting',
  measured: 'measured here',
  accuracy: 'test accuracy, %',
  cost: 'time / memory, % of full fine-tuning',
  trainable: 'trainable',
  paper: 'the paper’s',
  /** Whose the right column is, before the table and with every picture of it. */
  theirs: say<[of: string]>('The paper’s numbers are the paper’s, with its models and data, and were not measured here: {0}.'),
  ours: say<[model: string, data: string, pictures: string, over: 'none' | 'mean' | 'interval']>('Measured here: {0} on {1}{is2, select, true {, {2} test pictures} other {}}{3, select, none {} mean {; means over seeds} other {; means and 95 % intervals over seeds}}.'),
  /** Of shares of time: what the steps of a short run took says little. */
  short: say<[time: string]>('Times are of the median step. Other work of the device in runs as short as {0} may change a share by more than methods differ.'),
  /** Before the paper's numbers beside which no run stands, where there are runs, and where there are none. */
  others: 'Without a run here',
  noRuns: 'Nothing was measured here yet.',
  limit: say<[pictures: number]>('{0, plural, one {# training picture} other {# training pictures}}'),
  everything: 'All training pictures',
  shots: say<[shots: number]>('{0, plural, one {# training picture of each class} other {# training pictures of each class}}'),
  seeds: say<[seeds: number, coming: number, failed: number]>('{0, plural, one {one seed} other {# seeds}}{is1, select, true {, {1} to come} other {}}{is2, select, true {, {2} failed} other {}}'),
  share: say<[time: string, memory: string]>('{0} / {1}'),
  analyses: 'What the paper reports here is measured in two other views, from these runs.',
}));

/** What the paper says, in the language; a number keeps its unit. */
export const quoted = (english: string): string => textOf(english).replaceAll(' %', '\u00a0%').replaceAll('top-1', 'top\u20111');

/** "Table 2" of `table-2`. */
export function placeOf(name: string): string {
  const [kind = '', number] = name.split('-');
  return (number !== undefined && (paperWords.places as Record<string, ((number: string) => string) | undefined>)[kind]?.(number)) || name;
}

/** "Table 2: Rank, not only the count of parameters". */
export const experimentTitle = (name: string, { title }: Pick<Experiment, 'title'>): string => paperWords.titled(placeOf(name), quoted(title));
