/** A part of the page that could not be fetched or drawn, said in its place. */
export const partWords = {
  missing: 'This part of the page could not be loaded. Check the connection; everything else keeps working.',
  broken: (why: string) => `This part of the page failed; everything else keeps working. (${why})`,
  reload: 'Reload this part',
  reloadPage: 'Reload the page',
  noLink: 'This link could not be opened because part of the page could not be loaded. Reload the page to try again.',
};

export const copyWords = {
  copied: 'Copied',
  byHand: (text: string) => `The browser did not let the page copy${text ? `: ${text}` : '.'}`,
};

export const failureWords = { happened: 'What happened', kept: 'What was kept', todo: 'What to do', details: 'Details to copy', copy: 'Copy' };
