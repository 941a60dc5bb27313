import { byMedium, inMedium } from '../../../language/medium';
import { listOf } from '../../../language/format';

/** What a paper is told of a figure, and the sheet that makes it. */
export const printWords = {
  title: 'For print',
  preparing: 'Loading the typeface.',
  width: 'Width',
  widths: {
    column: 'One column, 3.25 in / 8.3 cm (ICML, CVPR, IEEE, ACM)',
    lncs: 'Text, 4.8 in / 12.2 cm (LNCS)',
    text: 'Text, 5.5 in / 14 cm (NeurIPS, ICLR)',
    both: 'Both columns, 6.75 in / 17.1 cm (ICML, CVPR, IEEE, ACM)',
  },
  shape: 'Shape',
  shapes: { flat: 'Flat, 2 to 1', usual: 'Usual, 3 to 2', high: 'High, 5 to 4' },
  size: 'Letters',
  sizes: (points: number) => `${points} pt`,
  names: 'Names',
  named: { beside: 'In the drawing', legend: 'In a legend' },
  withTitle: 'Title above',
  preview: 'Preview at its size on paper',
  /** Names that have found no place beside their marks. */
  unnamed: (count: number, legend: boolean) => `${count === 1 ? 'One name has' : `${count} names have`} no room: take ${legend ? 'a legend, ' : ''}a larger shape or smaller letters.`,
  crowded: (count: number) => `${count === 1 ? 'One name has' : `${count} names have`} no room in the drawing, so all stand in a legend.`,
  unnumbered: 'The numbers have no room in their cells, and a scale stands below them: take a larger width or smaller letters.',
  figure: 'Figure',
  caption: 'Caption',
  table: 'Table',
  data: 'Numbers, CSV',
  latexFigure: 'Copy LaTeX figure',
  copyCaption: 'Copy caption',
  copyLatex: 'Copy LaTeX',
  copyMarkdown: 'Copy Markdown',
  made: (build: string) => `Made with Fullrank ${build}.`,
  head: { method: 'Method', parameters: 'Parameters', seeds: 'Seeds', get accuracy() { return byMedium({ pictures: 'Test accuracy, %', numbers: 'Test correlation, %' }); }, difference: 'Difference', interval: '95 % interval', p: 'p (Holm)' },
  tableTitle: (subject: string) => `${byMedium({ pictures: 'Test accuracy', numbers: 'Test correlation' })}. ${subject}`,
  /** Seeds by their numbers, what the learning rates are and whether they were found, and the sizes of pictures, each in order. */
  conditions: (seeds: readonly number[], rates: readonly string[], found: 'found' | 'given' | 'both', sizes: readonly number[]) => {
    const [first, last] = [seeds[0] ?? 0, seeds.at(-1) ?? 0];
    const which = seeds.length > 2 && last - first === seeds.length - 1 ? `${first}–${last}` : listOf(seeds.map(String));
    const rate = rates.length === 0 ? '' : found === 'found' ? 'a learning rate found for each setting' : found === 'both' ? 'learning rates found for some settings and given for others' : rates.length === 1 ? `learning rate ${rates[0]}` : `learning rates given, ${rates[0]} to ${rates.at(-1)}`;
    return `${[`${seeds.length === 1 ? 'Seed' : 'Seeds'} ${which}`, rate, sizes.length > 0 && `${listOf(sizes.map(String))} px`].filter(Boolean).join(', ')}.`;
  },
  /** `subject` is what the table is of. */
  differences: (best: string, subject: string) => `Differences in ${byMedium({ pictures: 'test accuracy', numbers: 'test correlation' })} from ${best}, in points. ${subject}`,
  paired: (covers: readonly string[]) => covers.length === 0 ? '' : `Each interval is of its difference alone and covers ${listOf(covers)}.`,
  level: (alike: boolean) => (alike ? '†: not distinguishable from it by the corrected p, at the 5 % level.' : 'All are lower by the corrected p, at the 5 % level.'),
  atMost: (count: string) => `Settings of at most ${count} trainable parameters.`,
  get means() { return inMedium`Marks are means over seeds, bars 95 % intervals over seeds alone (Student’s t, on the same test pictures).`; },
  get singles() { return byMedium({ pictures: inMedium`Bars of single runs are 95 % intervals over test pictures alone (Wilson).`, numbers: 'Bars of single runs are 95 % intervals over test texts alone (Fisher).' }); },
  get bands() { return inMedium`Lines are means over seeds, bands 95 % intervals over seeds alone (Student’s t, on the same pictures).`; },
  lines: 'Lines are means over seeds.',
  front: 'The stepped line is the Pareto front.',
  joined: 'Lines join settings of one method.',
  counted: (head: boolean) => `Parameters are all that are trained${head ? ', a new head included' : ''}.`,
  get plusMinus() { return inMedium`± is the 95 % interval over seeds alone (Student’s t, on the same test pictures).`; },
  get ranges() { return byMedium({ pictures: inMedium`What stands in brackets is the 95 % interval of a single run over test pictures alone (Wilson).`, numbers: 'What stands in brackets is the 95 % interval of a single run over test texts alone (Fisher).' }); },
  best: (several: boolean) => (several ? 'Bold: the highest of those that are compared with each other.' : 'Bold: the highest.'),
  alike: (how: readonly string[]) => `†: not distinguishable from it (${listOf(how)}; Holm, 5 % level).`,
  untested: 'Settings with fewer than three seeds are not tested against others.',
  off: 'Settings that miss the budget are not compared.',
};
