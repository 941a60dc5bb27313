import { Adapted, FROZEN } from '../adapters/adapted';
import type { Arrays } from '../adapters/method';
import type { Split } from '../data/source';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { LOGIT_SCALE, TEXT_HEAD, twoTowers } from '../models/clip/clip';
import { loadWeights } from '../models/load';
import { evaluate } from './evaluate';
import { ImageFeed } from './images';
import type { LoadedModel } from './openModel';
import { recordEvaluation, type ProgramOptions } from './programs';
import type { ClassPrompts } from './prompts';
import type { Evaluation } from './protocol';
import { makeTextHead, refreshTextHead } from './textHead';

export interface TextEvaluation {
  model: LoadedModel;
  prompts: ClassPrompts;
  /** Labels index the prompts' classes. */
  images: Split;
  split: Evaluation['split'];
  options: ProgramOptions;
  /** An adapter on one tower (a model with a text head) or on both, with its values; the checkpoint as it is when left out. */
  adapter?: { adapted: Adapted; values: Arrays };
  image_size?: number;
  signal?: AbortSignal;
  progress?: (done: number, total: number) => void;
}

/** Classifies images by the texts of their classes: zero-shot accuracy, or that of an adapter trained under texts. */
export async function evaluateByText(device: Device, input: TextEvaluation): Promise<Evaluation> {
  const { model, prompts, images, options, signal } = input;
  const towers = () => twoTowers(model.vision, { tokens: prompts.tokens, labels: prompts.classes }).with(input.image_size ? { image_size: input.image_size } : {});
  const adapted = input.adapter?.adapted ?? new Adapted(towers(), FROZEN);
  const values = { ...input.adapter?.values };
  if (!adapted.model.contrastive) values[TEXT_HEAD] = await makeTextHead(device, model, prompts, options, signal);
  const programs = recordEvaluation(adapted, { ...options, batch: Math.min(options.batch, images.count) });
  const machine = await Machine.build(device, programs.rec);
  try {
    await loadWeights(machine, programs.rec, adapted.trace, model.source, values);
    if (programs.text) {
      const scale = (values[LOGIT_SCALE] ?? (await model.source.readF32Checked(LOGIT_SCALE)))[0]!;
      await refreshTextHead(machine, programs.rec, programs.text, prompts, scale, signal);
    }
    const feed = new ImageFeed(images, model.preprocess, adapted.model.image_size, null);
    return await evaluate(machine, programs, feed, images.count, prompts.classes.length, { step: 0, split: input.split }, { signal, progress: input.progress });
  } finally {
    machine.destroy();
  }
}
