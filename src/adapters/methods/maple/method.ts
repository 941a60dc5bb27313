import type { Trace } from '../../../models/trace';
import { defined } from '../../../numbers/defined';
import { linear } from '../../../ops/matmul';
import type { MethodConfig } from '../../field';
import { contextName, contextRows, contextStart, linearStart, noise, wordsOf } from '../../prompts/contexts';
import { fields } from './fields';
import { deepProjection, deepText, INPUT_PROJECTION, mapleFolder } from './folder';
import { num, onNoLayer, type Method } from '../../method';
import { contextRoom } from '../../prompts/model';
import { behindPatches, inTexts } from '../../prompts/places';

/** Blocks with vectors of their own, of towers of so many. */
const depthOf = (c: MethodConfig, { text, image }: Trace['blocks']): number => Math.min(num(c, 'prompt_depth'), text.length, image.length);

/**
 * Multi-modal prompts: vectors in the texts, at the input and before further blocks, and beside the patches what a linear layer makes of
 * them, one for each depth (arXiv 2210.03117). In an image the deep ones take the place of the last tokens, in a text that of those
 * behind the first. Source: muzairkhattak/multimodal-prompt-learning, trainers/maple.py and clip/model.py.
 */
export const method: Method = {
  ...onNoLayer,
  fields,
  trains: 'adapter',
  prompts: {
    folder: mapleFolder,
    texts: {
      vectors: (c) => num(c, 'n_ctx'),
      words: wordsOf,
      rows: (c, texts) => contextRows(texts, num(c, 'n_ctx'), { worded: true }),
    },
    tensors(c, _, { text, image }) {
      const n = num(c, 'n_ctx');
      const [width, wide] = [defined(text[0]), defined(image[0])];
      const depths = Array.from({ length: depthOf(c, { text, image }) - 1 }, (__, i) => i);
      return {
        [contextName]: contextStart([n, width]),
        ...linearStart(INPUT_PROJECTION, wide, width),
        ...Object.fromEntries(depths.map((i) => [deepText(i), noise([n, width])])),
        ...Object.fromEntries(depths.flatMap((i) => Object.entries(linearStart(deepProjection(i), wide, width)))),
      };
    },
    count: (c) => num(c, 'n_ctx'),
    fresh: (c, block, blocks) => (block < depthOf(c, blocks) ? num(c, 'n_ctx') : 0),
    put(_, { tower, block }, x, tensor, model) {
      const own = tensor(block === 0 ? contextName : deepText(block - 1));
      if (!own) return x;
      if (tower === 'text') return inTexts(x, block, own, model);
      const layer = block === 0 ? INPUT_PROJECTION : deepProjection(block - 1);
      return behindPatches(x, block, linear(own, tensor(`${layer}.weight`)!, { bias: tensor(`${layer}.bias`), label: layer }));
    },
  },
  range: (_, model) => [1, contextRoom(model)],
};
