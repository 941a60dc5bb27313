import { counted, listOf, plural } from '../../../language/format';

interface Amount {
  /** Those that have begun, and those that wait. */
  runs: number;
  waiting?: number;
  data: number;
  models: number;
  edits: number;
}

const amounts = {
  runs: (runs: number) => counted(runs, 'run', 'runs'),
  waiting: (runs: number) => counted(runs, 'waiting run', 'waiting runs'),
  data: (data: number) => `${counted(data, 'data set', 'data sets')} of your own`,
  models: (models: number) => `${counted(models, 'model', 'models')} of your own`,
  edits: (edits: number) => counted(edits, 'change to data', 'changes to data'),
  nothing: 'no runs and no files of your own',
};

const kinds = ['runs', 'waiting', 'data', 'models', 'edits'] as const;

/** "2 runs and 1 data set of your own" */
export const amountOf = (what: Amount): string => listOf(kinds.flatMap((kind) => (what[kind] ? [amounts[kind](what[kind])] : []))) || amounts.nothing;

/** The project: saving, opening, beginning anew. */
export const projectWords = {
  button: 'Project',
  title: 'Project',
  /** Amounts as `amountOf` says them. */
  holds: (what: string) => `This project holds ${what}. It is kept in this browser and is here again after a reload.`,
  save: 'Save project',
  saveHint: 'One file with settings, runs, curves and adapters. Open it here, in another browser or on another computer.',
  /** `kinds`: those that there are. */
  withFiles: (size: string, kinds: 'data' | 'models' | 'both') => `With your own ${kinds === 'data' ? 'data' : kinds === 'models' ? 'models' : 'data and models'}, ${size}`,
  size: (size: string) => `The file will be about ${size}.`,
  sizeEmpty: 'There is nothing in it yet but settings.',
  measuring: 'Adding up its size.',
  fileName: (date: string) => `project ${date}.fullrank`,
  fileKind: 'Fullrank project',
  pushing: 'Pushing the project',
  pushAlong: 'The file has settings, runs with your notes, curves and adapters. Your own data and models stay here. A card beside it says how it is opened.',
  pushed: (repository: string) => `Pushed the project to ${repository}`,
  notPushed: (why: string) => `Not pushed. ${why}`,
  saving: 'Saving the project',
  saved: (name: string) => `Saved ${name}`,
  open: 'Open project',
  /** For a project file chosen to add something else. */
  isOne: 'It is a project, which is opened under Project.',
  choose: 'Choose a project file',
  openHint: 'Choose a .fullrank file, or drop it here. Nothing changes before you have seen what is in it.',
  example: 'Open the example',
  benchmark: 'Open the benchmark',
  benchmarkHint: 'The benchmark has every run of the documentation’s page on vision: fourteen methods at 25 settings, on DeiT-Tiny and hand signs.',
  exampleHint: 'The example is the comparison of seven methods on Fashion-MNIST from the documentation, with its loss landscape.',
  /** `busy`: a run goes on, in whichever tab. */
  exampleInstead: (busy: boolean) => `Or${busy ? ', once no run is in progress,' : ''} look at runs that are trained already, with their landscape:`,
  bundledGone: 'The project could not be loaded. Check the connection, then try again.',
  /** Reasons why a project that lies online was not opened. */
  online: {
    large: (size: string) => `Not opened: the file is ${size}, more than a link may load. Download it, then open it here as a file.`,
    unknown: (size: string) => `Not opened: the server did not report the file’s size, and the download had not ended after ${size}. Download it, then open it here as a file.`,
    differs: () => 'Not opened: the file is not the one that the link was made for. Its SHA-256 differs.',
    gone: () => 'The project could not be loaded. It may be gone, or its server may not let other pages read it (CORS). Nothing has changed.',
  },
  reading: (name: string) => `Reading ${name}`,
  progress: (done: string, total: string) => `${done} of ${total}`,
  cancel: 'Cancel',
  cancelled: 'Cancelled. Nothing has changed.',
  notSaved: (why: string) => `Not saved. ${why}`,
  notOpened: (name: string, why: string) => `${name} was not opened, and nothing has changed. ${why}`,
  found: (name: string, date: string, what: string) => `${name}${date ? `, saved on ${date},` : ''} holds ${what}.`,
  refused: (why: string) => `Its data and models cannot be kept here: choose them again after opening. ${why}`,
  replacesEmpty: 'It will replace this project, which is empty.',
  replaces: (what: string) => `It will replace this project, with ${what}. You can bring this one back afterwards under “Project”, until you open or begin another.`,
  accept: 'Open it',
  decline: 'Keep this project',
  new: 'New project',
  newAsk: (what: string) => `Beginning a new project clears ${what}, and all settings, from this page. Nothing is cleared yet.`,
  newYes: 'Begin a new project',
  saveFirst: 'Save it first',
  newNo: 'Keep this project',
  opened: 'The project is open. You can restore the previous one now, or later under “Project”.',
  begun: 'New project started. You can restore the previous one now, or later under “Project”.',
  before: 'The project that was open before is still in this browser.',
  bringBack: 'Bring it back',
  giveUp: 'Delete it',
  busy: 'A run is in progress, here or in another tab. Stop it first.',
  alsoOpen: 'This project is open in another tab too. Runs and changes to data show in both; one tab trains at a time.',
  otherTab: 'Another tab is opening a project. Finish there first.',
  noStorage: 'The browser does not let this page store anything, so a project cannot be opened here. Leave the private window, or allow storage.',
  full: 'The browser’s storage is full. Delete what you do not need under “Kept in this browser”, then try again.',
  unknownStore: (store: string) => `It holds records called ${store}, which this version does not know. Reload the page, then try again.`,
  badRecord: (store: string, why: string) => `A record of ${store} is damaged${why ? ` (${why})` : ''}.`,
  missing: (id: string) => `This project uses ${id} from Hugging Face, which is not in this browser.`,
  load: 'Load it',
  notNow: 'Not now',
};

/** Copies of what was imported. */
export const keptWords = {
  keeping: (name: string, done: string, total: string) => `Keeping a copy of ${name}, ${done} of ${total}.`,
  stop: 'Do not keep it',
  not: (name: string, why: string) => `${name} can be used now, but must be chosen again after a reload. ${why}`,
  stopped: 'You chose not to keep it.',
  kinds: { model: 'your model', data: 'your data' },
  files: (count: number) => counted(count, 'file', 'files'),
  broken: 'It cannot be opened.',
  gone: (name: string, why: string) => `${name}, which is kept in this browser, cannot be opened. ${why}`,
  inUse: (name: string) => `${name} is in use by a run in progress. Stop the run first.`,
  deleteLabel: (id: string, size: string) => `Delete ${id}, ${size}`,
  deleted: (name: string) => `Deleted ${name}`,
  left: 'deleted',
  bringBack: (name: string) => `Undo: delete ${name}`,
  told: (name: string, runs: number) => `Deleted ${name}.${runs ? ` ${counted(runs, 'run', 'runs')} with it ${plural(runs, 'stays', 'stay')}, but cannot be repeated.` : ''}`,
};
