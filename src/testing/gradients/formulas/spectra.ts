import { mapped } from '../matrix';
import { entry, tensor, type Formula } from './formula';

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
