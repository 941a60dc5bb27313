/** A title as the name of a file, or as a label: "accuracy-against-memory". */
export const slug = (title: string): string => title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
