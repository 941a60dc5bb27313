import { ConfigError } from '../adapters/fields';
import { methodOf } from '../adapters/index';
import { withTextHead } from '../models/byText';
import type { Model } from '../models/model';
import { classPrompts, parseTemplates, type ClassPrompts } from './prompts';
import type { TaskRequest } from './task';

/** A model that tells classes apart by their texts, which it does before any training. */
export interface ByText {
  net: Model;
  prompts: ClassPrompts;
}

/** The classes' texts, by the model's own tokenizer. Throws ConfigError, which says `noTextTower` where there is no text tower, or FormatError of a bad tokenizer. */
export async function promptsFor({ id, net: { text }, tokenizer }: TaskRequest['model'], classes: string[], templates: string, noTextTower: string): Promise<ClassPrompts> {
  if (!text) throw new ConfigError(noTextTower);
  if (!tokenizer) throw new ConfigError(`${id} has no text tower or no tokenizer; add its tokenizer.json (or vocab.json and merges.txt) to the folder.`);
  return classPrompts(await tokenizer(), text, classes, parseTemplates(templates));
}

/** The model with a head of the classes' texts, and those. Throws ConfigError, or FormatError of a bad tokenizer. */
export async function openByText(model: TaskRequest['model'], classes: string[], templates: string): Promise<ByText> {
  const prompts = await promptsFor(model, classes, templates, `a text head needs a CLIP model; this is ${model.net.family}.`);
  return { net: withTextHead(model.net, classes), prompts };
}

/** True if the method trains nothing but a head, for which texts leave no place. */
export const trainsHeadAlone = ({ method }: TaskRequest): boolean => methodOf(method.method).trains === 'head';

/** Throws ConfigError where the method trains nothing but a head. */
export function needNoHead(asked: TaskRequest): void {
  if (trainsHeadAlone(asked)) throw new ConfigError(`${asked.method.method} trains a new head; with a text head there is none to train.`);
}
