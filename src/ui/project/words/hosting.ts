import type { Phone } from '../phone';

/** Where an exported page is put. */
export const hostingWords = {
  title: 'Where to put it, so that others can open it',
  unzip: 'Unzip the file first.',
  address: 'Its address, once it is there',
  addressHint: 'A code of it appears here, which the camera of a telephone opens.',
  phone: {
    none: '',
    wrong: 'That is no address of a page.',
    local: 'This address is of this computer alone: no telephone can open it. Put the folder on one of the hosts above.',
    plain: 'Point the telephone’s camera at the code. At an address without https it opens pictures, and the camera stays off in the page.',
    good: 'Point the telephone’s camera at the code. Once it was open, the page also opens without a connection.',
  } satisfies Record<Phone['is'], string>,
  trial: 'To try it on this computer first, open a terminal in the folder and type one of these. A double click on index.html does not work.',
  needs: (needs: string, address: string) => `needs ${needs}; then open ${address}`,
};
