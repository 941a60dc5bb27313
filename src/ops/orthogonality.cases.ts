import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { orthogonality } from './orthogonality';

/** alpha ||X X^T - I|| of each of G matrices, whose vectors are rows or columns. */
function distances(x: Float64Array, [G, rows, cols]: [number, number, number], columns: boolean, alpha: number): Float64Array {
  const [r, n] = columns ? [cols, rows] : [rows, cols];
  const at = (g: number, i: number, k: number) => defined(x[g * rows * cols + (columns ? k * cols + i : i * cols + k)]);
  return Float64Array.from({ length: G }, (_, g) => {
    let squares = 0;
    for (let i = 0; i < r; i++) {
      for (let j = 0; j < r; j++) {
        let s = i === j ? -1 : 0;
        for (let k = 0; k < n; k++) s += at(g, i, k) * at(g, j, k);
        squares += s * s;
      }
    }
    return alpha * Math.sqrt(squares);
  });
}

const shapes: [number, number, number][] = [[1, 3, 70], [3, 5, 9], [2, 130, 4]];

export const cases: OpCase[] = shapes.flatMap((shape) => [false, true].map((columns) => opCase({
  name: `orthogonality of ${columns ? 'columns' : 'rows'} of ${shape.join(' x ')}`,
  inputs: { x: { shape, from: (random) => 0.3 * random() } },
  run: ({ x }) => orthogonality(x, { columns, alpha: 0.25 }),
  reference: ({ x }) => distances(x, shape, columns, 0.25),
})));
