import { create } from 'zustand';
import { countEdits } from '../../../data/edits.meta';
import { messageOf } from '../../../errors/errors';
import { wilson } from '../../../numbers/pairs';
import { proxy } from '../../../studio/connect';
import type { ChosenFile, DataInfo, Edits, LabelOrder, Likely, RunSpec } from '../../../train/protocol';
import { dataById, putData, useCatalog } from '../../core/data/catalog';
import { editsOf, labelPicture, useEdits, withEdits } from '../../core/data/edits';
import { trainGiven } from '../../core/runs/actions';
import { chosenSpecs } from '../../core/runs/again';
import { leftWeights, testEvaluation, useRuns, type Run } from '../../core/runs/runs';
import { remember } from '../../core/settings/history';
import { useSettings } from '../../core/settings/settings';
import { withRoom } from '../../core/storage/bin';
import * as database from '../../core/storage/database';
import { askToPersist } from '../../core/storage/persistence';
import { studio } from '../../core/worker/client';
import { labelsWords } from '../words/labels';

/** Labelling of unlabelled pictures beside a data set. The labels are edits of the set; here is what is in sight, and the order. */

/** Pictures that are put in order at a time. */
const most = 60;
/** Labels after which a training is offered first. */
export const due = 10;

interface Labels {
  /** Set whose pictures are labelled; empty while the sheet is closed. */
  data: string;
  /** Its unlabelled pictures, those that have a label by now too; null until they are known. */
  names: readonly string[] | null;
  /** What to know of those that were added last. */
  notes: readonly string[];
  adding: { done: number; total: number } | null;
  ordering: { done: number; total: number } | null;
  order: LabelOrder['next'];
  /** Run that put them in order; empty for the model without one. */
  by: string;
  unreadable: LabelOrder['unreadable'];
  /** They come again after all others. */
  skipped: readonly string[];
  /** Pictures that were labelled or skipped in this visit, in their order. */
  done: readonly string[];
  error: string;
}

const nothing: Labels = { data: '', names: null, notes: [], adding: null, ordering: null, order: [], by: '', unreadable: [], skipped: [], done: [], error: '' };
export const useLabels = create<Labels>()(() => nothing);
const set = (change: Partial<Labels>): void => useLabels.setState(change);
const failed = (error: unknown): void => set({ error: messageOf(error) });

/** Opens the sheet for a data set. */
export async function openLabels(data: string): Promise<void> {
  if (useLabels.getState().data !== data) set({ ...nothing, data });
  try {
    const names = await studio().pool(data);
    if (useLabels.getState().data !== data) return;
    set({ names });
    await putInOrder();
  } catch (error) {
    failed(error);
  }
}

export function closeLabels(): void {
  if (useLabels.getState().data === '') return;
  asked++;
  set(nothing);
  void studio().cancelLabelOrder();
}

/** Puts pictures beside the others, and keeps them; all of them can be taken away again. */
export async function addPictures(files: readonly ChosenFile[]): Promise<void> {
  const { data, names: before } = useLabels.getState();
  void askToPersist();
  const added = { part: await add(data, files), count: (useLabels.getState().names?.length ?? 0) - (before?.length ?? 0) };
  if (added.part === '') return;
  const take = async () => {
    const names = await studio().removeFromPool(data, added.part);
    if (useLabels.getState().data === data) set({ names, notes: [] });
    await refreshData(data);
    return true;
  };
  const again = async () => {
    added.part = await add(data, files);
    await refreshData(data);
    return added.part !== '';
  };
  remember({ text: labelsWords.added(added.count), back: take, again });
}

/** The name that the pictures got together; empty where they could not be added. */
async function add(data: string, files: readonly ChosenFile[]): Promise<string> {
  const isOpen = () => useLabels.getState().data === data;
  if (isOpen()) set({ adding: { done: 0, total: 0 }, error: '', notes: [] });
  try {
    const { names, part, notes, unkept } = await withRoom(() => studio().addToPool(data, [...files], proxy((done: number, total: number) => void (isOpen() && set({ adding: { done, total } })))));
    if (isOpen()) set({ names, notes: unkept ? [...notes, labelsWords.unkept(unkept)] : notes, adding: null });
    if (isOpen()) await putInOrder();
    return part;
  } catch (error) {
    if (isOpen()) set({ error: messageOf(error), adding: null });
    return '';
  }
}

