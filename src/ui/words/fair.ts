import type { trainsOf } from '../../adapters/fields';
import { say } from '../../language/say';

/** What keeps runs from a comparison of methods alone, a sentence each. */
export const fairWords = {
  /** `parts` as `ownSize` says them, `others` as "40,960 to 45,056"; empty where these have no size in common. */
  fixed: say<[parts: string[], others: string, count: number]>('No budget changes the size of {0}.{is1, select, true { {2, plural, one {The other has} other {The others have}} {1} adapter parameters.} other {}}'),
  ownSize: {
    adapter: say<[name: string, count: string]>('{0} ({1} adapter parameters)'),
    weights: say<[name: string, count: string]>('{0} ({1} of the model’s own weights)'),
    part: say<[name: string, count: string]>('{0} ({1} of the model’s own weights)'),
    head: say<[name: string, count: string]>('{0} (its head alone)'),
  } satisfies Record<ReturnType<typeof trainsOf>, (name: string, count: string) => string>,
  off: say<[names: string[], counts: string[], others: string, count: number]>('{0} {3, plural, one {misses} other {miss}} the budget ({1} adapter parameters, the others {2}) and {3, plural, one {is} other {are}} left out of the comparison at equal budgets.'),
  /** Groups of several settings, and from which size to which these go, as "8,192 to 327,680". */
  pooled: say<[names: string[], sizes: string, count: number]>('{0} {2, plural, one {pools} other {each pool}} several settings{is1, select, true { ({1} adapter parameters)} other {}} and {2, plural, one {is} other {are}} left out of the comparison.'),
  spread: say<[from: string, to: string]>('Budgets are not equal: adapter parameters go from {0} to {1}.'),
  /** `parts` as "learning rate 0.003 and 0.001". */
  unequal: say<[parts: string]>('Not the same in all runs: {0}. Differences need not come from the method.'),
  found: say<[from: string, to: string]>('The learning rate of each setting was found for it: from {0} to {1}.'),
  /** `rows` as `balancedRow` says them. */
  balanced: say<[times: string, rows: string]>('The largest class has {0} times the test pictures of the smallest, so it weighs more in accuracy. Balanced accuracy, %: {1}.'),
  balancedRow: say<[name: string, mean: string]>('{0}: {1}'),
  few: say<[pictures: number, points: string]>('{0, plural, one {There is # test picture} other {There are # test pictures}}: one more right answer is worth {1} points.'),
  shared: say<[exact: number, near: number]>('{is0, select, true {{0, plural, one {# test picture is} other {# test pictures are}} in training too{is1, select, true {, and {1} more nearly so} other {}}} other {{1, plural, one {# test picture is} other {# test pictures are}} nearly the same as in training}}: the result looks better than it is.'),
  atChance: say<[names: string[], count: number]>('{0} {1, plural, one {has} other {have}} not left chance: what is measured there is how far training came, not the method. Look for its learning rate, or train longer.'),
  early: say<[count: number, all: number, steps: string, most: string]>('Early stopping ended {0} of {1, plural, one {# run} other {# runs}}, after {2} of {3} steps.'),
  range: say<[from: string, to: string]>('{0} to {1}'),
};
