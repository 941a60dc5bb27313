import { inMedium } from '../../../language/medium';

/** Words on pushing to the hub. */
export const pushWords = {
  open: 'Push to Hugging Face',
  form: 'Push to Hugging Face',
  repository: 'Repository',
  repositoryHint: 'Owner and name, such as me/clothes-lora. The repository is created if it does not exist; files with the same names are replaced.',
  token: 'Access token',
  tokenHint: 'A token with write access. It is forgotten when this tab closes, and sent to the endpoint only.',
  hidden: 'Private, if the repository is new',
  endpoint: 'Another endpoint',
  /** Says what is pushed besides the files. */
  get along() { return inMedium`A model card with data, accuracy, settings and memory is included, along with the curve and the run itself, which others can add to their own runs. Your notes, your name and your pictures stay here.`; },
  get alongUnknown() { return inMedium`Your pictures stay here.`; },
  start: 'Push',
  cancel: 'Cancel',
  sending: (done: string, total: string) => `Sending${total ? `, ${done} of ${total}` : ''}.`,
  progress: 'Sending',
  /** Behind it the repository and the commit, as links. */
  done: 'Pushed. It is now at',
  commit: (commit: string) => `commit ${commit}`,
};
