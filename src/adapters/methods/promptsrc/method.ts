import { recorder } from '../../../engine/record';
import { rowsOf, type Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { exp, power } from '../../../numbers/elementary';
import { distance } from '../../../ops/distance';
import { distill } from '../../../ops/distill';
import { contextName, contextRows, contextStart, noise, TEACHER, wordsOf } from '../../prompts/contexts';
import { num, onNoLayer, type Method } from '../../method';
import { contextRoom } from '../../prompts/model';
import { behindPatches, inTexts } from '../../prompts/places';
import { fields } from './fields';
import { deepImage, deepText, IMAGE, promptsrcFolder } from './folder';

/**
 * Prompts in both towers, each with its own, that are kept near to what the model was: by the distance of text and image features from
 * the frozen ones, and the divergence of what is said (arXiv 2307.06948). The frozen texts are averaged over the templates. Source:
 * muzairkhattak/PromptSRC, trainers/promptsrc.py, whose average over the epochs (GPA) is left out unless `gpa_mean` says around which.
 */
export const method: Method = {
  ...onNoLayer,
  fields,
  trains: 'adapter',
  prompts: {
    folder: promptsrcFolder,
    texts: {
      vectors: (c) => num(c, 'n_ctx_text'),
      words: wordsOf,
      rows: (c, texts) => contextRows(texts, num(c, 'n_ctx_text'), { worded: true }),
      teacher: true,
    },
    tensors(c, _, { text, image }) {
      const deep = (depth: string, blocks: readonly number[], name: (block: number) => string, n: number) =>
        Object.fromEntries(blocks.slice(1, num(c, depth)).map((width, i) => [name(i + 1), noise([n, width])]));
      const [n, seen] = [num(c, 'n_ctx_text'), num(c, 'n_ctx_vision')];
      return {
        [contextName]: contextStart([n, defined(text[0])]),
        [IMAGE]: noise([seen, defined(image[0])]),
        ...deep('prompt_depth_text', text, deepText, n),
        ...deep('prompt_depth_vision', image, deepImage, seen),
      };
    },
    count: (c) => num(c, 'n_ctx_vision'),
    fresh: (c, block) => (block < num(c, 'prompt_depth_vision') ? num(c, 'n_ctx_vision') : 0),
    put: (_, { tower, block }, x, tensor, model) =>
      tower === 'text' ? inTexts(x, block, tensor(block === 0 ? contextName : deepText(block)), model) : behindPatches(x, block, tensor(block === 0 ? IMAGE : deepImage(block))),
    compare(c, { unit, logits, frozen }, _, learning) {
      if (!learning) return { logits };
      const [K, width] = unit.texts.shape as [number, number];
      const plain = frozen(recorder().declare('frozen', TEACHER, [K, width]));
      const B = rowsOf(logits);
      return {
        logits,
        // The mean over texts does not depend on the batch, whose rows a loss is a sum over.
        parts: () => [
          near(unit.texts, plain.unit.texts, (num(c, 'text_loss_weight') * B) / (K * width)),
          near(unit.images, plain.unit.images, num(c, 'image_loss_weight') / width),
          { of: logits, grad: distill(logits, plain.logits, 1 / K).dlogits },
        ],
      };
    },
  },
  average(c) {
    const [mean, std] = [num(c, 'gpa_mean'), num(c, 'gpa_std')];
    return mean > 0 ? (epoch) => exp(-0.5 * power((epoch - mean) / std, 2)) : null;
  },
  range: (_, model) => [1, contextRoom(model)],
};

const near = (of: Tensor, frozen: Tensor, weight: number) => ({ of, grad: distance(of, frozen, weight).dx });
