import { num, numOr, onNoLayer, type CommonTensor, type Method } from '../../method';
import { behindPatches } from '../../prompts/places';
import { fields } from './fields';
import { deepName, depthOf, SHALLOW, vptFolder } from './folder';

/**
 * Visual prompt tuning: n trained tokens stand in the sequence of an image, without positions; deep, others take their place before
 * each further block (arXiv 2203.12119). The authors put them behind the class token, here they stand behind the patches: without a
 * mask and positions of theirs the place changes nothing. Source: KMnP/vpt.
 */
export const method: Method = {
  ...onNoLayer,
  fields,
  trains: 'adapter',
  prompts: {
    folder: vptFolder,
    // Xavier's range of a patch, as the authors have it: prompts begin as large as what patches become.
    tensors(c, { patch_size, channels }, { image: blocks }) {
      const n = num(c, 'n_ctx');
      const tokens = (width: number): CommonTensor => {
        const range = Math.sqrt(6 / (channels * patch_size ** 2 + width));
        return { shape: [n, width], start: (random) => Float32Array.from({ length: n * width }, () => range * (2 * random() - 1)) };
      };
      return Object.fromEntries(blocks.slice(0, depthOf(c, blocks.length)).map((width, block) => [block === 0 ? SHALLOW : deepName(block), tokens(width)]));
    },
    count: (c) => num(c, 'n_ctx'),
    fresh: (c, block) => (block < numOr(c, 'prompt_depth', Infinity) ? num(c, 'n_ctx') : 0),
    put: (_, { tower, block }, x, tensor) => (tower === 'image' ? behindPatches(x, block, tensor(block === 0 ? SHALLOW : deepName(block))) : x),
  },
  range: () => [1, 1024],
};
