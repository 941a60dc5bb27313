import { useMemo } from 'react';
import { create } from 'zustand';
import { FROZEN } from '../../../adapters/fields';
import { messageOf } from '../../../errors/errors';
import { proxy } from '../../../studio/connect';
import type { Prediction, ResidentMemory, RunSpec, TryEvent, TryImages, TryResult, TrySpec } from '../../../train/protocol';
import { areOwn, dataById, modelById, useCatalog } from '../../core/data/catalog';
import { studio } from '../../core/worker/client';
import { get, type AdapterFile, type Imported } from '../../core/storage/database';
import { saveAs } from '../../kit/saveAs';
import { changesOf } from '../../core/data/edits';
import type { Threshold } from '../../../player/facts.meta';
import { titled } from '../../../figures/methods';
import { formatSetting, partsOf } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { TimeLeft } from '../../../numbers/recent';
import { standardTrain } from '../../core/settings/fields';
import type { FolderFiles } from '../../kit/files';
import { learnedBy } from '../../../train/learned.meta';
import { dataGenerates, learnedFrom, ofModel, readingOf } from '../../core/data/medium';
import { shownTime } from '../../core/runs/shownTime';
import { useImported } from '../../core/storage/imported';
import { leftWeights, makeRun, standing, useRuns, type Run, useKeptRuns } from '../../core/runs/runs';
import { useSettings } from '../../core/settings/settings';
import { mainSetting, trainConfig } from '../../core/runs/specs';
import { tryoutWords } from '../../core/words/tryout';
import { runsWords } from '../../core/words/runs';

/** An adapter that can be tried on the chosen model. */
export interface Candidate {
  key: string;
  name: string;
  method: string;
  /** Its main setting, as "r 8"; empty for a method without one. */
  setting: string;
  /** Of the adapter, and of the head that was trained with it. */
  parameters: number;
  head: number;
  run: Run | null;
  imported: Imported | null;
  /** The model itself, without any adapter. */
  base: boolean;
  /** Place between the model and what the adapter made of it, 0 to 1, where it is not the adapter itself. */
  at?: number;
  /** Where it is none of the model's adapters. */
  title?: string;
}

/** Prefix of the key of a model without adapter. */
const BASE = 'base ';
export const isBase = (key: string): boolean => key.startsWith(BASE);

/** Prefix of the key of a place between a model and an adapter. */
const PLACE = 'between ';
export const isPlace = (key: string): boolean => key.startsWith(PLACE);
/** An adapter at a place between the model and what it made of it. */
export const candidateAt = (one: Candidate, at: number): Candidate => ({ ...one, key: `${PLACE}${at} ${one.key}`, name: tryoutWords.nameAt(one.name, formatSetting(at)), setting: partsOf([one.setting, tryoutWords.at(formatSetting(at))]), at });
/** Key of the adapter that a candidate has its files of. */
const adapterOf = (key: string): string => (isPlace(key) ? key.slice(key.indexOf(' ', PLACE.length) + 1) : key);

interface TryState {
  /** Candidates that the person ticked (true) or unticked (false), by key. */
  ticks: Record<string, boolean>;
  images: TryImages | null;
  /** The data set whose test pictures were opened last; empty where the person brought others. */
  testOf: string;
  status: 'idle' | 'opening' | 'working' | 'cancelling';
  at: TryEvent | null;
  /** Seconds that the rest of the current work will take; 0 while unknown. */
  secondsLeft: number;
  /** Rows of the open pictures, by adapter. */
  results: Record<string, Prediction[]>;
  /** Classes of each adapter that has answered, as its probabilities have them. */
  labels: Record<string, readonly string[]>;
  /** Probability below which a run's answer is "none of these", by adapter, with how it was found. */
  thresholds: Record<string, Threshold>;
  /** The same where a person set it: it holds for all that have one. */
  sure: number | null;
  /** Those of the same classes also answer together. */
  ensemble: boolean;
  /** Memory that is resident on the GPU, and the model that it belongs to. */
  memory: (ResidentMemory & { model: string }) | null;
  /** After a cancel: how many pictures were done. */
  cancelledAt: number | null;
  /** Texts that are longer than the models read. */
  cut: TryResult['cut'] | null;
  /** Words of each text that the model has no tokens for. */
  unknown: TryResult['unknown'] | null;
  error: string;
}

