import type { Tensor } from '../../engine/tensor';
import { add, addBias } from '../../ops/add';
import { linear } from '../../ops/matmul';
import { scaleColumns } from '../../ops/scale';
import { tokenEmbedding } from '../../ops/tokenEmbedding';
import { linearStart } from './contexts';
import { DEPT_HEAD, DEPT_IMAGES, DEPT_TEXTS } from './dept.folder';
import type { MethodFields } from '../field';
import { num, type CommonTensor, type Method } from '../method';
import type { PromptFolder } from './folder';

/**
 * Decoupled prompt tuning on another method: features of images and texts, each scaled and shifted channel by channel, go through one
 * linear head for the classes besides, which learns what is special to them and leaves what is common to the prompts (arXiv
 * 2309.07439). The loss is the sum of both, the head's the mean over images and the texts of their labels; what is said is the sum of
 * both logits. Source: Koorye/DePT.
 */
export const dept = (base: Method, fields: MethodFields, folder: PromptFolder): Method => ({
  ...base,
  fields,
  prompts: {
    ...base.prompts!,
    folder,
    tensors(c, model, blocks) {
      const size = model.text!.feature_size;
      const same = (value: number): CommonTensor => ({ shape: [size], head: true, start: () => new Float32Array(size).fill(value) });
      const film = (name: string) => ({ [`${name}.scale`]: same(1), [`${name}.bias`]: same(0) });
      const head = Object.entries(linearStart(DEPT_HEAD, model.num_labels, size)).map(([name, tensor]) => [name, { ...tensor, head: true as const }]);
      return { ...base.prompts!.tensors(c, model, blocks), ...film(DEPT_IMAGES), ...film(DEPT_TEXTS), ...(Object.fromEntries(head) as Record<string, CommonTensor>) };
    },
    compare(c, { images, texts, logits }, tensor, learning) {
      const weight = num(c, 'weight');
      const scored = (features: Tensor, film: string) => linear(addBias(scaleColumns(features, tensor(`${film}.scale`)!), tensor(`${film}.bias`)!), tensor(`${DEPT_HEAD}.weight`)!, { bias: tensor(`${DEPT_HEAD}.bias`), label: DEPT_HEAD });
      const ofImages = scored(images, DEPT_IMAGES);
      if (!learning) return { logits: add(logits, ofImages, { alpha: 1 - weight, beta: weight, label: 'both' }) };
      const ofTexts = scored(texts, DEPT_TEXTS);
      return {
        logits,
        weight: 1 - weight,
        // The text of each image's class, as often as there are images.
        parts: (labels, loss) => [ofImages, tokenEmbedding(ofTexts, labels)].map((of) => loss(of, weight / 2)),
      };
    },
  },
});
