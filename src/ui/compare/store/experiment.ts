import { create } from 'zustand';
import { methodFields, onTargets, YARDSTICK } from '../../../adapters/fields';
import { messageOf } from '../../../errors/errors';
import { defined } from '../../../numbers/defined';
import { completeTrain, MAX_WORK } from '../../../train/config';
import { experiments, forms, sharesAsLimits, type Experiment, type Form, type Grid } from '../../../records/paper.meta';
import type { BudgetRow, DataInfo, ModelInfo, RunSpec, TrainConfig } from '../../../train/protocol';
import { paperWords } from '../words/paper';
import { dataById, modelById, useCatalog, type Catalog, type Planned } from '../../core/data/catalog';
import { studio } from '../../core/worker/client';
import { withEdits } from '../../core/data/edits';
import { useExperimentSheet } from '../../core/runs/experimentSheet';
import { standardTrain } from '../../core/settings/fields';
import { latest } from '../../kit/latest';
import { useSettings, type Settings } from '../../core/settings/settings';
import { forModel } from '../../core/data/texts';

/** An experiment of the paper as runs on what is open in the page, and what they take. */

/** The most steps of a run that may be asked for. */
export const mostSteps = 1_000_000;

interface ExperimentState {
  form: Form;
  /** Steps of each run; null for those of the form. */
  steps: number | null;
  /** Key of what the answers below are for. */
  of: string;
  /** Counts that the methods reach at the experiment's budget; null until they are known, or if it has none. */
  rows: BudgetRow[] | null;
  /** Parameters and bytes by method with its settings (`configKey`). */
  plans: Record<string, Planned>;
  error: string;
}

export const useExperiment = create<ExperimentState>()(() => ({ form: forms[0], steps: null, of: '', rows: null, plans: {}, error: '' }));

/** The experiment of this name; null for one that this version does not know. */
export const experimentNamed = (name: string): Experiment | null => (Object.hasOwn(experiments, name) ? defined(experiments[name]) : null);

/** Model and data of an experiment here, or the sentence that says what is missing. */
export type Means = { model: ModelInfo; data: DataInfo } | { obstacle: string };

const methodOf = (given: Grid['methods'][number]): string => (typeof given === 'string' ? given : given.method);

/** The model and the data of a form; the chosen ones if it names none. */
export function meansOf(grid: Grid, catalog: Pick<Catalog, 'models' | 'datasets'>, chosen: Pick<Settings, 'model' | 'data'>): Means {
  const model = modelById(catalog, grid.model ?? chosen.model);
  const data = dataById(catalog, grid.data ?? chosen.data);
  const words = paperWords.obstacles;
  if (!model) return { obstacle: words.model(grid.model ?? chosen.model) };
  if (!model.texts && trainsTexts(grid)) return { obstacle: words.texts(model.title) };
  if (!data) return { obstacle: words.data(grid.data ?? chosen.data) };
  return { model, data };
}

/** True where the question itself is about texts: a method of it trains them. */
const trainsTexts = (grid: Grid): boolean => grid.methods.some((given) => methodFields[methodOf(given)]?.texts);

export interface ExperimentRuns {
  /** Methods by their variants by their seeds, which are innermost, so that each mean is there early; ids and names are empty. */
  specs: RunSpec[];
  /** Methods that cannot be part of it here, and those that miss its budget, and why. */
  missing: Reason[];
  notes: Reason[];
}

interface Reason {
  method: string;
  why: string;
}

/**
 * The runs of a form, trained as `fullrank compare` trains them. `rows` say what the methods reach at its budget, and `looks`
 * are settings of the page that change no result, besides a number of steps.
 */
export function runsOf(name: string, grid: Grid, { model, data }: { model: ModelInfo; data: DataInfo }, rows: readonly BudgetRow[], looks: Partial<TrainConfig>): ExperimentRuns {
  const images = data.train_per_class.reduce((sum, count) => sum + count, 0);
  const variants = sharesAsLimits(grid.variants ?? [{}], Number(grid.train.train_limit) || 0, images);
  const missing: Reason[] = [];
  const notes: Reason[] = [];
  const specs = grid.methods.flatMap((given) => {
    const method = methodOf(given);
    const row = rows.find((one) => one.method === method);
    const why = defined(methodFields[method]).texts && !model.texts ? paperWords.needsTexts : typeof given === 'string' && row && !row.config ? (row.reason ?? paperWords.noneFits) : '';
    if (why) {
      missing.push({ method, why });
      return [];
    }
    if (typeof given === 'string' && row?.reason && defined(methodFields[method]).budget) notes.push({ method, why: row.reason });
    const config = typeof given !== 'string' ? given : (row?.config ?? onTargets(method, grid.target_modules));
    return variants.flatMap((variant) =>
      grid.seeds.map((seed) => withEdits({ id: '', name: '', model: model.id, data: data.id, method: config, train: forModel(completeTrain({ ...grid.train, ...looks, ...grid.train_by_method?.[method], ...variant, seed }), model), experiment: name, ...(typeof given === 'string' && defined(methodFields[method]).budget && grid.budget && { budget: grid.budget }) })),
    );
  });
  return { specs, missing, notes };
}

