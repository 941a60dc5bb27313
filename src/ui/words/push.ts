import { say } from '../../language/say';

/** What goes to the hub. */
export const pushWords = {
  open: 'Push to Hugging Face',
  form: 'Push to Hugging Face',
  repository: 'Repository',
  repositoryHint: 'Owner and name, as me/clothes-lora. It is made where it is missing; files of the same name in it are replaced.',
  token: 'Access token',
  tokenHint: 'One that may write. It is forgotten when this tab closes, and sent to the endpoint only.',
  hidden: 'Private, if the repository is new',
  endpoint: 'Another endpoint',
  /** What is pushed besides the files. */
  along: 'A card with data, accuracy, settings and memory goes along, with the curve and the run itself, which others can add to theirs. Your notes, your name and your pictures stay here.',
  alongUnknown: 'Your pictures stay here.',
  start: 'Push',
  cancel: 'Cancel',
  sending: say<[done: string, total: string]>('Sending{is1, select, true {, {0} of {1}} other {}}.'),
  progress: 'Sending',
  /** Behind it the repository and the commit, as links. */
  done: 'Pushed. It is now at',
  commit: say<[commit: string]>('commit {0}'),
};
