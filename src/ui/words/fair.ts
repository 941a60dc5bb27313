import { listOf } from './grammar';

const are = (names: readonly string[], one: string, many: string): string => (names.length === 1 ? one : many);

/** What keeps runs from a comparison of methods alone, a sentence each. */
export const fairWords = {
  /** `parts` as "Full 808,064", `others` as "40,960 to 45,056". */
  fixed: (parts: string[], others: string): string => `Not at this budget: ${listOf(parts)} adapter parameters; the others have ${others}.`,
  off: (names: string[], counts: string[], others: string): string => `${listOf(names)} ${are(names, 'misses', 'miss')} the budget (${listOf(counts)} adapter parameters, the others ${others}) and ${are(names, 'is', 'are')} left out.`,
  spread: (from: string, to: string): string => `Budgets are not equal: adapter parameters go from ${from} to ${to}.`,
  /** `parts` as "learning rate 0.003, 0.001". */
  unequal: (parts: string[]): string => `Not the same in all runs: ${parts.join('; ')}. Differences need not come from the method.`,
  range: (from: string, to: string): string => (from === to ? from : `${from} to ${to}`),
};
