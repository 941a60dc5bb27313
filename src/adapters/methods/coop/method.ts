import { defined } from '../../../numbers/defined';
import { contextName, contextRows, contextStart, wordsOf, type NamePosition } from '../../prompts/contexts';
import { fields } from './fields';
import { coopFolder } from './folder';
import { num, onNoLayer } from '../../method';
import type { Addend } from '../../pair';
import { contextRoom } from '../../prompts/model';
import { inTexts } from '../../prompts/places';

/**
 * Context optimisation: the words around the classes' names are vectors that learn, the same for all classes or each class's own; both
 * towers stay as they are (arXiv 2109.01134). Source: KaiyangZhou/CoOp, trainers/coop.py.
 */
export const method: Addend = {
  ...onNoLayer,
  fields,
  trains: 'adapter',
  prompts: {
    folder: coopFolder,
    texts: {
      vectors: (c) => num(c, 'n_ctx'),
      words: wordsOf,
      rows: (c, texts) => contextRows(texts, num(c, 'n_ctx'), { position: c.class_token_position as NamePosition }),
    },
    tensors: (c, { num_labels }, { text: [width] }) => ({ [contextName]: contextStart([...(c.class_specific ? [num_labels] : []), num(c, 'n_ctx'), defined(width)]) }),
    count: () => 0,
    fresh: () => 0,
    put: (_, { tower, block }, x, tensor, model) => (tower === 'text' && block === 0 ? inTexts(x, block, tensor(contextName), model) : x),
  },
  range: (_, model) => [1, contextRoom(model)],
};