const noResults = { results: {}, labels: {}, cancelledAt: null, cut: null, unknown: null, error: '' } as const;

export const useTryout = create<TryState>()(() => ({ ticks: {}, images: null, testOf: '', status: 'idle', at: null, secondsLeft: 0, memory: null, thresholds: {}, sure: null, ensemble: false, ...noResults }));

/** Removes deleted adapters from the GPU; a run that starts takes everything off it. */
function follow(): void {
  const { memory } = useTryout.getState();
  if (!memory) return;
  const { runs, current } = useRuns.getState();
  if (current !== '') return useTryout.setState({ memory: null });
  const kept = new Set([...runs, ...useImported.getState().list].filter((one) => !one.deleted).map(({ id }) => id));
  forget(memory.adapters.filter(({ key }) => !kept.has(adapterOf(key)) && !isBase(key)).map(({ key }) => key));
}

/** Takes adapters off the GPU. */
export function forget(keys: readonly string[]): void {
  const { memory } = useTryout.getState();
  if (!memory || keys.length === 0) return;
  useTryout.setState({ memory: { ...memory, adapters: memory.adapters.filter(({ key }) => !keys.includes(key)) } });
  for (const key of keys) void studio().forgetAdapter(key).catch(() => {});
}
/** Pictures are not shown to a model of texts, nor the other way round. */
function followModel({ model }: { model: string }): void {
  const [{ images }, known] = [useTryout.getState(), modelById(useCatalog.getState(), model)];
  if (images && known && (images.texts !== undefined) !== (ofModel(known) === 'texts')) useTryout.setState({ images: null, testOf: '', ...noResults });
}
useSettings.subscribe(followModel);
useRuns.subscribe(follow);
useImported.subscribe(follow);

/** The chosen model itself, then its adapters, oldest first: of runs, then imported ones. None while the page does not know its model yet. */
export function useCandidates(): Candidate[] {
  const model = useSettings((settings) => settings.model);
  const runs = useKeptRuns();
  const imported = useImported((state) => state.list);
  // One model may tell what texts are, tell of others what their words are, and go on with others.
  const data = useSettings((settings) => settings.data);
  const learned = useCatalog((catalog) => learnedFrom(dataById(catalog, data)));
  return useMemo(
    () => [
      ...(model === '' ? [] : [{ key: `${BASE}${model}`, name: tryoutWords.baseModel, method: 'base', setting: '', parameters: 0, head: 0, run: null, imported: null, base: true }]),
      ...runs
        .filter((run) => run.spec.model === model && leftWeights(run) && learnedBy(run) === learned)
        .map((run) => ({ key: run.id, name: run.name, method: run.spec.method.method, setting: mainSetting(run.spec.method), parameters: run.plan?.adapter_parameters ?? 0, head: run.plan?.head_parameters ?? 0, run, imported: null, base: false })),
      ...imported
        .filter((one) => one.model === model && !one.deleted)
        .map((one) => ({ key: one.id, name: one.name, method: one.info.method, setting: one.info.r === null ? '' : `r ${one.info.r}`, parameters: one.info.adapter_parameters, head: one.info.head_parameters, run: null, imported: one, base: false })),
    ],
    [runs, imported, model, learned],
  );
}

/** Of what no run of this page trained: weights lie on the GPU as a run would have them now. */
const untrained = (): RunSpec['train'] => ({ ...standardTrain(false), frozen_dtype: trainConfig('', useSettings.getState(), false).frozen_dtype });

/** An imported adapter as a run that has ended, for the export; its classes' texts and the checks come from the chosen data. */
export function asRun({ id, name, model, at, info }: Imported): Run {
  const { data } = useSettings.getState();
  const spec = { id, name, model, ...(readingOf(data, modelById(useCatalog.getState(), model)) ?? { data }), method: { method: info.method }, train: untrained() };
  return makeRun(spec, { modelTitle: model, dataTitle: info.base, classes: info.labels }, '', at);
}

