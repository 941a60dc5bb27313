import { catalog, say } from '../../language/say';

/** Words of line charts with many lines. */
export const plotWords = catalog({
  keys: 'Up and down arrow pick out one line.',
  hint: 'Point at a line or its name, or tap the name, to see it alone.',
  pooled: 'Of several settings a line is the mean of all runs.',
  picked: say<[name: string, value: string]>('{0} {1}'),
});
