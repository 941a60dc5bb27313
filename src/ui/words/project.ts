import { catalog, listOf, say } from '../../language/say';

interface Amount {
  /** Those that have begun, and those that wait. */
  runs: number;
  waiting?: number;
  data: number;
  models: number;
  edits: number;
}

const amounts = catalog({
  runs: say<[runs: number]>('{0, plural, one {# run} other {# runs}}'),
  waiting: say<[runs: number]>('{0, plural, one {# waiting run} other {# waiting runs}}'),
  data: say<[data: number]>('{0, plural, one {# data set} other {# data sets}} of your own'),
  models: say<[models: number]>('{0, plural, one {# model} other {# models}} of your own'),
  edits: say<[edits: number]>('{0, plural, one {# change to data} other {# changes to data}}'),
  nothing: 'no runs and no files of your own',
});

const kinds = ['runs', 'waiting', 'data', 'models', 'edits'] as const;

/** "2 runs and 1 data set of your own" */
export const amountOf = (what: Amount): string => listOf(kinds.flatMap((kind) => (what[kind] ? [amounts[kind](what[kind])] : []))) || amounts.nothing;

/** The project: saving, opening, beginning anew. */
export const projectWords = {
  button: 'Project',
  title: 'Project',
  /** Amounts as `amountOf` says them. */
  holds: say<[what: string]>('This project holds {0}. It is kept in this browser and is here again after a reload.'),
  save: 'Save project',
  saveHint: 'One file with settings, runs, curves and adapters. Open it here, in another browser or on another computer.',
  /** `kinds`: those that there are. */
  withFiles: say<[size: string, kinds: 'data' | 'models' | 'both']>('With your own {1, select, data {data} models {models} other {data and models}}, {0}'),
  size: say<[size: string]>('The file will be about {0}.'),
  sizeEmpty: 'There is nothing in it yet but settings.',
  measuring: 'Adding up its size.',
  fileName: say<[date: string]>('project {0}.fullrank'),
  fileKind: 'Fullrank project',
  pushing: 'Pushing the project',
  pushAlong: 'The file has settings, runs with your notes, curves and adapters. Your own data and models stay here. A card beside it says how it is opened.',
  pushed: say<[repository: string]>('Pushed the project to {0}'),
  notPushed: say<[why: string]>('Not pushed. {0}'),
  saving: 'Saving the project',
  saved: say<[name: string]>('Saved {0}'),
  open: 'Open project',
  /** Where something else was to be added from it. */
  isOne: 'It is a project, which is opened under Project.',
  choose: 'Choose a project file',
  openHint: 'Choose a .fullrank file, or drop it here. Nothing changes before you have seen what is in it.',
  example: 'Open the example',
  exampleHint: 'The example is the comparison of seven methods on Fashion-MNIST from the documentation, with its loss landscape.',
  /** `busy`: a run goes on, in whichever tab. */
  exampleInstead: say<[busy: boolean]>('Or{0, select, true {, once no run is in progress,} other {}} look at runs that are trained already, with their landscape:'),
  exampleGone: 'The example could not be loaded. Check the connection, then try again.',
  /** Why a project that lies online was not opened. */
  online: {
    large: say<[size: string]>('Not opened: the file is {0}, more than a link may load. Download it, then open it here as a file.'),
    unknown: say<[size: string]>('Not opened: the server did not report the file’s size, and the download had not ended after {0}. Download it, then open it here as a file.'),
    differs: say<[]>('Not opened: the file is not the one that the link was made for. Its SHA-256 differs.'),
    gone: say<[]>('The project could not be loaded. It may be gone, or its server may not let other pages read it (CORS). Nothing has changed.'),
  },
  reading: say<[name: string]>('Reading {0}'),
  progress: say<[done: string, total: string]>('{0} of {1}'),
  cancel: 'Cancel',
  cancelled: 'Cancelled. Nothing has changed.',
  notSaved: say<[why: string]>('Not saved. {0}'),
  notOpened: say<[name: string, why: string]>('{0} was not opened, and nothing has changed. {1}'),
  found: say<[name: string, date: string, what: string]>('{0}{is1, select, true {, saved on {1},} other {}} holds {2}.'),
  refused: say<[why: string]>('Its data and models cannot be kept here: choose them again after opening. {0}'),
  replacesEmpty: 'It will replace this project, which is empty.',
  replaces: say<[what: string]>('It will replace this project, with {0}. You can bring this one back afterwards under “Project”, until you open or begin another.'),
  accept: 'Open it',
  decline: 'Keep this project',
  new: 'New project',
  newAsk: say<[what: string]>('Beginning a new project clears {0}, and all settings, from this page. Nothing is cleared yet.'),
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
  unknownStore: say<[store: string]>('It holds records called {0}, which this version does not know. Reload the page, then try again.'),
  badRecord: say<[store: string, why: string]>('A record of {0} is damaged{is1, select, true { ({1})} other {}}.'),
  missing: say<[id: string]>('This project uses {0} from Hugging Face, which is not in this browser.'),
  load: 'Load it',
  notNow: 'Not now',
};

/** Copies of what was imported. */
export const keptWords = {
  keeping: say<[name: string, done: string, total: string]>('Keeping a copy of {0}, {1} of {2}.'),
  stop: 'Do not keep it',
  not: say<[name: string, why: string]>('{0} can be used now, but must be chosen again after a reload. {1}'),
  stopped: 'You chose not to keep it.',
  kinds: { model: 'your model', data: 'your data' },
  files: say<[count: number]>('{0, plural, one {# file} other {# files}}'),
  broken: 'It cannot be opened.',
  gone: say<[name: string, why: string]>('{0}, which is kept in this browser, cannot be opened. {1}'),
  inUse: say<[name: string]>('{0} is in use by a run in progress. Stop the run first.'),
  deleteLabel: say<[id: string, size: string]>('Delete {0}, {1}'),
  deleted: say<[name: string]>('Deleted {0}'),
  left: 'deleted',
  bringBack: say<[name: string]>('Undo: delete {0}'),
  told: say<[name: string, runs: number]>('Deleted {0}.{is1, select, true { {1, plural, one {# run} other {# runs}} with it {1, plural, one {stays} other {stay}}, but cannot be repeated.} other {}}'),
};
