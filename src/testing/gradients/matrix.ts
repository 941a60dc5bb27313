/** Plain matrices in f64, for references that share no code with what they are compared with. */
export interface Matrix {
  rows: number;
  cols: number;
  /** Row by row. */
  data: Float64Array;
}

/** An entry; NaN where there is none, so that a wrong shape shows in every result. */
export const at = ({ cols, data }: Matrix, i: number, j: number): number => data[i * cols + j] ?? Number.NaN;

/** A value of a list; NaN where there is none. */
export const valueAt = (list: ArrayLike<number>, i: number): number => list[i] ?? Number.NaN;

export function matrix(rows: number, cols: number, of: (i: number, j: number) => number): Matrix {
  const data = new Float64Array(rows * cols);
  for (let i = 0, k = 0; i < rows; i++) for (let j = 0; j < cols; j++) data[k++] = of(i, j);
  return { rows, cols, data };
}

/** Values of an array as rows of `cols`. */
export function asMatrix(values: ArrayLike<number>, rows: number, cols: number): Matrix {
  if (values.length !== rows * cols) throw new Error(`${values.length} values are no matrix of ${rows} x ${cols}`);
  return { rows, cols, data: Float64Array.from(values) };
}

/** Sum over k from 0 to n - 1. */
export function sum(n: number, of: (k: number) => number): number {
  let total = 0;
  for (let k = 0; k < n; k++) total += of(k);
  return total;
}

export const transposed = (a: Matrix): Matrix => matrix(a.cols, a.rows, (i, j) => at(a, j, i));

export const mapped = (a: Matrix, of: (value: number, i: number, j: number) => number): Matrix => matrix(a.rows, a.cols, (i, j) => of(at(a, i, j), i, j));

/** a + s b */
export function plus(a: Matrix, b: Matrix, s = 1): Matrix {
  if (a.rows !== b.rows || a.cols !== b.cols) throw new Error(`${a.rows} x ${a.cols} plus ${b.rows} x ${b.cols}`);
  return matrix(a.rows, a.cols, (i, j) => at(a, i, j) + s * at(b, i, j));
}

/** a b */
export function times(a: Matrix, b: Matrix): Matrix {
  if (a.cols !== b.rows) throw new Error(`${a.rows} x ${a.cols} times ${b.rows} x ${b.cols}`);
  const data = new Float64Array(a.rows * b.cols);
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.cols; k++) {
      const factor = at(a, i, k);
      const row = k * b.cols;
      const to = i * b.cols;
      for (let j = 0; j < b.cols; j++) data[to + j] = valueAt(data, to + j) + factor * valueAt(b.data, row + j);
    }
  }
  return { rows: a.rows, cols: b.cols, data };
}

/** a b^T, as a linear layer with the weight b has it. */
export function timesT(a: Matrix, b: Matrix): Matrix {
  if (a.cols !== b.cols) throw new Error(`${a.rows} x ${a.cols} times ${b.rows} x ${b.cols}, transposed`);
  return matrix(a.rows, b.rows, (i, j) => {
    let total = 0;
    for (let k = 0, p = i * a.cols, q = j * b.cols; k < a.cols; k++) total += valueAt(a.data, p++) * valueAt(b.data, q++);
    return total;
  });
}

/** a with the numbers of a row added to each of its rows. */
export const plusRow = (a: Matrix, row: ArrayLike<number>): Matrix => mapped(a, (value, _, j) => value + valueAt(row, j));
