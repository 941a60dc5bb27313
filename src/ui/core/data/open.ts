import { useEffect } from 'react';
import { trainsOf } from '../../../adapters/fields';
import { messageOf } from '../../../errors/errors';
import type { BudgetRow, DataInfo, DeviceReport, Excerpt, Medium, ModelInfo, RunSpec } from '../../../train/protocol';
import { isProcessor } from '../worker/deviceName';
import { useAsked } from '../storage/asked';
import { dataById, modelById, useCatalog, withData, withMissing, withModel } from './catalog';
import { studio } from '../worker/client';
import { keepTrial, triedBefore, useDeviceChoice } from '../worker/deviceChoice';
import { useEdits, withEdits, withKeptEdits } from './edits';
import { quietly } from '../settings/history';
import { openAllCached, openStoredData, openStoredModel } from './hub';
import { openKeptImports } from './keptImports';
import { latest } from '../../kit/latest';
import { ofData, ofModel, readingOf } from './medium';
import { amountName, ofWork, solveRows } from './matching';
import { whenIdle } from '../../kit/idle';
import { orderMethods } from '../../../figures/methods';
import { WorkerError } from '../../../studio/connect';
import { withRate } from '../runs/rates';
import { atFound } from '../runs/foundRates';
import { changeSettings, useSettings, type Settings } from '../settings/settings';
import { budgetOf, methodConfig, targetsOf, trainConfig } from '../runs/specs';
import { putStepTimes } from '../runs/stepTimes';
import { methodFields } from '../settings/fields';
import { forModel } from './texts';

/** Asks the worker for what the page shows before anything runs, and asks again when settings change. */

const picturesPerClass = 5;

/** Problem that the page itself can detect when there is no WebGPU to ask a worker about. */
export function pageProblem(): DeviceReport['problem'] {
  if (typeof isSecureContext !== 'undefined' && !isSecureContext) return 'insecure-context';
  return typeof navigator !== 'undefined' && 'gpu' in navigator ? '' : 'no-webgpu';
}

/** Asks for the device again, as after a loss. */
export async function askDevice(): Promise<void> {
  try {
    const device = await studio().device();
    useCatalog.setState({ device });
    if (device.trial) keepTrial(device.trial);
    // Only of software adapters there are trials.
    if ((device.ok && device.software && !isProcessor(device)) || device.trial || triedBefore()) useDeviceChoice.setState({ softwareAdapter: true });
    // The batch that a step's work depends on is another one on the processor.
    solveAnew();
  } catch (error) {
    // Nothing is known of the device then.
    if (error instanceof WorkerError) return useCatalog.setState({ failure: messageOf(error) });
    const problem = pageProblem() || 'no-adapter';
    useCatalog.setState({ device: { ok: false, problem, message: messageOf(error), vendor: '', architecture: '', description: '', software: false, features: [], matrices: [], limits: {} } });
    refreshPlans();
  }
}

/** Opens device, models and data, as far as their descriptions go. */
export async function openCatalog(): Promise<void> {
  const device = askDevice();
  try {
    await openChosen();
    void openAllCached();
    void openKeptImports();
  } catch (error) {
    useCatalog.setState({ failure: messageOf(error) });
  }
  await device;
}

/** Opens the chosen model and data, or chooses others where they are not here: those that a link took the place of, or the first. Rejects when nothing can be opened. */
export async function openChosen(): Promise<void> {
  const { instead } = useAsked.getState();
  const foundModels = await openModels();
  const chosen = (models: ModelInfo[]) => modelById({ models }, useSettings.getState().model) ?? modelById({ models }, instead.model) ?? models[0];
  const found = await openDatasets(ofModel(chosen(foundModels)));
  // What the person imported meanwhile stays.
  const models = withMissing(foundModels, useCatalog.getState().models);
  const datasets = withMissing(found, useCatalog.getState().datasets);
  useCatalog.setState({ models, datasets, failure: '' });
  const { data } = useSettings.getState();
  const model = chosen(models);
  const sets = datasets.filter((one) => !model || ofData(one) === ofModel(model));
  const set = [data, instead.data].find((wanted) => sets.some(({ id }) => id === wanted)) ?? sets[0]?.id;
  // Stand-ins for what is not here are no action of a person, who could only undo them into what is not here.
  quietly(() => changeSettings({ model: model?.id ?? '', data: set ?? '' }));
  solveAnew();
}

