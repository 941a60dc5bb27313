import { methods } from '../../adapters';
import { TOLERANCE, type Outcome } from './compare';

/** What all cases of a method came to. */
export interface Row {
  method: string;
  cases: number;
  trainables: number;
  worst: { error: number; tensor: string; name: string };
  left: string[];
}

export function rowOf(method: string, outcomes: readonly Outcome[], left: readonly string[]): Row {
  const row: Row = { method, cases: outcomes.length, trainables: 0, worst: { error: 0, tensor: '–', name: '–' }, left: [...new Set(left)] };
  for (const { name, trainables, errors } of outcomes) {
    row.trainables += trainables;
    for (const [tensor, error] of Object.entries(errors)) if (error > row.worst.error) row.worst = { error, tensor, name };
  }
  return row;
}

/** Red rows: an error above what is allowed, or nothing compared. */
export const isRed = ({ cases, trainables, worst }: Row, allowed = TOLERANCE): boolean => !(cases > 0 && trainables > 0 && worst.error <= allowed);

const number = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** The table in Markdown. */
export function tableOf(rows: readonly Row[], allowed: (row: Row) => number = () => TOLERANCE): string {
  const title = (key: string) => methods[key]?.fields.title ?? key;
  return [
    '| method | cases | gradients | largest relative error | of | left out, and why |',
    '|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${title(row.method)}${isRed(row, allowed(row)) ? ' **(red)**' : ''} | ${number(row.cases)} | ${number(row.trainables)} | ${row.worst.error.toExponential(1)} | ${row.worst.tensor.startsWith('_') ? row.worst.tensor.slice(1) : row.worst.tensor} | ${row.left.join('; ') || '–'} |`),
  ].join('\n');
}
