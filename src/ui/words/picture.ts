import { catalog, say } from '../../language/say';

/** What a figure is of, in the picture that leaves the page. */
export const pictureWords = catalog({
  of: say<[data: string[], models: string[], steps: string, tested: string, seeds: string, from: string[]]>('{1} on {0}{is2, select, true {, {2} steps} other {}}{is3, select, true {, {3}} other {}}{is4, select, true {, {4}} other {}}. {5}.'),
  tested: say<[count: string, what: string]>('{0} {1}'),
  /** `count` as "5", or "1 to 5" where settings do not have equally many. */
  seeds: say<[count: string, most: number]>('{1, plural, one {one seed} other {{0} seeds}}'),
  range: say<[from: string, to: string]>('{0} to {1}'),
  from: { recorded: 'Recorded runs', theirs: 'Runs from a file or another person', own: 'Own runs' },
});
