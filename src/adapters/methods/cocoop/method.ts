import { recorder } from '../../../engine/record';
import { defined } from '../../../numbers/defined';
import { activation } from '../../../ops/activation';
import { addBias } from '../../../ops/add';
import { linear } from '../../../ops/matmul';
import { placeTokens } from '../../../ops/placeTokens';
import { repeatRows } from '../../../ops/repeatRows';
import { fields } from './fields';
import { cocoopFolder } from './folder';
import { contextName, contextRows, contextStart, linearStart, wordsOf } from '../../prompts/contexts';
import { num, onNoLayer, type Method } from '../../method';
import { contextRoom } from '../../prompts/model';
import { placesOf } from '../../prompts/places';

/** The hidden layer of the small network is the features' width by this. */
const NARROWER = 16;

/**
 * Conditional context: CoOp's vectors, moved for each image by what a small network makes of its features, so that there are texts for
 * every image (arXiv 2203.05557). Source: KaiyangZhou/CoOp, trainers/cocoop.py.
 */
export const method: Method = {
  ...onNoLayer,
  fields,
  trains: 'adapter',
  prompts: {
    folder: cocoopFolder,
    texts: {
      vectors: (c) => num(c, 'n_ctx'),
      words: wordsOf,
      rows: (c, texts) => contextRows(texts, num(c, 'n_ctx'), { perImage: true }),
    },
    tensors(c, { text }, { text: [width] }) {
      const features = text!.feature_size;
      const hidden = Math.max(1, Math.floor(features / NARROWER));
      return { [contextName]: contextStart([num(c, 'n_ctx'), defined(width)]), ...linearStart('meta_net.linear1', hidden, features), ...linearStart('meta_net.linear2', defined(width), hidden) };
    },
    count: () => 0,
    fresh: () => 0,
    put(_, { tower, block, images }, x, tensor, model) {
      if (tower !== 'text' || block > 0) return x;
      const rec = recorder();
      const layer = (name: string, input: typeof x) => linear(input, tensor(`${name}.weight`)!, { bias: tensor(`${name}.bias`), label: name });
      const shift = layer('meta_net.linear2', activation(layer('meta_net.linear1', images!), 'relu'));
      const ctx = tensor(contextName)!;
      const [n, width] = ctx.shape as [number, number];
      const B = defined(images!.shape[0]);
      const moved = addBias(rec.view(repeatRows(shift, n), [B, n * width]), rec.view(ctx, [n * width]));
      return placeTokens(x, rec.view(moved, [B, n, width]), placesOf(model), { each: true });
    },
  },
  range: (_, model) => [1, contextRoom(model)],
};
