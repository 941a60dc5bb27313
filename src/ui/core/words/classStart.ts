/** The way to a class, from views that have to do with several people. */
export const classStartWords = {
  title: 'Train as a class',
  about: 'A class shares one experiment: each tab trains a part of it, and all results come together on one board.',
};
