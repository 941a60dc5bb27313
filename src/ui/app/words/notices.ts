export const catalogWords = { failed: 'The studio could not be opened', kept: 'Settings and earlier runs.' };

export const storageWords = {
  filled: 'The browser’s storage is full. New checkpoints and adapters stay in memory and are lost when this tab closes: download what you need, or delete runs.',
  cleared: 'The browser has cleared what was kept here: runs, files of your own and downloaded models are gone. A project that is saved as a file cannot be cleared.',
  unavailable: 'The browser does not let this page store anything. Runs are lost when this tab closes: download what you need.',
};
