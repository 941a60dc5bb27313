import { textKinds, USUAL_READS, type Learned, type TextReads } from '../../../data/reading.meta';
import { messageOf } from '../../../errors/errors';
import type { DataInfo, Medium, ModelInfo, ReadTexts, RunSpec } from '../../../train/protocol';
import { taskOf } from '../../../tasks/tasks.meta';
import { dataById, modelById, useCatalog, withMissing, type Catalog } from './catalog';
import { studio } from '../worker/client';
import { editsOf, withKeptEdits } from './edits';
import { quietly } from '../settings/history';
import { offerStored } from './hub';
import { changeSettings, chosenOf, initialSettings, ofMedium, useSettings, type Chosen, type Settings } from '../settings/settings';
import { toast } from '../../kit/toast';

/** Medium that the page learns from: pictures, or texts. The chosen model determines it, and data of its kind go along. */

export const ofModel = (model: Pick<ModelInfo, 'language'> | undefined): Medium => (model?.language ? 'texts' : 'pictures');
export const ofData = (data: Pick<DataInfo, 'texts'>): Medium => (data.texts ? 'texts' : 'pictures');
export const ofRun = ({ text }: Pick<RunSpec, 'text'>): Medium => (text ? 'texts' : 'pictures');

/** Way of reading the texts of a set. */
const readsOf = ({ reading }: NonNullable<DataInfo['texts']>): TextReads => reading.reads ?? USUAL_READS;

/** Learning target of this data; null for pictures. */
export function learnedFrom(data: Pick<DataInfo, 'texts'> | undefined): Learned | null {
  if (!data?.texts) return null;
  return data.texts.labels ?? textKinds[readsOf(data.texts)].learned;
}

/** Most tokens of a text as a person set it, as far as a model has positions; nothing where nobody did. */
export const maxLengthFor = ({ max_tokens }: NonNullable<ModelInfo['language']>): number | undefined => Math.min(useSettings.getState().maxLength, max_tokens) || undefined;

/** Set of texts and the way a run reads it, if the model reads texts. Columns are named where a person chose them. */
export function readingOf(data: string, model: Pick<ModelInfo, 'language'> | undefined): ReadTexts | undefined {
  if (!model?.language) return undefined;
  const { reads = USUAL_READS, prompt, answer, choices, chat } = dataById(useCatalog.getState(), data)?.texts?.reading ?? {};
  const columns = editsOf(data).read?.columns;
  const max_length = maxLengthFor(model.language);
  return { data, text: { task: taskOf(reads), ...(max_length !== undefined && { max_length }), ...(columns && { columns }), ...(prompt !== undefined && { prompt, answer }), ...(choices !== undefined && { choices }), ...(chat && { chat }) } };
}

/** True if a model continues the texts of this data, rather than telling them apart. */
export function dataGenerates(catalog: Pick<Catalog, 'datasets'>, data: string): boolean {
  const texts = dataById(catalog, data)?.texts;
  return texts !== undefined && textKinds[readsOf(texts)].generates;
}

/** True if a model can learn from this data. */
export const fits = (model: ModelInfo, data: DataInfo): boolean => ofModel(model) === ofData(data) && (!data.texts || model.language!.reads.includes(readsOf(data.texts)));

/** Medium that the page learns from now. */
export function useMedium(): Medium {
  const chosen = useSettings(({ model }) => model);
  return useCatalog((catalog) => ofModel(modelById(catalog, chosen)));
}

/** Settings chosen last for a medium. */
const last = (medium: Medium): Chosen | undefined => useSettings.getState().media[medium];
/** The same without model and data; at first all is standard but the methods, which go along. */
function setFor(medium: Medium): Omit<Chosen, 'model' | 'data' | 'targets'> {
  const { model: _, data: __, targets: ___, ...others } = last(medium) ?? { ...chosenOf(initialSettings), methods: useSettings.getState().methods };
  return others;
}
const asked = new Map<Medium, Promise<void>>();
/** A model that gave way to another since it cannot learn from the chosen data, and that other: it comes back with data that it can. */
let gaveWay: (Pick<Settings, 'model' | 'targets'> & { to: string }) | null = null;

/** Opens the bundled models and sets of a medium, as far as their descriptions go, once. Rejects when they cannot be opened. */
export function openMedium(medium: Medium): Promise<void> {
  const opening = asked.get(medium) ?? open(medium);
  asked.set(medium, opening);
  opening.catch(() => asked.delete(medium));
  return opening;
}

async function open(medium: Medium): Promise<void> {
  const [models, datasets] = await Promise.all([studio().models(medium), studio().datasets(medium).then((sets) => Promise.all(sets.map(withKeptEdits)))]);
  useCatalog.setState((catalog) => ({ models: withMissing(catalog.models, models), datasets: withMissing(catalog.datasets, datasets) }));
}

