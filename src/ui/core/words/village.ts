
/** Description of the sets of texts that come with the page. */
export const villageWords = { about: 'Short generated sentences about a village. Nothing to download; first results within a minute.' };
