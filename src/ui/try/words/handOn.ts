/** Beside the button that makes a page of what was tried. */
export const handOnWords = { others: 'For others to use, in any browser and on telephones.' };