/** Spec that a candidate is opened with; a run on pictures of one's own has the threshold of its exported page. */
const specOf = (one: Candidate): TrySpec => (one.at === undefined ? { ...ownSpec(one), ...(one.run && areOwn(dataById(useCatalog.getState(), one.run.spec.data)) && { sure: true }) } : { ...ownSpec(one), id: one.key, name: one.name, at: one.at });

/** Spec of an adapter itself. The model itself is tried on the chosen data's classes, where it tells classes apart by texts. */
export function ownSpec({ key, name, run, imported }: Candidate): RunSpec {
  if (run) return run.spec;
  if (imported) return asRun(imported).spec;
  const { model, data, train } = useSettings.getState();
  const known = modelById(useCatalog.getState(), model);
  return { id: key, name, model, ...(readingOf(data, known) ?? { data }), method: FROZEN, train: { ...untrained(), ...(typeof train.templates === 'string' ? { templates: train.templates } : {}) }, edits: changesOf(data) };
}

/** True if the candidate reads typed text as a turn of a chat. */
export const readsChats = (one: Candidate): boolean => specOf(one).text?.chat === true;

/** Specs of candidates and where the worker gets their files: the model itself has none. */
export function sourcesOf(chosen: Candidate[]): { specs: TrySpec[]; files: (key: string) => Promise<AdapterFile[]> } {
  const files = async (key: string) => {
    if (isBase(key)) return [];
    const found = await get('adapters', adapterOf(key));
    if (!found) throw new Error(runsWords.noAdapter(chosen.find((one) => one.key === key)?.name ?? ''));
    return found;
  };
  return { specs: chosen.map(specOf), files };
}

/** The runs among candidates that are ticked at first: those that stand for their methods, all of one data set, since others tell other classes apart. That is the chosen one, or where no run is of it that of the newest. */
function standingAmong(candidates: readonly Candidate[]): Run[] {
  const runs = candidates.flatMap(({ run }) => run ?? []);
  const { data: chosen } = useSettings.getState();
  const data = runs.some(({ spec }) => spec.data === chosen) ? chosen : runs.at(-1)?.spec.data;
  return standing(runs.filter(({ spec }) => spec.data === data));
}

/** The candidates that are ticked, in their order: at first the runs that stand for their methods and what was imported to be tried; the model itself beside them only where it can say what they say, or where there are none. */
export function ticked(candidates: Candidate[], ticks: TryState['ticks']): Candidate[] {
  const { models } = useCatalog.getState();
  const standingRuns = standingAmong(candidates);
  // A model that reads texts has mostly no classes of its own: it says nothing before it was trained.
  const { model: id, data } = useSettings.getState();
  const model = modelById({ models }, id);
  const stands = ({ run, imported }: Candidate) => imported !== null || (run !== null && standingRuns.includes(run));
  // One that tells classes apart by their texts knows those of the data without having been trained for them.
  const says = dataGenerates(useCatalog.getState(), data) || (ofModel(model) === 'pictures' && (model?.texts !== undefined || !candidates.some(stands)));
  return candidates.filter((one) => ticks[one.key] ?? (one.base ? says : stands(one)));
}

/** The classes that a candidate tells apart; the model itself has its own, which nobody compares with. */
export const classesOf = ({ run, imported }: Candidate): readonly string[] => run?.classes ?? imported?.info.labels ?? [];

/** A class that says which set it is of, as "cifar10/cat" does: the set, and its name there. */
const ofSet = /^([^/]+)\/(.+)$/;

/** True if a model that was pretrained on several sets names each of its classes by its set. */
export const namesSets = (top: Prediction['top']): boolean => top.length > 1 && top.every(({ label }) => ofSet.test(label));

