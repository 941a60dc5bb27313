import { methods } from '../../adapters';
import { TOLERANCE, type Outcome } from './compare';
import { WHOLE_TOLERANCE } from './wholes/compare';

/** Cases of a method, on layers by themselves or on whole models, and why there are no more. */
export interface Compared {
  method: string;
  part: 'layers' | 'whole models';
  outcomes: readonly Outcome[];
  left: readonly string[];
}

/** Results of a row's cases. */
export interface Row extends Omit<Compared, 'outcomes'> {
  cases: number;
  /** Numbers that were compared. */
  gradients: number;
  worst: { error: number; tensor: string; name: string };
}

export function rowOf({ method, part, outcomes, left }: Compared): Row {
  const row: Row = { method, part, cases: outcomes.length, gradients: 0, worst: { error: 0, tensor: '–', name: '–' }, left: [...new Set(left)] };
  for (const { name, trainables, errors } of outcomes) {
    row.gradients += trainables;
    for (const [tensor, error] of Object.entries(errors)) if (error > row.worst.error) row.worst = { error, tensor, name };
  }
  return row;
}

export const allowed = ({ part }: Pick<Row, 'part'>): number => (part === 'layers' ? TOLERANCE : WHOLE_TOLERANCE);

/** An error above what is allowed, or nothing compared. */
export const isRed = (row: Row): boolean => !(row.cases > 0 && row.gradients > 0 && row.worst.error <= allowed(row));

const grouped = (value: number): string => value.toLocaleString('en-US');

/** The end of a name: of which tensor of a layer, whatever the layer. */
const short = (tensor: string): string => tensor.replace(/^base_model\.(model\.)?/, '').split('.').slice(-3).join('.');

/** The table in Markdown. */
export const tableOf = (rows: readonly Row[]): string => [
  '| method | on | cases | gradients | largest relative error | of | left out, and why |',
  '|---|---|---|---|---|---|---|',
  ...rows.map((row) => `| ${methods[row.method]?.fields.title ?? row.method} | ${row.part} | ${grouped(row.cases)} | ${grouped(row.gradients)} | ${row.worst.error.toExponential(1)}${isRed(row) ? ' **red**' : ''} | \`${short(row.worst.tensor)}\` | ${row.left.join('; ') || '–'} |`),
].join('\n');