/** Labels of what has come or gone count or do not. */
async function refreshData(data: string): Promise<void> {
  const edits = editsOf(data);
  if (countEdits(edits) > 0) putData(await studio().editData(data, edits));
}

/** Labels that were given to some of these pictures. */
export const labelsAmong = (edits: Edits | undefined, names: ReadonlySet<string>): number => (edits?.relabelled ?? []).filter(([name]) => names.has(name)).length;

/** Edits without labels of these pictures, as text. */
const others = (edits: Edits | undefined, names: ReadonlySet<string>): string =>
  JSON.stringify([edits?.disabled_classes ?? [], (edits?.disabled ?? []).filter((name) => !names.has(name)), (edits?.relabelled ?? []).filter(([name]) => !names.has(name)), edits?.split ?? null]);

/** The newest run that has learned these classes on this set with this model: its weights say what it doubts, and are what a training goes on from. */
export function teacherOf(runs: readonly Run[], data: Pick<DataInfo, 'id' | 'classes'>, model: string): Run | undefined {
  const classes = JSON.stringify(data.classes);
  return runs.findLast((run) => !run.deleted && !run.theirs && run.state === 'done' && leftWeights(run) && run.spec.data === data.id && run.spec.model === model && JSON.stringify(run.classes) === classes);
}

/** The reason why nobody has said what a picture shows, and the run that it is of; null where nothing was trained on the set. */
export interface Unguessed {
  /** The teacher is asked now, or has not come to it; else the newest run is of another model, of other classes, or has left no weights. */
  why: keyof typeof labelsWords.unguessed;
  run: Run;
}

/** Why there is no guess, by the runs that there are. */
export function unguessed(runs: readonly Run[], data: Pick<DataInfo, 'id' | 'classes'>, model: string, asked: boolean): Unguessed | null {
  const teacher = teacherOf(runs, data, model);
  if (teacher) return { why: asked ? 'asked' : 'later', run: teacher };
  const run = runs.findLast((one) => !one.deleted && !one.theirs && one.state === 'done' && one.spec.data === data.id);
  return run ? { why: !leftWeights(run) ? 'weights' : run.spec.model !== model ? 'model' : 'classes', run } : null;
}

/** Test accuracy at a number of labels, with the interval of its pictures (Wilson). */
export interface LabelPoint {
  labels: number;
  accuracy: number;
  low: number;
  high: number;
  /** Test pictures. */
  count: number;
}

/** Accuracy by the number of labels given: of the runs that a teacher is the newest of, which differ in these labels alone; of one number of labels the newest. */
export function labelCurve(runs: readonly Run[], teacher: Run | undefined, names: ReadonlySet<string>): LabelPoint[] {
  if (!teacher) return [];
  const { data, model, method, edits } = teacher.spec;
  const points = new Map<number, LabelPoint>();
  for (const run of runs) {
    const { spec } = run;
    if (run.deleted || run.theirs || run.state !== 'done' || spec.data !== data || spec.model !== model || spec.method.method !== method.method || others(spec.edits, names) !== others(edits, names)) continue;
    const test = testEvaluation(run);
    if (!test) continue;
    const labels = labelsAmong(spec.edits, names);
    const [low, high] = wilson(test.accuracy, test.count);
    points.set(labels, { labels, accuracy: test.accuracy, low, high, count: test.count });
  }
  return [...points.values()].sort((a, b) => a.labels - b.labels);
}

