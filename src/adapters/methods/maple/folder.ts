import { contextName, namedFolder } from '../../prompts/contexts';

/** The layer that makes tokens beside the patches of the vectors at the input, and the vectors and layer of a later block, counted from 0. */
export const INPUT_PROJECTION = 'proj';
const DEEP_TEXT = 'compound_prompts_text';
export const deepText = (i: number): string => `${DEEP_TEXT}.${i}`;
export const deepProjection = (i: number): string => `compound_prompt_projections.${i}`;

const PREFIX = 'prompt_learner.';

/** All of it behind `prompt_learner.`: `ctx` (n, D), `proj`, and by depth the vectors and the layer that reads them. */
export const mapleFolder = namedFolder(PREFIX, {
  read(shapes) {
    const shape = shapes.get(PREFIX + contextName);
    if (!shape || !shapes.has(`${PREFIX}${INPUT_PROJECTION}.weight`) || [...shapes.keys()].some((name) => !name.startsWith(PREFIX))) return null;
    return { method: 'maple', n_ctx: shape.at(-2)!, prompt_depth: 1 + [...shapes.keys()].filter((name) => name.startsWith(PREFIX + DEEP_TEXT)).length };
  },
  write: ({ n_ctx, prompt_depth }) => ({ n_ctx, prompt_depth }),
});