/** Interval at which runs of the page are kept for a reload, and the steps that were asked for. */
export const looksOf = (grid: Grid, steps: number | null, software: boolean): Partial<TrainConfig> => ({
  checkpoint_every: standardTrain(software).checkpoint_every,
  ...(steps !== null && grid.train.steps ? { steps } : {}),
});

/** Key that runs of one plan share. */
export const configKey = ({ method }: RunSpec): string => JSON.stringify(method);

/** The runs of what is chosen in the sheet, with what they are made of; `asking` until the methods' settings are known. */
export interface Chosen extends ExperimentRuns {
  grid: Grid;
  means: Means;
  asking: boolean;
}

/** Runs of what is chosen in the sheet; null if nothing is. */
export function chosenRuns(name: string, { form, steps, rows, of }: ExperimentState, catalog: Pick<Catalog, 'models' | 'datasets' | 'device'>, settings: Settings): Chosen | null {
  const experiment = experimentNamed(name);
  if (!experiment) return null;
  const grid = experiment[form];
  const means = meansOf(grid, catalog, settings);
  if ('obstacle' in means) return { grid, means, asking: false, specs: [], missing: [], notes: [] };
  const current = of === keyOf(name, form, means);
  if (grid.budget && !(current && rows)) return { grid, means, asking: true, specs: [], missing: [], notes: [] };
  return { grid, means, asking: false, ...runsOf(name, grid, means, (current && rows) || [], looksOf(grid, steps, catalog.device?.software ?? false)) };
}

/** Key of all that the worker's answers depend on. */
const keyOf = (name: string, form: Form, { model, data }: { model: ModelInfo; data: DataInfo }): string => JSON.stringify([name, form, model.id, data.id, data.classes]);

/** Asks what the methods of the chosen experiment reach, then what each takes. */
export const refreshExperiment = latest(async () => {
  const catalog = useCatalog.getState();
  const settings = useSettings.getState();
  const { name } = useExperimentSheet.getState();
  const { form, of } = useExperiment.getState();
  const chosen = chosenRuns(name, useExperiment.getState(), catalog, settings);
  if (!chosen || 'obstacle' in chosen.means) return;
  const { grid, means: { model, data } } = chosen;
  const key = keyOf(name, form, chosen.means);
  if (key !== of) useExperiment.setState({ of: key, rows: null, plans: {}, error: '' });
  const stale = () => useExperimentSheet.getState().name !== name || useExperiment.getState().of !== key || useExperiment.getState().form !== form;
  try {
    if (grid.budget && !useExperiment.getState().rows) {
      const train = forModel(completeTrain({ ...grid.train, ...grid.train_by_method?.[YARDSTICK] }), model);
      const rows = await studio().budget(model.id, grid.target_modules ?? [], data.classes, grid.budget, train, grid.max_work ?? MAX_WORK, grid.methods.map(methodOf));
      if (stale()) return;
      useExperiment.setState({ rows });
    }
    const { specs } = chosenRuns(name, useExperiment.getState(), catalog, settings)!;
    for (const spec of new Map(specs.map((one) => [configKey(one), one])).values()) {
      if (useExperiment.getState().plans[configKey(spec)]) continue;
      const planned = await studio().plan({ ...spec, id: 'plan', name: 'plan' }).then((plan): Planned => ({ plan }), (error: unknown): Planned => ({ error: messageOf(error) }));
      if (stale()) return;
      useExperiment.setState(({ plans }) => ({ plans: { ...plans, [configKey(spec)]: planned } }));
    }
  } catch (error) {
    if (!stale()) useExperiment.setState({ error: messageOf(error) });
  }
});

/** The smallest and the largest count of trainable parameters, and the most bytes, of those plans that are known. */
export function costOf(specs: readonly RunSpec[], plans: Readonly<Record<string, Planned>>): { parameters: [number, number]; bytes: number; unknown: number; errors: Reason[] } {
  const keys = new Map(specs.map((spec) => [configKey(spec), spec.method.method]));
  const known = [...keys.keys()].flatMap((key) => (plans[key] && 'plan' in plans[key] ? [plans[key].plan] : []));
  const counts = known.map(({ trainable_parameters }) => trainable_parameters);
  return {
    parameters: [Math.min(...counts), Math.max(...counts)],
    bytes: Math.max(0, ...known.map(({ total_bytes }) => total_bytes)),
    unknown: [...keys.keys()].filter((key) => !plans[key]).length,
    errors: [...keys].flatMap(([key, method]) => (plans[key] && 'error' in plans[key] ? [{ method, why: plans[key].error }] : [])),
  };
}
