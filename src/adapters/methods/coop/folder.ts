import { contextName, namedFolder } from '../../prompts/contexts';

/** `ctx` (n, D), or (K, n, D) where each class has its own; `method.json` has the place of the name. */
export const coopFolder = namedFolder('', {
  read(shapes, _, saved) {
    const shape = shapes.get(contextName);
    // Checkpoints of the authors' program also hold the embeddings of what is fixed.
    if (!shape || [...shapes.keys()].some((name) => name !== contextName && !name.startsWith('token_'))) return null;
    return { method: 'coop', n_ctx: shape.at(-2)!, class_specific: shape.length === 3, class_token_position: saved.class_token_position ?? 'end' };
  },
  write: ({ n_ctx, class_specific, class_token_position }) => ({ n_ctx, class_specific, class_token_position }),
});
