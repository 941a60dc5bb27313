import { FormatError } from '../../io/formatError';
import type { Model } from '../../models/model';

/**
 * The model with the head that a file holds, and labels for its rows: the model's own head, or the one that other labels get
 * (models/deit/deit.ts). Null when the file holds neither, or the own head under labels that it cannot have.
 */
export function withHead(model: Model, rowsOf: (head: string) => number | undefined, named: (string[] | undefined)[]): Model | null {
  const heads = [model, model.with({ labels: [...model.labels, 'another'] })].map((m) => ({ head: m.head!, output: m.head_output ?? m.head! }));
  const found = heads.find(({ output }) => rowsOf(output) !== undefined);
  if (!found) return null;
  const labelled = model.with({ labels: labelsFor(rowsOf(found.output)!, ...named, model.labels), head: found.head });
  return labelled.head === found.head ? labelled : null;
}

/** `rows` labels: the adapter's own names, else the model's when there are as many, else numbers. */
function labelsFor(rows: number, ...named: (string[] | undefined)[]): string[] {
  if (!(rows >= 1 && rows <= 65_536)) throw new FormatError(`The trained head has ${rows} rows; between 1 and 65536 can be used.`);
  return named.find((labels) => labels?.length === rows) ?? Array.from({ length: rows }, (_, i) => `LABEL_${i}`);
}
