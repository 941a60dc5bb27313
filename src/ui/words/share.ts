import type { LinkProblem } from '../store/asked';

const parts: Record<string, string> = {
  data: 'Data',
  'own-data': 'Buttons for own pictures',
  model: 'Model',
  'zero-shot': 'Zero-shot and prompts',
  methods: 'Methods',
  budget: 'Budget',
  'planned-memory': 'Predicted memory',
  'run-memory': 'Memory of the run',
  advanced: 'Advanced settings',
  runs: 'Table of runs',
  results: 'Results',
  try: 'Try it',
  project: 'Project',
  lessons: 'Lessons',
};

/** Links to the page as it is, and views that a teacher prepared. */
export const shareWords = {
  button: 'Share',
  title: 'Share this page',
  what: 'The link holds every setting that was changed, the seed, and what is shown. It never holds pictures or results.',
  link: 'Link',
  copy: 'Copy the link',
  copied: 'The link is copied.',
  byHand: 'The browser did not let the page copy. The link is selected: copy it with Ctrl C.',
  own: 'The model or the data is your own: the other person needs the same files under the same name.',
  view: 'What is shown',
  viewHint: 'Leave out what a lesson does not need. The link opens the page like this.',
  present: 'Open in presentation mode',
  all: 'Show all',
  used: 'The settings of the link are in use',
  prepared: (count: number): string => `This view was prepared: ${count === 1 ? 'one part is' : `${count} parts are`} left out.`,
  problems: (count: number): string => (count === 1 ? 'One part of the link was not understood and is left out' : `${count} parts of the link were not understood and are left out`),
  problem: ({ what, name, value }: LinkProblem): string =>
    ({
      name: `There is no setting ${name}.`,
      value: `${name} cannot be ${value || 'empty'}.`,
      version: `It was made by another version of this page (${value}).`,
      length: 'It is too long, or damaged.',
    })[what],
  missing: (kind: 'model' | 'data', id: string): string => `The link asks for the ${kind === 'model' ? 'model' : 'data set'} ${id}, which is not in this browser. What is chosen now stands in for it.`,
  load: 'Load it from the hub',
  dismiss: 'Dismiss',
  /** A part of the page; a panel without a word here goes by its name in the register. */
  part: (name: string): string => parts[name] ?? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' '),
};

/** Taking settings back. */
export const undoWords = {
  undone: (what: string): string => `Undone: ${what}`,
  redone: (what: string): string => `Again: ${what}`,
  more: (count: number): string => `and ${count} more`,
  standard: 'as it was at first',
  names: {
    match: 'Equal in',
    memoryBudget: 'Budget of memory',
    timeBudget: 'Budget of time',
    model: 'Model',
    data: 'Data set',
    methods: 'Methods',
    budget: 'Budget',
    targets: 'Adapted layers',
    axis: 'Axis',
    logLoss: 'Log loss',
    rawValues: 'Raw values',
    smoothing: 'Smoothing',
    curves: 'Live plots',
    filter: 'Filter',
    group: 'Grouping',
    sort: 'Order',
    chartX: 'Horizontal metric',
    chartY: 'Vertical metric',
    sweepBudgets: 'Budgets',
    sweepShots: 'Shots',
    sweepSeeds: 'Seeds',
    sweepRates: 'Learning rates',
  } as Record<string, string>,
};
