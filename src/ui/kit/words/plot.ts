
/** Words of line charts with many lines. */
export const plotWords = {
  keys: 'Up and down arrow pick out one line.',
  hint: 'Point at a line or its name, or tap the name, to see it alone.',
  pooled: 'Where several settings are pooled, the line is the mean of all their runs.',
  picked: (name: string, value: string) => `${name} ${value}`,
};
