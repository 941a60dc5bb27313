import { lossFacts, lossOf } from '../../../tasks/losses.meta';
import { MAX_LENGTH, PLACE, splitTemplates, templatePresets } from '../../../tasks/prompts.meta';
import { trainDefaults } from '../../../train/config';
import type { ModelInfo, TrainConfig } from '../../../train/protocol';
import { setTrain, useSettings, type Values } from '../settings/settings';
import { toast } from '../../kit/toast';
import type { zeroShotWords, Learns } from '../words/zeroShot';
export type Preset = keyof typeof templatePresets;

const names = ['loss', 'head', 'templates'] as const;

/** True for settings that stand with the prompts and not among the others. */
export const isTextSetting = (name: string): boolean => (names as readonly string[]).includes(name);

/** Settings of pictures alone. */
const ofPictures = ['image_size', 'crop', 'flip', 'mixup_alpha', 'cutmix_alpha'] as const;

/** True for settings that mean nothing to texts. */
export const isPictureSetting = (name: string): boolean => (ofPictures as readonly string[]).includes(name);

/** Training settings as this model takes them: one that compares pictures with no texts has none of those, and one that looks at no pictures none of theirs. */
export function forModel(train: TrainConfig, model: Pick<ModelInfo, 'texts' | 'language'> | undefined): TrainConfig {
  const usual = (some: readonly (keyof TrainConfig)[]) => Object.fromEntries(some.map((name) => [name, trainDefaults[name]]));
  return { ...train, ...(!model?.texts && usual(names)), ...(model?.language && usual(ofPictures)) };
}

/** True when both towers of this model train. */
export const trainsBoth = (train: Values, model: Pick<ModelInfo, 'texts'> | undefined): boolean => model?.texts !== undefined && lossOf(train.loss).pairs === true;

export const learnsOf = (train: Values): Learns => (lossOf(train.loss).pairs ? 'both' : train.head === 'new' ? 'head' : 'vision');

export function setLearns(learns: Learns): void {
  setTrain('loss', learns === 'both' ? lossFacts.find(({ pairs }) => pairs)!.name : undefined);
  setTrain('head', learns === 'head' ? 'new' : undefined);
}

/** The prompts as a list, never empty. */
export function templatesOf(train: Values): string[] {
  const list = splitTemplates(typeof train.templates === 'string' ? train.templates : '');
  return list.length > 0 ? list : splitTemplates(trainDefaults.templates);
}

/** Sets the prompts; with `done` a toast says that and offers the way back. */
export function setTemplates(list: readonly string[], done = ''): void {
  const before = useSettings.getState().train.templates;
  const text = list.join('\n');
  setTrain('templates', text === trainDefaults.templates ? undefined : text);
  if (done) toast(done, () => setTrain('templates', before));
}

/** The preset that the list is, if it is one. */
export const presetOf = (list: readonly string[]): Preset | 'own' =>
  (Object.keys(templatePresets) as Preset[]).find((name) => templatePresets[name].join('\n') === list.join('\n')) ?? 'own';

/** Problem with a prompt; empty if there is none. */
export function problemOf(text: string): '' | keyof typeof zeroShotWords.problems {
  const places = text.split(PLACE).length - 1;
  if (text.trim() === '') return 'empty';
  if (places !== 1) return places === 0 ? 'none' : 'several';
  if (text.includes('|')) return 'bar';
  return text.length > MAX_LENGTH ? 'long' : '';
}
