import { formatNumber } from '../../../language/format';

/** What came of one's own pictures last, on Start. */
export const ownLatestWords = {
  title: 'Your latest result',
  result: (data: string, name: string, percent: string, right: number, count: string, low: string, high: string) => `${data}: ${name}, gets ${percent} % right, ${formatNumber(right)} of ${count} test pictures; in use probably between ${low} and ${high} %.`,
  see: 'See the result',
};
