import { ConfigError } from '../adapters/fields';
import type { Arrays } from '../adapters/method';
import { LOGIT_SCALE, TEXT_HEAD, twoTowers } from '../models/byText';
import { contrastive as contrastiveLoss } from '../ops/contrastive';
import { needNoHead, promptsFor } from './byText';
import { Captions } from './captions';
import { classify } from './classes';
import type { BatchTexts, HostBatch, Objective, Task } from './task';
import { makeTextHead, recordTexts, refreshTextHead } from './textTower';

const LOSS = 'contrastive';

/** Images against texts, in both directions: CLIP's own loss. How good it is, the classes' texts tell. */
const match: Objective = {
  fits: (model) => model.pairs !== undefined,
  whole: true,
  batch: (model, rows) => ({
    ...classify.batch(model, rows),
    input_ids: { shape: [rows, model.pairs!.tokens], dtype: 'u32' },
    text_ends: { shape: [rows], dtype: 'u32' },
  }),
  forward: classify.forward,
  loss(outputs, { labels }) {
    const { rows, dlogits } = contrastiveLoss(outputs, labels!);
    return { rows, dout: dlogits };
  },
  measured: (model) => ({ objective: classify, model: model.pairs!.classify }),
  beside: recordTexts,
  judge: classify.judge,
  better: classify.better,
};

/** Both towers of a CLIP. */
export const contrastive: Task = {
  objective: match,
  takes: ({ train }) => train.loss === LOSS,
  form: (model, loss) => (loss === LOSS ? twoTowers(model) : model),
  async open(asked) {
    const { model, classes, train, fixed } = asked;
    if (fixed) {
      const { texts } = fixed;
      if (!texts) throw new ConfigError('the contrastive loss needs texts: a data set whose classes have names, or fixed batches with input_ids.');
      return { model: twoTowers(model.net, { tokens: texts.tokens }), knows: false, values: async () => ({}), complete: completeWith(texts) };
    }
    if (train.head === 'new') throw new ConfigError('the contrastive loss classifies by text; leave head at auto or text.');
    needNoHead(asked);
    const prompts = await promptsFor(model, classes, train.templates, `the contrastive loss needs a CLIP model; this is ${model.net.family}.`);
    return {
      model: twoTowers(model.net, { tokens: prompts.tokens, labels: classes }),
      knows: true,
      // While it trains, the head is made anew before each measurement.
      values: async (device, { source, options, trained, signal }): Promise<Arrays> => (trained ? { [TEXT_HEAD]: await makeTextHead(device, { net: model.net, source }, prompts, options, signal, trained) } : {}),
      complete: completeWith(new Captions(prompts, train.seed ?? 0)),
      refresh: (machine, { rec, beside }, signal) => refreshTextHead(machine, rec, beside!, prompts, rec.find(LOGIT_SCALE)!, signal),
    };
  },
};

const completeWith = (texts: BatchTexts) => (batch: HostBatch, at: number): void => texts.fill(at, batch.labels as Uint32Array, batch.input_ids as Uint32Array, batch.text_ends as Uint32Array);
