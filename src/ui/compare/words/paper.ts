import { formatNumber, counted, plural } from '../../../language/format';
import type { Experiment } from '../../../records/paper.meta';

/** The paper's experiments: their list, what one takes, and its numbers beside measured ones. What the paper itself says stands in records/paper.meta.ts. */
export const paperWords = {
  lead: 'The figures and tables of the RandLoRA paper, as comparisons to run. Each has a small form on what comes with this page. Choose one to see what it takes.',
  cited: 'RandLoRA, arXiv 2502.00987',
  unknown: (name: string) => `This version of the page does not know the experiment ${name}.`,
  list: 'Experiments',
  all: 'All experiments',
  /** A figure or table by its number, and with its title. */
  places: { figure: (number: string) => `Figure ${number}`, table: (number: string) => `Table ${number}` },
  titled: (place: string, title: string) => `${place}: ${title}`,
  reports: (of: string) => `The paper: ${of}.`,
  runsOf: (done: number, all: number) => `${formatNumber(done)} of ${counted(all, 'run', 'runs')} done here`,

  form: 'Form',
  forms: { small: 'Small form', full: 'As in the paper' },
  takes: 'What it takes',
  model: 'Model',
  data: 'Data',
  runs: 'Runs',
  /** Settings, numbers of pictures and seeds that are multiplied. */
  product: (runs: number, settings: number, data: number, seeds: number) => `${formatNumber(runs)}: ${counted(settings, 'setting', 'settings')}${plural(data, '', ` × ${formatNumber(data)} numbers of pictures`)}${plural(seeds, ', one seed', ` × ${formatNumber(seeds)} seeds`)}`,
  steps: 'Steps',
  stepsOf: (all: string, batch: string) => `${all} in all, of ${batch} pictures each`,
  perRun: 'Steps of each run',
  perRunHint: (steps: number) => `Empty means ${formatNumber(steps)}. With fewer steps you see how it works; the results mean little.`,
  perRunWrong: (most: string) => `A whole number from 1 to ${most}.`,
  parameters: 'Trainable parameters',
  range: (least: string, most: string) => `${least} to ${most}`,
  memory: 'Largest memory',
  mib: (mib: string) => `${mib}\u00a0MiB`,
  planning: 'counting',
  time: 'Time',
  here: (time: string) => `about ${time} on this device`,
  herePartly: (time: string, unknown: number) => `about ${time} on this device, plus ${counted(unknown, 'run', 'runs')} not yet timed`,
  unknownTime: (recorded: string, device: string) => `known after its first run${recorded ? `; as many steps took ${recorded} ${device ? `on ${device}` : 'without a graphics card'}` : ''}`,
  none: '0 s: all runs are done or queued',

  asking: 'Looking up what the methods reach at its budget.',
  missing: (title: string, why: string) => `${title} is left out. ${why}`,
  note: (title: string, why: string) => `${title}: ${why}`,
  needsTexts: 'It trains texts, which this model does not read.',
  noneFits: 'No setting of it fits.',
  obstacles: {
    model: (id: string) => `It needs the model ${id}, which is not open. Load it under Train, From Hugging Face, and come back.`,
    texts: (model: string) => `It needs a model that reads texts, a CLIP, and ${model} is chosen. Open one under Train, from Hugging Face or a folder, and come back.`,
    data: (id: string) => `It needs the data set ${id}, which is not open.`,
  },
  add: (runs: number) => runs === 0 ? 'Run it' : plural(runs, 'Run it: 1 run', `Run it: ${formatNumber(runs)} runs`),
  nothing: 'All runs are done or queued',
  there: (runs: number) => `${counted(runs, 'run is', 'runs are')} trained or queued already and will not be repeated.`,
  going: (done: number, all: number) => `${formatNumber(done)} of ${counted(all, 'run has', 'runs have')} ended. They train one after another; this may be closed meanwhile.`,
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
  /** Source of the right column, before the table and with every picture of it. */
  theirs: (of: string) => `These numbers are from the paper, for its models and data; they were not measured here: ${of}.`,
  ours: (model: string, data: string, pictures: string, over: 'none' | 'mean' | 'interval') => `Measured here: ${model} on ${data}${pictures ? `, ${pictures} test pictures` : ''}${over === 'none' ? '' : over === 'mean' ? '; means over seeds' : '; means and 95 % intervals over seeds'}.`,
  /** On shares of time: what the steps of a short run took says little. */
  short: (time: string) => `Times are of the median step. Other work of the device in runs as short as ${time} may change a share by more than methods differ.`,
  /** Before the paper's numbers beside which no run stands, where there are runs, and where there are none. */
  others: 'Without a run here',
  noRuns: 'Nothing was measured here yet.',
  limit: (pictures: number) => counted(pictures, 'training picture', 'training pictures'),
  everything: 'All training pictures',
  shots: (shots: number) => counted(shots, 'training picture of each class', 'training pictures of each class'),
  seeds: (seeds: number, coming: number, failed: number) => `${plural(seeds, 'one seed', `${formatNumber(seeds)} seeds`)}${coming ? `, ${formatNumber(coming)} to come` : ''}${failed ? `, ${formatNumber(failed)} failed` : ''}`,
  share: (time: string, memory: string) => `${time} / ${memory}`,
  analyses: 'What the paper reports here is measured in two other views, from these runs.',
};

/** Typesets a quotation from the paper: a number keeps its unit. */
export const quoted = (english: string): string => english.replaceAll(' %', '\u00a0%').replaceAll('top-1', 'top\u20111');

/** "Table 2" of `table-2`. */
export function placeOf(name: string): string {
  const [kind = '', number] = name.split('-');
  return (number !== undefined && (paperWords.places as Record<string, ((number: string) => string) | undefined>)[kind]?.(number)) || name;
}

/** "Table 2: Rank, not only the count of parameters". */
export const experimentTitle = (name: string, { title }: Pick<Experiment, 'title'>): string => paperWords.titled(placeOf(name), quoted(title));