/** The models that are open, and the chosen one of the others: from the hub's cache, or the copies that are kept. */
async function openModels(): Promise<ModelInfo[]> {
  const { model } = useSettings.getState();
  const models = await studio().models('pictures');
  if (model === '' || models.some(({ id }) => id === model)) return models;
  const all = [...models, ...(await studio().models('texts'))];
  const found = all.some(({ id }) => id === model) ? null : await openStoredModel(model);
  return found ? withModel(all, found) : all;
}

const openSets = async (medium: Medium): Promise<DataInfo[]> => Promise.all((await studio().datasets(medium)).map(withKeptEdits));

/** The data sets that are open for what the model reads, as they were edited, and the chosen one from the hub's cache or the copies that are kept. */
async function openDatasets(medium: Medium): Promise<DataInfo[]> {
  const { data } = useSettings.getState();
  const sets = await openSets('pictures');
  if (medium === 'pictures' && (data === '' || sets.some(({ id }) => id === data))) return sets;
  const all = [...sets, ...(await openSets('texts'))];
  const found = data === '' || all.some(({ id }) => id === data) ? null : await openStoredData(data);
  return found ? withData(all, found) : all;
}

/** Sample pictures of a data set, which whoever is about to show them asks for: once per set unless asked `again`. */
export async function loadSamples(data: string, again = false): Promise<void> {
  const { samples, datasets } = useCatalog.getState();
  const info = datasets.find(({ id }) => id === data);
  if (!info || (!again && samples[data])) return;
  try {
    const pictures = await studio().samples(data, picturesPerClass);
    useCatalog.setState(({ samples }) => ({ samples: { ...samples, [data]: pictures } }));
  } catch (error) {
    useCatalog.setState({ importError: { kind: 'data', name: info.title, message: messageOf(error) } });
  }
}

/** The first text of the chosen set, to show what a model learned from; undefined until it is read, and of a set of pictures. */
export function useExample(): Excerpt | undefined {
  const id = useSettings((settings) => settings.data);
  const data = useCatalog((catalog) => dataById(catalog, id));
  const sample = useCatalog(({ samples }) => samples[id]?.[0]);
  useEffect(() => void (data?.texts && loadSamples(data.id)), [data]);
  return sample && 'first' in sample ? sample : undefined;
}

/** The run that a method would be with the settings as they are, or with others; null when it cannot run. */
export function specFor(method: string, id: string, name: string, settings: Settings = useSettings.getState(), rows?: BudgetRow[]): RunSpec | null {
  const catalog = useCatalog.getState();
  const model = modelById(catalog, settings.model);
  const config = methodConfig(method, rows ?? catalog.rows, settings, targetsOf(settings, model));
  const spec = config && withEdits({ id, name, model: settings.model, ...(readingOf(settings.data, model) ?? { data: settings.data }), method: config, train: forModel(trainConfig(method, settings, catalog.device?.software ?? false), model), ...(settings.match === 'parameters' && methodFields[method]?.budget && { budget: budgetOf(settings, model) }) });
  if (!spec || settings.lr[method] !== undefined) return spec;
  return settings.findRates ? withRate(spec) : atFound(spec);
}

/** Asks what each method reaches, then what the selected ones take. */
export const refreshBudget = latest(async () => {
  const settings = useSettings.getState();
  const catalog = useCatalog.getState();
  const model = modelById(catalog, settings.model);
  const data = dataById(catalog, settings.data);
  if (!model || !data) return;
  const wanted = asked.rows;
  try {
    useCatalog.setState({ ...(await solveRows(settings, model, data, catalog.device?.software ?? false)), rowsError: '' });
  } catch (error) {
    useCatalog.setState({ rows: [], rowsError: messageOf(error) });
  }
  solved = wanted;
  refreshPlans();
});

/** How often rows, and rows or plans, were asked for since what they are of has changed; and the asking that the rows there answer. */
const asked = { rows: 0, plans: 0 };
let solved = 0;

/** Asks for plans that are others than those in sight. */
function planAnew(): void {
  asked.plans++;
  useCatalog.setState({ planning: true });
  refreshPlans();
}

/** The same of what each method reaches. */
function solveAnew(): void {
  asked.rows++;
  asked.plans++;
  useCatalog.setState({ planning: true });
  refreshBudget();
}

