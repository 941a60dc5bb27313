import { DataError, type Dataset, type Split } from '../data/source';
import { quote } from '../errors/text';
import { isTextModel, type TextModel } from '../models/text';
import type { Feed } from '../train/images';
import { openModel, type LoadedModel } from '../train/openModel';
import type { TextSettings } from '../train/protocol';
import { openTextData } from '../train/textSet';
import { UsageError } from './command';
import { dataTree, modelTree, openData } from './files';

/** A model with the set that it learns, of images or of texts. */
export interface OpenSet {
  /** The model as it lies there. */
  loaded: LoadedModel;
  /** The same in the form that reads the set. */
  model: LoadedModel;
  data: Dataset;
  /** Settings of texts, as runs keep them; absent where there are none. */
  text?: TextSettings;
  /** Feeds texts to a form of the model. */
  feedOf?: (model: TextModel) => (split: Split) => Feed;
}

/** Files that hold images, packed or each by itself, and files of texts beside which there are none of those. */
const IMAGES = /\.(safetensors|zip|jpe?g|png|webp|gif|bmp|avif)$/i;
const TEXTS = /\.(csv|tsv|jsonl|txt)$/i;

/** Opens both by their names. Throws what opening them throws, and UsageError of settings of texts for a model of images. */
export async function openSet({ model, data, text = {} }: { model: string; data: string; text?: TextSettings }): Promise<OpenSet> {
  const loaded = { ...(await openModel(await modelTree(model))), id: model };
  const tree = await dataTree(data);
  const holds = (kind: RegExp) => tree.paths().some((path) => kind.test(path));
  if (isTextModel(loaded.net)) {
    if (holds(IMAGES)) throw new DataError(`${quote(data)} holds images, and ${quote(model)} reads texts; name a set of texts, or a model that looks at images.`);
    const opened = await openTextData(loaded, tree, text);
    const kept = { ...text, ...(opened.chat && { chat: true }) };
    return { loaded, model: { ...loaded, net: opened.model }, data: opened.data, feedOf: opened.feedOf, ...(Object.keys(kept).length > 0 && { text: kept }) };
  }
  if (Object.keys(text).length > 0) throw new UsageError(`${model} looks at images, and the text settings are for models that read texts; leave "text" out, or name another model`);
  if (!holds(IMAGES) && holds(TEXTS)) throw new DataError(`${quote(data)} holds texts, and ${quote(model)} looks at images; name a set of images, or a model that reads texts.`);
  return { loaded, model: loaded, data: await openData(data) };
}
