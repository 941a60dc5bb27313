import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import type { Arrays } from '../adapters/method';
import type { Dataset, Split } from '../data/source';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { LOGIT_SCALE, TEXT_HEAD, twoTowers } from '../models/byText';
import { loadWeights } from '../models/load';
import { defined } from '../numbers/defined';
import { openByText } from '../tasks/byText';
import type { ClassPrompts } from '../tasks/prompts';
import { makeTextHead, refreshTextHead } from '../tasks/textTower';
import { evaluate } from './evaluate';
import { mostMeasured } from './feeds';
import { ImageFeed } from './images';
import type { LoadedModel } from './openModel';
import { programOptions } from './plan';
import { recordEvaluation, type ProgramOptions } from './programs';
import type { Evaluation, TrainConfig } from './protocol';
import { runSplits } from './split';

export interface TextEvaluation {
  model: LoadedModel;
  prompts: ClassPrompts;
  options: ProgramOptions;
  /** An adapter on one tower (a model with a text head) or on both, with its values; the checkpoint as it is when left out. */
  adapter?: { adapted: Adapted; values: Arrays };
  image_size?: number;
  signal?: AbortSignal;
  /** Counts the images of all sets. */
  progress?: (done: number, total: number) => void;
}

/** Images to measure on. */
interface ImageSet {
  /** Labels index the prompts' classes. */
  images: Split;
  split: Evaluation['split'];
}

/** Classifies images by the texts of their classes: zero-shot accuracy, or that of an adapter trained under texts. */
export async function evaluateByText(device: Device, input: TextEvaluation & ImageSet): Promise<Evaluation> {
  return defined((await evaluateSets(device, input, [input]))[0]);
}

/** The same on the sets that a run with these settings is measured on: the test images, then validation images where it has some. */
export async function zeroShot(device: Device, model: LoadedModel, data: Dataset, train: TrainConfig, how: Pick<TextEvaluation, 'signal' | 'progress'> = {}): Promise<Evaluation[]> {
  const { prompts } = await openByText(model, data.classes, train.templates);
  const { test, follow, followIs } = runSplits(data, train);
  const sets: ImageSet[] = [{ images: test, split: 'test' }, ...(followIs === 'val' ? [{ images: follow, split: followIs }] : [])];
  return evaluateSets(device, { ...how, model, prompts, options: programOptions(train, device.report), image_size: train.image_size }, sets);
}

async function evaluateSets(device: Device, input: TextEvaluation, sets: ImageSet[]): Promise<Evaluation[]> {
  const { model, prompts, options, signal } = input;
  const towers = () => twoTowers(model.net, { tokens: prompts.tokens, labels: prompts.classes }).with(input.image_size ? { image_size: input.image_size } : {});
  const adapted = input.adapter?.adapted ?? new Adapted(towers(), FROZEN);
  const values = { ...input.adapter?.values };
  if (!adapted.model.pairs) values[TEXT_HEAD] = await makeTextHead(device, model, prompts, options, signal);
  const measured = mostMeasured(sets.map(({ images }) => images));
  const programs = recordEvaluation(adapted, { ...options, batch: Math.min(options.batch, measured), measured });
  const machine = await Machine.build(device, programs.rec);
  try {
    await loadWeights(machine, programs.rec, adapted.trace, model.source, values);
    if (programs.beside) {
      const scale = defined((values[LOGIT_SCALE] ?? (await model.source.readF32Checked(LOGIT_SCALE)))[0]);
      await refreshTextHead(machine, programs.rec, programs.beside, prompts, scale, signal);
    }
    const total = sets.reduce((sum, { images }) => sum + images.count, 0);
    const found: Evaluation[] = [];
    let before = 0;
    for (const { images, split } of sets) {
      const feed = new ImageFeed(images, model.preprocess, adapted.model.image_size, null);
      const progress = (done: number) => input.progress?.(before + done, total);
      found.push(await evaluate(machine, programs, feed, images.count, prompts.classes.length, { step: 0, split }, { signal, progress }));
      before += images.count;
    }
    return found;
  } finally {
    machine.destroy();
  }
}
