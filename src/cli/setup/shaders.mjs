/**
 * A kernel as the build ships it: without comments, which are a twentieth of all that a page fetches before any click.
 * @param {string} text
 */
export const withoutComments = (text) => text.replace(/ *\/\/.*/g, '').replace(/^\n+|(?<=\n)\n+/g, '');
