import { formatNumber } from '../../../language/format';

export const chartWords = {
  stops: 'Arrow keys go through what is drawn, Home and End go to the ends, T opens the table, E saves the numbers.',
  beyond: 'An interval with an arrowhead goes on beyond the axis.',
  role: 'chart',
  keys: 'Left and right arrow move a cursor through the data, Home and End go to the ends, plus and minus zoom, square brackets move along, 0 shows everything, T opens the table, E saves the numbers.',
  reset: 'Show everything',
  zoomed: (from: string, to: string) => `Shown from ${from} to ${to}.`,
  unzoomed: 'Everything is shown.',
  kinds: { svg: 'SVG', png: 'PNG', csv: 'CSV', json: 'JSON' },
  notSaved: (why: string) => `Not saved. ${why}`,
  table: 'Table',
  interval: '95 % interval, ±',
  /** Heads of an interval's ends in files. */
  bounds: ['ci95_low', 'ci95_high'],
  /** The same heads where people read them. */
  boundNames: { ci95_low: '95 % interval from, %', ci95_high: '95 % interval to, %' } as Record<string, string>,
  range: (low: string, high: string) => `${low} to ${high}`,
  ranged: (value: string, low: string, high: string) => `${value} (${low} to ${high})`,
  setting: 'setting',
  moreLines: (count: number) => `+ ${formatNumber(count)} more`,
  export: 'Export',
  print: 'For print …',
  of: (title: string) => `of ${title}`,
  tableOf: (title: string) => `Table of ${title}`,
  unsmoothed: 'Values of each step, before smoothing.',
  page: (page: number, pages: number) => `page ${formatNumber(page)} of ${formatNumber(pages)}`,
  earlier: 'Previous',
  later: 'Next',
};
