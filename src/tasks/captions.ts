import { streams } from '../data/streams';
import { defined } from '../numbers/defined';
import type { ClassPrompts } from './prompts';
import type { BatchTexts } from './task';

/**
 * Texts for batches of images that are trained with the contrastive loss: each image gets its class's name in a template
 * drawn by the seed, the number of the batch and its row alone. Two images of one class may so have different texts, but
 * both fit both: the loss, which knows the classes, does not count them against each other.
 */
export class Captions implements BatchTexts {
  constructor(
    private readonly prompts: ClassPrompts,
    private readonly seed: number,
  ) {}

  /** Writes ids (B, T) and ends (B) of the texts for the classes `labels` of micro-batch `at`. */
  fill(at: number, labels: Uint32Array, ids: Uint32Array, ends: Uint32Array): void {
    const { tokens, templates, ids: all, ends: allEnds } = this.prompts;
    const random = streams.captions(this.seed, at);
    labels.forEach((label, b) => {
      const row = label * templates.length + random.below(templates.length);
      ids.set(all.subarray(row * tokens, (row + 1) * tokens), b * tokens);
      ends[b] = defined(allEnds[row]);
    });
  }
}
