/** Under the table of methods, where rates were found before. */
export const foundWords = {
  on: (data: string, own: boolean) => `Learning rates marked as found were found before on ${data}, by ${own ? 'your own searches' : 'the recorded runs'}, at the nearest setting of each method.`,
};
