import { ConfigError } from '../adapters/fields';
import { methodOf } from '../adapters/index';
import { twoTowers, withTextHead } from '../models/byText';
import { checkWeights } from '../models/load';
import type { VisionModel } from '../models/model';
import { traceModel } from '../models/trace';
import { said } from '../said/said';
import type { KnownModel, LoadedModel } from './openModel';
import { classPrompts, parseTemplates, type ClassPrompts } from './prompts';
import type { MethodConfig, TrainConfig } from './protocol';

/** The model that a run trains, and the texts of its classes where it classifies by text. */
export interface RunModel {
  vision: VisionModel;
  prompts: ClassPrompts | null;
}

/** True when the checkpoint brings a head for exactly these classes, which a run then goes on with. */
export function hasOwnHead({ vision, source }: LoadedModel, classes: string[]): boolean {
  const { newHead } = checkWeights(traceModel(vision), source);
  return !newHead && classes.length === vision.num_labels && classes.every((c, i) => c === vision.labels[i]);
}

/**
 * How a run tells its classes apart. CLIP with a text tower and a tokenizer does it by text (`head` auto or text), except
 * for a linear probe or where a trained classifier is there already; the contrastive loss always does. Null when the run
 * has a classifier of its own; without a method nothing is trained. Throws ConfigError, or FormatError of a bad tokenizer.
 */
export async function textModel(model: KnownModel, classes: string[], method: MethodConfig | null, train: Pick<TrainConfig, 'loss' | 'head' | 'templates'>, hasClassifier: boolean): Promise<RunModel | null> {
  const contrastive = train.loss === 'contrastive';
  const onlyHead = method !== null && methodOf(method.method).trains === 'head';
  if (contrastive && train.head === 'new') throw new ConfigError(said`the contrastive loss classifies by text; leave head at auto or text.`);
  if ((contrastive || train.head === 'text') && onlyHead) throw new ConfigError(said`${method.method} trains a new head; with a text head there is none to train.`);
  const asked = contrastive || train.head === 'text';
  if (!asked && (train.head === 'new' || onlyHead || hasClassifier || !model.tokenizer)) return null;
  const { text } = model.vision;
  if (!text) {
    const { family } = model.vision;
    throw new ConfigError(contrastive ? said`the contrastive loss needs a CLIP model; this is ${family}.` : said`a text head needs a CLIP model; this is ${family}.`);
  }
  if (!model.tokenizer) throw new ConfigError(said`${model.id} has no text tower or no tokenizer; add its tokenizer.json (or vocab.json and merges.txt) to the folder.`);
  const prompts = classPrompts(await model.tokenizer(), text, classes, parseTemplates(train.templates));
  const vision = contrastive ? twoTowers(model.vision, { tokens: prompts.tokens, labels: classes }) : withTextHead(model.vision, classes);
  return { vision, prompts };
}