/** Goes over to pictures, or to texts: to what was chosen and set last of them, or the first there is. */
export async function chooseMedium(medium: Medium): Promise<void> {
  const now = modelById(useCatalog.getState(), useSettings.getState().model);
  if (now && ofModel(now) === medium) return;
  try {
    await openMedium(medium);
  } catch (error) {
    toast(messageOf(error));
    return;
  }
  const before = last(medium);
  if (before) await openAgain(before);
  const catalog = useCatalog.getState();
  const [kept, of] = [before && modelById(catalog, before.model), before && dataById(catalog, before.data)];
  if (before && kept && of && fits(kept, of)) return changeSettings(before);
  const [model, data] = [catalog.models.find((one) => ofModel(one) === medium), catalog.datasets.find((one) => ofData(one) === medium)];
  if (model && data) changeSettings({ ...setFor(medium), model: model.id, data: data.id, targets: [] });
}

/** Opens what was chosen before, where it is kept and the page, which has just been opened, has not come to it yet. */
async function openAgain({ model, data }: Chosen): Promise<void> {
  const { models, datasets } = useCatalog.getState();
  if (!modelById({ models }, model)) await offerStored('model', model).catch(() => {});
  if (!dataById({ datasets }, data)) await offerStored('data', data).catch(() => {});
}

/** Whoever chooses a model of the other medium gets data of it too, and the other way round, however it was chosen. */
export function followMedium(): void {
  useSettings.subscribe((now, before) => {
    if (ofMedium.every((name) => now[name] === before[name])) return;
    const catalog = useCatalog.getState();
    const [model, data] = [modelById(catalog, now.model), dataById(catalog, now.data)];
    if (!model || !data) return;
    if (now.model !== before.model && now.model !== gaveWay?.to) gaveWay = null;
    if (now.model === before.model && now.data !== before.data && comesBack(data)) return;
    if (fits(model, data)) return quietly(() => changeSettings({ media: { ...now.media, [ofModel(model)]: chosenOf(now) } }));
    // A link or a project that chooses a model says what else is set.
    const alone = ofMedium.every((name) => name === 'model' || name === 'data' || name === 'targets' || now[name] === before[name]);
    const over = alone && ofModel(model) !== ofData(data);
    if (now.model !== before.model) void matchData(model, over);
    else if (now.data !== before.data) void matchModel(data, over);
  });
  // Texts that are read otherwise may be for another model.
  useCatalog.subscribe((now, before) => {
    const { model: id, data: chosen } = useSettings.getState();
    const [model, data] = [modelById(now, id), dataById(now, chosen)];
    if (!model || !data?.texts || data === dataById(before, chosen) || ofModel(model) !== 'texts' || comesBack(data)) return;
    if (!fits(model, data)) void matchModel(data, false);
  });
}

/** Lets the model that gave way come back where it can learn from this data; true where it did. */
function comesBack(data: DataInfo): boolean {
  const [from, { model }] = [gaveWay, useSettings.getState()];
  const stood = from?.to === model ? modelById(useCatalog.getState(), from.model) : undefined;
  if (!from || !stood || !fits(stood, data)) return false;
  gaveWay = null;
  quietly(() => changeSettings({ model: from.model, targets: from.targets }));
  return true;
}

/** Chooses data to a model: those that were chosen last with one like it, or the first. Where one goes over to another medium, what was set for that is in force again. */
async function matchData(model: ModelInfo, over: boolean): Promise<void> {
  await openMedium(ofModel(model)).catch(() => {});
  const { datasets } = useCatalog.getState();
  const some = datasets.filter((data) => fits(model, data));
  const data = some.find(({ id }) => id === last(ofModel(model))?.data) ?? some[0];
  // No action of a person of its own: undone with the choice it came from.
  quietly(() => changeSettings({ ...(over && setFor(ofModel(model))), data: data?.id ?? '' }));
}

/** The same of a model to data. */
async function matchModel(data: DataInfo, over: boolean): Promise<void> {
  await openMedium(ofData(data)).catch(() => {});
  const { models } = useCatalog.getState();
  const some = models.filter((model) => fits(model, data));
  const before = last(ofData(data));
  const model = some.find(({ id }) => id === before?.model) ?? some[0];
  const { model: from, targets } = useSettings.getState();
  gaveWay = model && from !== model.id && ofModel(modelById(useCatalog.getState(), from)) === ofModel(model) ? { model: from, targets, to: model.id } : null;
  quietly(() => changeSettings({ ...(over && setFor(ofData(data))), model: model?.id ?? '', targets: model && model.id === before?.model ? before.targets : [] }));
}
