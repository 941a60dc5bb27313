
/** Description of the sets of texts that come with the page. */
export const villageWords = { about: 'Short made-up sentences about the people of a village, their things and places. A program wrote them, so a first training needs no download and shows something in a minute.' };
