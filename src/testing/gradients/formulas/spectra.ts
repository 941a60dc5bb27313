import { mapped, sum, valueAt } from '../matrix';
import { entry, setting, tensor, type Formula } from './formula';

/** Methods whose update is made of few numbers by a transform. */

/** W' = W + D / in, D of circulant blocks, each with the kernel as its first row (arXiv 2407.19342). */
export const c3a: Formula = {
  weight(g) {
    const kernel = tensor(g, 'c3a_kernel');
    const b = kernel.shape.at(-1) ?? 1;
    return mapped(g.weight, (value, o, i) => {
      const turned = ((i % b) - (o % b) + b) % b;
      return value + entry(kernel, Math.floor(o / b), Math.floor(i / b), turned) / g.in;
    });
  },
};

/** W' = W + s Re(ifft2(S)), by the definition of the inverse transform (arXiv 2405.03003, eq. 3). */
export const fourierft: Formula = {
  weight(g) {
    const values = tensor(g, 'fourierft_spectrum').data;
    const [rows, columns] = ['fourierft_rows', 'fourierft_columns'].map((name) => tensor(g, name).data);
    if (!rows || !columns) throw new Error('no places');
    const s = setting(g, 'scaling', 150) / (g.in * g.out);
    return mapped(g.weight, (value, o, i) => value + s * sum(values.length, (k) => valueAt(values, k) * Math.cos(2 * Math.PI * ((valueAt(rows, k) * o) / g.out + (valueAt(columns, k) * i) / g.in))));
  },
};

/** W' = W + s D, D the sum of each coefficient times the product of its two filters, where a transposed convolution of stride 2 puts them; or W' = W + s S (arXiv 2505.12532). */
export const waveft: Formula = {
  weight(g) {
    const values = tensor(g, 'waveft_spectrum').data;
    const places = tensor(g, 'waveft_index').data;
    const filters = tensor(g, 'waveft_filters').data;
    const taps = filters.length / 2;
    const s = setting(g, 'scaling', 25);
    /** Value at `j` of coefficient `place` of an axis: details are the second half. */
    const part = (place: number, size: number, j: number): number => {
      const half = Math.ceil((size + taps - 2) / 2);
      const tap = j + taps - 2 - 2 * (place % half);
      return tap >= 0 && tap < taps ? valueAt(filters, (place >= half ? taps : 0) + tap) : 0;
    };
    return mapped(g.weight, (value, o, i) => value + s * sum(values.length, (k) => {
      const [row, column] = [valueAt(places, k), valueAt(places, values.length + k)];
      if (g.settings.use_idwt === false) return row === o && column === i ? valueAt(values, k) : 0;
      return valueAt(values, k) * part(row, g.out, o) * part(column, g.in, i);
    }));
  },
};
