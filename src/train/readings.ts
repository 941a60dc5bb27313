import { DataError, type Dataset, type Split } from '../data/source';
import { isTextData, type TextDataset } from '../data/texts';
import { isTextModel, textModel } from '../models/text';
import { said } from '../said/said';
import type { Feed } from './images';
import type { KnownModel } from './openModel';
import type { OpenSet } from './openSet';
import type { RunSpec, TextSettings } from './protocol';
import { forTask, mostTokens, readBy } from './textSet';

/** How splits are fed to a model in the form that it has. */
export type FeedOf = (split: Split) => Feed;

/** What a run reads: its data as edited, and its model, which has the form that reads them where they are texts. */
export interface Reading<M extends KnownModel = KnownModel> {
  model: M;
  data: Dataset;
  /** Of texts alone. */
  feedOf?: FeedOf;
}

type Read = Required<Pick<Reading, 'model' | 'feedOf'>>;

/** Sets of texts as models read them. Each set is gone through once for a model and its settings: how long its texts are takes reading all of them. */
export class Readings {
  private readonly known = new WeakMap<KnownModel, WeakMap<Dataset, Map<string, Promise<Read>>>>();

  /** With `any` the model reads other texts than the set's too, which may be longer. Throws DataError where a model and a set do not belong together, and what `readBy` throws. */
  async of<M extends KnownModel>(model: M, set: OpenSet, { edits, text = {} }: Pick<RunSpec, 'edits' | 'text'>, any = false): Promise<Reading<M>> {
    const data = set.with(edits);
    const { found } = set;
    const texts = isTextModel(model.vision);
    if (!texts && isTextData(found)) throw new DataError(said`${found.title} holds texts, and ${model.id} looks at pictures; choose a model that reads texts.`);
    if (!texts) return { model, data };
    if (!isTextData(found)) throw new DataError(said`${found.title} holds pictures, and ${model.id} reads texts; choose a model that looks at pictures.`);
    return { data, ...((await this.once(model, found, text, any)) as Read & { model: M }) };
  }

  private once(model: KnownModel, found: TextDataset, settings: TextSettings, any: boolean): Promise<Read> {
    const ofModel = this.known.get(model) ?? new WeakMap<Dataset, Map<string, Promise<Read>>>();
    const ofSet = ofModel.get(found) ?? new Map<string, Promise<Read>>();
    this.known.set(model, ofModel.set(found, ofSet));
    const key = JSON.stringify([settings, any]);
    const reading = ofSet.get(key) ?? read(model, found, settings, any);
    ofSet.set(key, reading);
    // A second try may succeed.
    reading.catch(() => ofSet.delete(key));
    return reading;
  }
}

async function read(model: KnownModel, found: TextDataset, settings: TextSettings, any: boolean): Promise<Read> {
  const { model: form, feedOf } = await readBy(model, found, settings);
  const vision = any ? textModel(form.with({ tokens: mostTokens(forTask(model, settings), settings) })) : form;
  return { model: { ...model, vision }, feedOf: feedOf(vision) };
}
