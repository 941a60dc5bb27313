import { contextName, namedFolder } from '../../prompts/contexts';

/** `ctx` (n, D) and the two layers of `meta_net`. */
export const cocoopFolder = namedFolder('', {
  read(shapes) {
    const shape = shapes.get(contextName);
    return shape && shapes.has('meta_net.linear1.weight') ? { method: 'cocoop', n_ctx: shape.at(-2)! } : null;
  },
  write: ({ n_ctx }) => ({ n_ctx }),
});
