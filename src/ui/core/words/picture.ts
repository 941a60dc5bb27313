import { listOf, plural } from '../../../language/format';

/** Subject of a figure, in the picture that leaves the page. */
export const pictureWords = {
  of: (data: string[], models: string[], steps: string, tested: string, seeds: string, from: string[]) => `${listOf(models)} on ${listOf(data)}${steps ? `, ${steps} steps` : ''}${tested ? `, ${tested}` : ''}${seeds ? `, ${seeds}` : ''}. ${listOf(from)}.`,
  tested: (count: string, what: string) => `${count} ${what}`,
  /** `count` as "5", or "1 to 5" where settings do not have equally many. */
  seeds: (count: string, most: number) => plural(most, 'one seed', `${count} seeds`),
  range: (from: string, to: string) => `${from} to ${to}`,
  from: { recorded: 'Recorded runs', theirs: 'Runs from a file or another person', own: 'Own runs' },
};
