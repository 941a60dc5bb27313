import { TEXT_HEAD } from '../models/byText';
import { needNoHead, openByText, trainsHeadAlone } from './byText';
import { classify } from './classes';
import type { Task } from './task';
import { makeTextHead } from './textTower';

/** Images and their classes, which CLIP tells apart by their texts: the head is made of the text tower's features, and frozen. */
export const textHead: Task = {
  objective: classify,
  takes(asked) {
    const { train, model, hasHead, fixed } = asked;
    if (fixed || train.loss !== 'cross_entropy') return false;
    return train.head === 'text' || (train.head === 'auto' && !hasHead && model.tokenizer !== undefined && !trainsHeadAlone(asked));
  },
  async open(asked) {
    needNoHead(asked);
    const { net, prompts } = await openByText(asked.model, asked.classes, asked.train.templates);
    return {
      model: net,
      knows: true,
      values: async (device, { source, options, signal }) => ({ [TEXT_HEAD]: await makeTextHead(device, { net, source }, prompts, options, signal) }),
    };
  },
};