/** Pictures that are without a label, the next one first: in the order that is known, then as they came, and last those that were skipped. */
export function waiting({ names, order, skipped, unreadable }: Pick<Labels, 'names' | 'order' | 'skipped' | 'unreadable'>, { relabelled, disabled }: Pick<Edits, 'relabelled' | 'disabled'>): { name: string; top: Likely[] }[] {
  const out = new Set([...relabelled.map(([name]) => name), ...disabled, ...unreadable.map(({ name }) => name)]);
  const known = new Map(order.map(({ name, top }) => [name, top]));
  const first = [...known.keys(), ...(names ?? []).filter((name) => !known.has(name))].filter((name) => !out.has(name));
  const later = new Set(skipped);
  return [...first.filter((name) => !later.has(name)), ...skipped.filter((name) => first.includes(name))].map((name) => ({ name, top: known.get(name) ?? [] }));
}

const teacherNow = (data: string): Run | undefined => {
  const info = dataById(useCatalog.getState(), data);
  return info && teacherOf(useRuns.getState().runs, info, useSettings.getState().model);
};

/** The run that comes next: on from the weights of the newest, or, where there is none, as it is set up in Train. */
function nextSpec(data: string): RunSpec | undefined {
  const teacher = teacherNow(data);
  const spec = teacher ? { ...teacher.spec, name: '', init_from: teacher.id } : chosenSpecs().find((one) => one.data === data);
  return spec && withEdits(spec);
}

let asked = 0;

/** Puts what is without a label in order, by the newest run; while a run goes on the order stays as it is. */
export async function putInOrder(): Promise<void> {
  const { data } = useLabels.getState();
  const spec = nextSpec(data);
  const { current: training, loaded } = useRuns.getState();
  // Just after the page was loaded neither runs nor budgets are known: it is asked for again as soon as they are.
  const known = loaded && (spec !== undefined || useCatalog.getState().rows.length > 0);
  if (!known || training !== '' || waiting(useLabels.getState(), editsOf(data)).length === 0) return;
  if (!spec) return set({ error: labelsWords.noMethod });
  const mine = ++asked;
  const teacher = teacherNow(data);
  const current = () => mine === asked && useLabels.getState().data === data;
  set({ ordering: { done: 0, total: 0 }, error: '' });
  try {
    const files = teacher && (await database.get('adapters', teacher.id));
    const { next, unreadable } = await studio().labelOrder(spec, files ?? null, most, proxy((done: number, total: number) => void (current() && set({ ordering: { done, total } }))));
    if (current()) set({ order: next, unreadable, by: files && teacher ? teacher.id : '', skipped: [] });
  } catch (error) {
    // A run that was started meanwhile ends it; it is asked for again after that.
    if (current() && useRuns.getState().current === '') failed(error);
  } finally {
    if (current()) set({ ordering: null });
  }
}

/** Gives a picture its class. Where that is not kept it is not said to be done. */
export async function label(name: string, of: string): Promise<void> {
  const { data } = useLabels.getState();
  set({ done: [...useLabels.getState().done.filter((one) => one !== name), name], error: '' });
  if (await labelPicture(data, name, of)) return;
  set({ done: useLabels.getState().done.filter((one) => one !== name), error: useEdits.getState().errors[data] || labelsWords.notKept });
}

/** Leaves a picture for later. */
export const skip = (name: string): void => useLabels.setState(({ skipped, done }) => ({ skipped: [...skipped.filter((one) => one !== name), name], done: [...done.filter((one) => one !== name), name] }));

/** Brings the picture that was labelled or skipped last back to the front, without its label. */
export async function undoLast(): Promise<void> {
  const { data, done, order, skipped } = useLabels.getState();
  const name = done.at(-1);
  if (name === undefined) return;
  const known = order.find((one) => one.name === name) ?? { name, top: [] };
  set({ done: done.slice(0, -1), skipped: skipped.filter((one) => one !== name), order: [known, ...order.filter((one) => one.name !== name)] });
  if (editsOf(data).relabelled.some(([one]) => one === name)) await labelPicture(data, name, null);
}

/** Trains with the labels so far. */
export function trainWithLabels(): void {
  const { data } = useLabels.getState();
  const spec = nextSpec(data);
  if (!spec) return set({ error: labelsWords.noMethod });
  void askToPersist();
  trainGiven(spec);
}