/** Milliseconds between two looks at plans of methods that were not chosen. */
const SHOWN = 200;
/** Specs, as text, of which the plans of methods are. */
const plannedOf = new Map<string, string>();
/** Methods that are planned behind the selected ones, since they are in sight beside them. */
let also: readonly string[] = [];
export function planAlso(methods: readonly string[]): void {
  const more = methods.some((method) => !also.includes(method));
  also = methods;
  if (more) refreshPlans();
}

/** Asks for the exact parameters and bytes of every selected method, then of those beside them. */
export const refreshPlans = latest(async () => {
  const { methods } = useSettings.getState();
  const wanted = asked.plans;
  const before = useCatalog.getState().plans;
  const rest = also.filter((method) => !methods.includes(method));
  // What does not change stays in sight until it is planned again.
  const plans = Object.fromEntries(rest.flatMap((method) => (before[method] && plannedOf.get(method) === JSON.stringify(specFor(method, 'plan', 'plan')) ? [[method, before[method]] as const] : [])));
  const show = () => useCatalog.setState({ plans: { ...plans } });
  const ask = (method: string | undefined) => {
    const spec = method === undefined ? null : specFor(method, 'plan', 'plan');
    if (method === undefined || !spec) return null;
    plannedOf.set(method, JSON.stringify(spec));
    return studio().plan(spec).then((plan) => ({ plan }), (error: unknown) => ({ error: messageOf(error) }));
  };
  const add = async (some: readonly string[], seen: boolean) => {
    let shown = performance.now();
    // One is asked for while the one before is awaited, so that the worker goes on while rows are drawn.
    let next = ask(some[0]);
    for (const [i, method] of some.entries()) {
      const answer = next;
      next = ask(some[i + 1]);
      if (answer) plans[method] = await answer;
      // Dozens of them take their time, and are seen as they come.
      if (seen && performance.now() - shown > SHOWN) {
        show();
        shown = performance.now();
      }
    }
    show();
  };
  await add(orderMethods(methods), false);
  if (wanted === asked.plans && solved === asked.rows && useCatalog.getState().device) useCatalog.setState({ planning: false });
  if (rest.length > 0) await add(rest, true);
  clearTimeout(preparing);
  if (useCatalog.getState().device?.ok) preparing = setTimeout(() => whenIdle(prepareRuns), settled);
});

/** Milliseconds for which settings are left alone before runs are prepared as they are. */
const settled = 500;
let preparing: ReturnType<typeof setTimeout> | undefined;
let prepared: readonly RunSpec[] = [];

/** Compiles, in the queue's order, what the selected methods need as they are set now, and finds out what their steps take: of one first, which tells about the others by their work. */
function prepareRuns(): void {
  const specs = orderMethods(useSettings.getState().methods).flatMap((method) => specFor(method, 'plan', 'plan') ?? []);
  const telling = specs.find(({ method }) => trainsOf(method.method) !== 'head');
  const prepare = (some: readonly RunSpec[]) => studio().prepare([...some]).then((seconds) => putStepTimes(some, seconds));
  prepared = specs;
  void (async () => {
    if (telling && specs.length > 1) await prepare([telling]);
    // What was asked for since goes first.
    if (prepared === specs) await prepare(specs);
  })().catch(() => {});
}

/** True when methods are made equal in something else or to something else, or steps take other work. */
const needsRows = (now: Settings, before: Settings): boolean =>
  now.match !== before.match || now.budget !== before.budget || now[amountName[now.match]] !== before[amountName[now.match]] || now.maxWork !== before.maxWork || now.maxLength !== before.maxLength ||
  (now.match === 'parameters' ? ofWork.some((name) => now.train[name] !== before.train[name]) : now.train !== before.train);

/** Follows the settings that budget and plans depend on. */
export function followSettings(): void {
  useSettings.subscribe((now, before) => {
    if (needsRows(now, before) || now.model !== before.model || now.data !== before.data || now.targets !== before.targets) solveAnew();
    else if (now.train !== before.train || now.overrides !== before.overrides) planAnew();
    else if (now.methods !== before.methods) refreshPlans();
  });
  useEdits.subscribe((now, before) => {
    const { data } = useSettings.getState();
    if (now.byData[data] === before.byData[data]) return;
    if (useCatalog.getState().samples[data]) void loadSamples(data, true);
    solveAnew();
  });
}
