/** Where an exported page is put. */
export const hostingWords = {
  title: 'Where to put it, so that others can open it',
  unzip: 'Unzip the file first.',
  trial: 'To try it on this computer first, open a terminal in the folder and type one of these. A double click on index.html does not work.',
  needs: (needs: string, address: string) => `needs ${needs}; then open ${address}`,
};
