import { listOf, plural } from './grammar';

interface Amount {
  runs: number;
  data: number;
  models: number;
  edits: number;
}

const amount = ({ runs, data, models, edits }: Amount): string =>
  listOf([runs > 0 && plural(runs, 'run'), data > 0 && `${plural(data, 'data set')} of your own`, models > 0 && `${plural(models, 'model')} of your own`, edits > 0 && plural(edits, 'change to data', 'changes to data')].filter((part) => part !== false)) ||
  'no runs and no files of your own';

/** The project: saving, opening, beginning anew. */
export const projectWords = {
  button: 'Project',
  title: 'Project',
  holds: (what: Amount): string => `This project holds ${amount(what)}. It is kept in this browser and is here again after a reload.`,
  save: 'Save project',
  saveHint: 'One file with settings, runs, curves and adapters. Open it here, in another browser or on another computer.',
  withFiles: (size: string): string => `With pictures and model files, ${size}`,
  size: (size: string): string => `The file will have about ${size}.`,
  sizeEmpty: 'There is nothing in it yet but settings.',
  measuring: 'Adding up its size.',
  fileName: (date: string): string => `project ${date}.fullrank`,
  fileKind: 'Fullrank project',
  saving: 'Saving the project',
  saved: (name: string): string => `Saved ${name}`,
  open: 'Open project',
  choose: 'Choose a project file',
  openHint: 'Choose a .fullrank file, or drop it here. Nothing changes before you have seen what is in it.',
  example: 'Open the example',
  exampleHint: 'The example is the comparison of seven methods on Fashion-MNIST from the README, with its loss landscape.',
  exampleInstead: 'Or look at runs that are trained already, with their landscape:',
  exampleGone: 'The example could not be fetched. Check the connection, then try again.',
  /** Why a project that lies online was not opened. */
  online: {
    large: (size: string): string => `Not opened: the file has ${size}, more than a link may fetch. Download it, then open it here as a file.`,
    unknown: (size: string): string => `Not opened: its server did not tell its size, and after ${size} it did not end. Download it, then open it here as a file.`,
    differs: (): string => 'Not opened: the file there is another one than the link was made for. Its SHA-256 differs.',
    gone: (): string => 'The project could not be fetched. It may be gone, or its server may not let other pages read it (CORS). Nothing has changed.',
  },
  reading: (name: string): string => `Reading ${name}`,
  progress: (done: string, total: string): string => `${done} of ${total}`,
  cancel: 'Cancel',
  cancelled: 'Cancelled. Nothing has changed.',
  notSaved: (why: string): string => `Not saved. ${why}`,
  notOpened: (name: string, why: string): string => `${name} was not opened, and nothing has changed. ${why}`,
  found: (name: string, date: string, what: Amount): string => `${name}${date ? `, saved on ${date},` : ''} holds ${amount(what)}.`,
  refused: (why: string): string => `Its pictures and models cannot be kept here: choose them again after opening. ${why}`,
  replaces: (what: Amount): string =>
    what.runs + what.data + what.models + what.edits === 0 ? 'It will replace this project, which is empty.' : `It will replace this project, with ${amount(what)}. Save that first if you want to keep it.`,
  accept: 'Open it',
  decline: 'Keep this project',
  new: 'New project',
  newAsk: (what: Amount): string => `This page forgets ${amount(what)}, and all settings.`,
  newYes: 'Begin a new project',
  saveFirst: 'Save it first',
  newNo: 'Keep this project',
  opened: 'The project is open. The one before can still be brought back.',
  begun: 'A new project. The one before can still be brought back.',
  busy: 'A run is going on, here or in another tab. Stop it first.',
  otherTab: 'Another tab is opening a project. Finish there first.',
  noStorage: 'The browser does not let this page store anything, so a project cannot be opened here. Leave the private window, or allow storage.',
  full: 'The browser’s storage is full. Delete what you do not need under “Kept in this browser”, then try again.',
  unknownStore: (store: string): string => `It holds records called ${store}, which this version does not know. Reload the page, then try again.`,
  badRecord: (store: string, why: string): string => `A record of ${store} is damaged${why ? ` (${why})` : ''}.`,
  missing: (id: string): string => `This project uses ${id} from Hugging Face, which is not in this browser.`,
  load: 'Load it',
  notNow: 'Not now',
};

/** Copies of what was imported. */
export const keptWords = {
  keeping: (name: string, done: string, total: string): string => `Keeping a copy of ${name}, ${done} of ${total}.`,
  stop: 'Do not keep it',
  not: (name: string, why: string): string => `${name} can be used now, but must be chosen again after a reload. ${why}`,
  stopped: 'You chose not to keep it.',
  kinds: { model: 'your model', data: 'your data' },
  files: (count: string): string => `${count} ${count === '1' ? 'file' : 'files'}`,
  broken: 'It cannot be opened.',
  gone: (name: string, why: string): string => `${name}, which is kept in this browser, cannot be opened. ${why}`,
  inUse: (name: string): string => `${name} is in use by a run that goes on. Stop the run first.`,
  deleted: (name: string, size: string, runs: number): string => `Deleted ${name}, ${size} freed.${runs > 0 ? ` ${plural(runs, 'run')} with it ${runs === 1 ? 'stays' : 'stay'}, but cannot be repeated.` : ''}`,
};
