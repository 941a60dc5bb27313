import type { ContinuationDataset } from '../data/continuations';
import { withoutNames } from '../data/health';
import { isContinuations, isTextData } from '../data/kinds';
import { DataError, type Dataset, type Split } from '../data/source';
import { nameOf } from '../data/split';
import type { TextDataset } from '../data/texts';
import { isTextModel, textModel } from '../models/text';
import type { Feed } from './images';
import type { KnownModel } from './openModel';
import type { OpenSet } from './openSet';
import type { RunSpec, TextSettings } from './protocol';
import { forTask, goingOnWith, mostTokens, readBy, textReading, wholeTexts } from './textSet';

/** Feeds a split to a model in the form that it has. */
export type FeedOf = (split: Split) => Feed;

/** Data of a run, as edited, and its model, which has the form that reads the data where it is texts. */
export interface Reading<M extends KnownModel = KnownModel> {
  model: M;
  data: Dataset;
  /** Of texts alone. */
  feedOf?: FeedOf;
}

/** `mute` are the names of texts of which nothing counts. */
type Read = Required<Pick<Reading, 'model' | 'feedOf'>> & { mute: ReadonlySet<string> };

/** Sets of texts as models read them. Each set is gone through once for a model and its settings: how long its texts are takes reading all of them. */
export class Readings {
  private readonly known = new WeakMap<KnownModel, WeakMap<Dataset, Map<string, Promise<Read>>>>();

  /** With `any` the model reads other texts than the set's too, which may be longer. Throws DataError where a model and a set do not belong together, and what `readBy` throws. */
  async of<M extends KnownModel>(model: M, set: Pick<OpenSet, 'as' | 'with'>, { edits, text = {} }: Pick<RunSpec, 'edits' | 'text'>, any = false): Promise<Reading<M>> {
    const asked = textReading(text);
    const [data, found] = await Promise.all([set.with(edits, asked), set.as(asked)]);
    const texts = isTextModel(model.net);
    const read = isTextData(found) || isContinuations(found) ? found : null;
    if (!texts && read) throw new DataError(`${found.title} holds texts, and ${model.id} looks at pictures; choose a model that reads texts.`);
    if (!texts) return { model, data };
    if (!read) throw new DataError(`${found.title} holds pictures, and ${model.id} reads texts; choose a model that looks at pictures.`);
    const { mute, ...reading } = (await this.once(model, read, text, any)) as Read & { model: M };
    return { data: withoutNames(data, mute), ...reading };
  }

  private once(model: KnownModel, found: TextDataset | ContinuationDataset, settings: TextSettings, any: boolean): Promise<Read> {
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

async function read(model: KnownModel, found: TextDataset | ContinuationDataset, settings: TextSettings, any: boolean): Promise<Read> {
  const whole = wholeTexts(forTask(model, settings));
  if (whole !== isContinuations(found)) throw new DataError(whole ? `${found.title} has a class for each text, and the task is to go on with texts; choose another task, or other texts.` : `${found.title} holds texts to go on with, which ${model.id} is not read for here; choose a model that goes on with texts.`);
  const { model: form, data, feedOf } = isContinuations(found) ? await goingOnWith(model, found, settings) : await readBy(model, found, settings);
  const net = any ? textModel(form.with({ tokens: mostTokens(forTask(model, settings), settings) })) : form;
  const names = (set: Dataset) => new Set([set.train, set.val, set.test].flatMap((split) => (split ? Array.from({ length: split.count }, (_, i) => nameOf(split, i)) : [])));
  const kept = isContinuations(found) ? names(data) : null;
  return { model: { ...model, net }, feedOf: feedOf(net), mute: kept ? new Set([...names(found)].filter((name) => !kept.has(name))) : new Set() };
}