/** The likeliest classes as a person reads them: the model itself may name the set of each, which comes after. Files and comparisons keep the names as they are. */
export const shownTop = ({ base }: Pick<Candidate, 'base'>, top: Prediction['top']): Prediction['top'] =>
  base && namesSets(top) ? top.map(({ label, ...one }) => ({ ...one, label: label.replace(ofSet, (_, set: string, name: string) => tryoutWords.classOf(name, Object.hasOwn(tryoutWords.sets, set) ? defined(tryoutWords.sets[set]) : set)) })) : top;

/** Places of candidates that know the same classes, two or more together: only these can agree. */
export function comparable(candidates: readonly Candidate[]): number[][] {
  const groups = new Map<string, number[]>();
  candidates.forEach((one, i) => {
    if (one.base) return;
    const key = JSON.stringify([...classesOf(one)].sort());
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  return [...groups.values()].filter((group) => group.length > 1);
}

/** The newer run of the same method and data in whose favour a run is not ticked at first; undefined for others. */
export const newerThan = ({ run: one }: Candidate, candidates: readonly Candidate[]): Run | undefined =>
  one ? standingAmong(candidates).find(({ spec, created }) => spec.method.method === one.spec.method.method && spec.data === one.spec.data && created > one.created) : undefined;

/** Method and setting, as "LoRA, r 8". */
export const labelOf = ({ title, method, setting }: Pick<Candidate, 'title' | 'method' | 'setting'>): string => title ?? titled(method, setting);

/** That a candidate is of a run that was stopped; empty for others. */
export const stoppedWord = ({ run }: Candidate): string => (run?.state === 'stopped' ? runsWords.states.stopped : '');

/** A candidate in one line among those it stands beside: method and setting, its name where another has the same, and whether it was stopped. */
export function lineOf(one: Candidate, among: readonly Candidate[]): string {
  const label = labelOf(one);
  const twice = among.some((other) => other.key !== one.key && labelOf(other) === label);
  return partsOf([label, twice && one.name, stoppedWord(one)]);
}

/** The least probability that an answer of an adapter takes; 0 where it has no threshold. */
export const leastSure = (key: string, { thresholds, sure }: Pick<TryState, 'thresholds' | 'sure'>): number => (thresholds[key] ? (sure ?? thresholds[key].value) : 0);

export const tick = (key: string, on: boolean): void => useTryout.setState(({ ticks }) => ({ ticks: { ...ticks, [key]: on } }));

export const isBusy = ({ status }: Pick<TryState, 'status'>): boolean => status !== 'idle';

/** Opens pictures in place of those before, whose results go; on failure everything stays as it was. */
async function open(from: Parameters<ReturnType<typeof studio>['tryImages']>[0], testOf = ''): Promise<void> {
  if (isBusy(useTryout.getState())) return;
  useTryout.setState({ status: 'opening', error: '' });
  try {
    useTryout.setState({ images: await studio().tryImages(from), testOf, ...noResults });
  } catch (error) {
    useTryout.setState({ error: messageOf(error) });
  }
  useTryout.setState({ status: 'idle' });
}

/** Opens chosen files of what the chosen model takes. */
export const openPictures = ({ name, files }: FolderFiles): Promise<void> => open({ name, files, medium: ofModel(modelById(useCatalog.getState(), useSettings.getState().model)) });

export const dismissError = (): void => useTryout.setState({ error: '' });

/** Separator of the two texts of a typed pair. */
export const BETWEEN = ' | ';

/** Opens texts as they were typed, one a line, or `pairs` of them, and asks the chosen adapters what they are. */
export async function askTexts(typed: string, pairs: boolean, chosen: Candidate[]): Promise<void> {
  const texts = typed.split('\n').map((line) => {
    const at = pairs ? line.indexOf(BETWEEN.trim()) : -1;
    return at < 0 ? { first: line.trim(), second: null } : { first: line.slice(0, at).trim(), second: line.slice(at + 1).trim() };
  });
  await open({ texts });
  if (useTryout.getState().error === '') await classify(chosen);
}

/** The test pictures of a data set, as edited: those that a run would be measured on. */
export function openTestPictures(data: string): Promise<void> {
  const { test_limit: limit } = trainConfig('', useSettings.getState(), useCatalog.getState().device?.software ?? false);
  const catalog = useCatalog.getState();
  return open({ data, limit, edits: changesOf(data), text: readingOf(data, modelById(catalog, useSettings.getState().model))?.text }, data);
}

/** Replaces open test pictures of other data by those of `data`; what the person brought stays. */
export function followTestData(data: string): void {
  const { testOf, status } = useTryout.getState();
  if (testOf === '' || testOf === data || status !== 'idle' || !dataById(useCatalog.getState(), data)) return;
  // Also where they cannot be opened: nothing stays that is of others.
  useTryout.setState({ images: null, testOf: '', ...noResults });
  void openTestPictures(data);
}

/** Classifies the open pictures with those of the chosen adapters that have not done so yet. */
export async function classify(chosen: Candidate[]): Promise<void> {
  const { images, results, status } = useTryout.getState();
  const missing = chosen.filter(({ key }) => !isComplete(results[key], images));
  if (!images || status !== 'idle' || missing.length === 0) return;
  // Those that were cut short begin anew.
  const complete = Object.fromEntries(Object.entries(results).filter(([, rows]) => isComplete(rows, images)));
  useTryout.setState({ results: complete, status: 'working', at: null, secondsLeft: 0, error: '', cancelledAt: null });
  const { specs, files } = sourcesOf(missing);
  const rest = new TimeLeft();
  const onEvent = (at: TryEvent) => {
    const { status: now, results: soFar } = useTryout.getState();
    if (now === 'idle') return;
    const more = Object.fromEntries((at.rows ?? []).map(({ key, rows }) => [key, [...(soFar[key] ?? []), ...rows]]));
    if (at.stage !== 'images') return useTryout.setState({ at });
    useTryout.setState({ at, secondsLeft: shownTime('try', rest.seconds(at.done, at.total)), results: { ...soFar, ...more } });
  };
  try {
    const { memory, predictions, cancelled, thresholds, cut = null, unknown = null } = await studio().tryAdapters(specs, proxy(files), proxy(onEvent));
    const made = Object.fromEntries(predictions.map(({ key, rows }) => [key, rows]));
    const labels = Object.fromEntries(predictions.map(({ key, labels }) => [key, labels]));
    useTryout.setState((state) => ({ memory: { ...memory, model: defined(specs[0]).model }, thresholds: { ...state.thresholds, ...Object.fromEntries(thresholds.map(({ key, threshold }) => [key, threshold])) } }));
    // Other pictures may have been opened meanwhile.
    if (useTryout.getState().images === images) useTryout.setState((state) => ({ results: { ...state.results, ...made }, labels: { ...state.labels, ...labels }, cut, unknown, cancelledAt: cancelled ? defined(predictions[0]).rows.length : null }));
  } catch (error) {
    // Ended as asked, before the first picture.
    if (useTryout.getState().status !== 'cancelling') useTryout.setState({ error: messageOf(error) });
  }
  useTryout.setState({ status: 'idle', at: null });
}

/** True when every picture has its row. */
export const isComplete = (rows: Prediction[] | undefined, images: TryImages | null): boolean => rows !== undefined && rows.length === images?.names.length;

export function cancelClassify(): void {
  useTryout.setState({ status: 'cancelling' });
  void studio().cancelTry();
}

/** Saves what the shown adapters say, as the command line writes it. */
export async function downloadPredictions(shown: readonly Pick<Candidate, 'name'>[], columns: readonly Prediction[][]): Promise<void> {
  const { images } = useTryout.getState();
  try {
    const csv = await studio().predictionsCsv(shown.map(({ name }, i) => ({ name, predictions: defined(columns[i]).map(({ probabilities: _, ...row }) => row) })), images?.texts ? 'text' : undefined);
    saveAs(new Blob([csv], { type: 'text/csv' }), 'predictions.csv');
  } catch (error) {
    useTryout.setState({ error: messageOf(error) });
  }
}
