import { byMedium, inMedium } from '../../../language/medium';
import { listOf, plural, formatNumber, counted } from '../../../language/format';
import type { trainsOf } from '../../../adapters/fields';

/** Obstacles to a comparison of methods alone, a sentence each. */
export const fairWords = {
  /** `parts` as `ownSize` says them, `others` as "40,960 to 45,056"; empty where these have no size in common. */
  fixed: (parts: string[], others: string, count: number) => `${plural(parts.length, `${listOf(parts)} has`, `${listOf(parts)} have`)} a fixed size, whatever the budget.${others ? ` ${plural(count, 'The other has', 'The others have')} ${others} adapter parameters.` : ''}`,
  ownSize: {
    adapter: (name: string, count: string) => `${name} (${count} adapter parameters)`,
    weights: (name: string, count: string) => `${name} (${count} of the model’s own weights)`,
    part: (name: string, count: string) => `${name} (${count} of the model’s own weights)`,
    head: (name: string) => `${name} (its head alone)`,
  } satisfies Record<ReturnType<typeof trainsOf>, (name: string, count: string) => string>,
  off: (names: string[], counts: string[], others: string, count: number) => `${listOf(names)} ${plural(count, 'misses', 'miss')} the budget (${listOf(counts)} adapter parameters, the others ${others}) and ${plural(count, 'is', 'are')} left out of the comparison at equal budgets.`,
  /** Groups of several settings, and from which size to which these go, as "8,192 to 327,680". */
  pooled: (names: string[], sizes: string, count: number) => `${listOf(names)} ${plural(count, 'pools', 'each pool')} several settings${sizes ? ` (${sizes} adapter parameters)` : ''} and ${plural(count, 'is', 'are')} left out of the comparison.`,
  spread: (from: string, to: string) => `Budgets are not equal: adapter parameters, which leave a new head out, go from ${from} to ${to}.`,
  /** `parts` as "learning rate 0.003 and 0.001". */
  unequal: (parts: string) => `The runs also differ in ${parts}, so a difference may not be due to the method.`,
  found: (from: string, to: string) => `The learning rate of each setting was found for it: from ${from} to ${to}.`,
  /** `rows` as `balancedRow` says them. */
  balanced: (times: string, rows: string) => byMedium({ pictures: `The largest class has ${times} times the test pictures of the smallest, so it weighs more in accuracy. Balanced accuracy, %: ${rows}.`, texts: `The largest class has ${times} times the test texts of the smallest, so it weighs more in accuracy. Balanced accuracy, %: ${rows}.`, words: `The largest class has ${times} times the words of the smallest in test texts, so it weighs more in accuracy. Balanced accuracy, %: ${rows}.` }),
  balancedRow: (name: string, mean: string) => `${name}: ${mean}`,
  few: (pictures: number, points: string) => `${plural(pictures, inMedium`There is ${formatNumber(pictures)} test picture`, inMedium`There are ${formatNumber(pictures)} test pictures`)}: one more right answer is worth ${points} points.`,
  shared: (exact: number, near: number) => `${exact ? `${counted(exact, inMedium`test picture is`, inMedium`test pictures are`)} in training too${near ? `, and ${formatNumber(near)} more nearly so` : ''}` : `${counted(near, inMedium`test picture is`, inMedium`test pictures are`)} nearly the same as in training`}: the result looks better than it is.`,
  atChance: (names: string[], count: number) => `${listOf(names)} ${plural(count, 'has', 'have')} not left chance: what is measured there is how far training came, not the method. Look for its learning rate, or train longer.`,
  early: (count: number, all: number, steps: string, most: string) => `Early stopping ended ${formatNumber(count)} of ${counted(all, 'run', 'runs')}, after ${steps} of ${most} steps.`,
  range: (from: string, to: string) => `${from} to ${to}`,
};
