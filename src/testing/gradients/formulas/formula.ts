import { asMatrix, valueAt, type Matrix } from '../matrix';

/** An array with its shape. */
export interface Shaped {
  shape: readonly number[];
  data: Float64Array;
}

/** Inputs of a layer: settings as a user writes them, and arrays by the names that adapter files give them. */
export interface Given {
  settings: Readonly<Record<string, unknown>>;
  in: number;
  out: number;
  /** The stored weight, widened. */
  weight: Matrix;
  tensors: Readonly<Record<string, Shaped>>;
  /** The same before any difference was taken: for what a method holds fast while it learns. */
  held: Readonly<Record<string, Shaped>>;
}

/** A method on a layer as its paper has it. */
export interface Formula {
  /** The weight (out, in) that the layer has in place of its own. */
  weight?(g: Given): Matrix;
  /** The bias (out) that the layer has in place of its own, which may be none; null if it has none then either. */
  bias?(g: Given, base: Float64Array | null): Float64Array | null;
  /** In place of that, what is added to x W^T, for methods whose update is no weight. */
  added?(g: Given, x: Matrix): Matrix;
  /** Term that the method adds to the loss of a model whose only adapted layer this is. */
  penalty?(g: Given): number;
}

export const tensor = ({ tensors }: Pick<Given, 'tensors'>, name: string): Shaped => {
  const found = tensors[name];
  if (!found) throw new Error(`no ${name} among ${Object.keys(tensors).join(', ')}`);
  return found;
};

/** A tensor as a matrix of its last dimension. */
export function two(g: Pick<Given, 'tensors'>, name: string): Matrix {
  const { shape, data } = tensor(g, name);
  const cols = shape.at(-1) ?? 1;
  return asMatrix(data, data.length / cols, cols);
}

/** An entry of a tensor by as many places as it has dimensions. */
export function entry({ shape, data }: Shaped, ...places: readonly number[]): number {
  if (places.length !== shape.length) throw new Error(`${places.length} places in a tensor [${shape.join(', ')}]`);
  let place = 0;
  for (const [i, size] of shape.entries()) place = place * size + valueAt(places, i);
  return valueAt(data, place);
}

/** A number among the settings, or what the paper or PEFT takes where it is left out. */
export const setting = ({ settings }: Given, name: string, otherwise?: number): number => {
  const value = settings[name] ?? otherwise;
  if (typeof value !== 'number') throw new Error(`${name} is of type ${typeof value}, not a number`);
  return value;
};
