import { mainText, onTargets, trainsOf } from '../../../adapters/fields';
import type { BudgetRow, MethodConfig, ModelInfo, RunSpec, TrainConfig } from '../../../train/protocol';
import { defaultBudget, fingerprint, learningRates } from '../../../train/config';
import { countEdits } from '../../../data/edits.meta';
import { methodLook } from '../../../figures/methods';
import { formatSetting, partsOf, shortText } from '../../../language/format';
import { factNamed } from './facts';
import { choiceWords, defaultLr, fieldWords, methodFields, trainFields, type Field } from '../settings/fields';
import { standardFor } from './runLength';
import type { Run } from './runs';
import type { Settings } from '../settings/settings';
import type { Targets } from '../data/targets';
import { trainsBoth } from '../data/texts';
import { dataById, modelById, useCatalog } from '../data/catalog';
import { tableWords } from '../words/table';
import { rateWords } from '../words/rates';
import { editsWords } from '../words/edits';
import { curveWords } from '../words/curves';
import { runsWords } from '../words/runs';

/** Trainable parameters to aim at: as many as were chosen, else what suits the model. */
export const budgetOf = (settings: Pick<Settings, 'budget'>, model: Pick<ModelInfo, 'parameters'> | undefined): number => (settings.budget > 0 ? settings.budget : defaultBudget(model?.parameters ?? 0));

/** Modules to adapt: what was typed, or the model's own list. */
export const targetsOf = (settings: Pick<Settings, 'targets' | 'train'>, model: Pick<ModelInfo, 'target_modules' | 'texts'> | undefined): Targets =>
  settings.targets.length > 0 ? settings.targets : ((trainsBoth(settings.train, model) ? model?.texts?.target_modules : model?.target_modules) ?? []);

/** A list of layers by what it selects: the order of suffixes does not matter. */
const inOrder = (targets: unknown): string => JSON.stringify(Array.isArray(targets) ? [...(targets as unknown[])].sort() : targets);

/** Caches `of` for each spec, since no spec changes, until the models change: they say which layers go without saying. */
export function onceASpec<T>(of: (spec: RunSpec) => T): (spec: RunSpec) => T {
  let known = new WeakMap<RunSpec, T>();
  let models: readonly ModelInfo[] = [];
  return (spec) => {
    const now = useCatalog.getState().models;
    if (now !== models) [known, models] = [new WeakMap(), now];
    const found = known.get(spec) ?? of(spec);
    known.set(spec, found);
    return found;
  };
}

/**
 * A run's method as it is told from others: layers that the model has adapted anyway go without saying, whether a file leaves
 * them out, as the command line does, or spells them, as the page does.
 */
export const plainMethod = onceASpec(({ method, model, train }): MethodConfig => {
  const { target_modules, ...rest } = method;
  const own = targetsOf({ targets: [], train: { ...train } }, modelById(useCatalog.getState(), model));
  return target_modules === null || inOrder(target_modules) === inOrder(own) ? rest : method;
});

/**
 * The config a method runs with: what the budget chose, then what the person set. Null when the method cannot run at all.
 */
export function methodConfig(method: string, rows: readonly BudgetRow[], settings: Settings, targets: Targets): MethodConfig | null {
  const row = rows.find((entry) => entry.method === method);
  const overrides = settings.overrides[method] ?? {};
  if (row?.config) return { ...row.config, ...overrides, method };
  if (trainsOf(method) !== 'adapter') return { method, ...overrides };
  return Object.keys(overrides).length > 0 ? { ...onTargets(method, targets), ...overrides } : null;
}

/** Training settings of a method: defaults, what was set, and the method's own learning rate. */
export function trainConfig(method: string, settings: Pick<Settings, 'train' | 'lr'> & Partial<Pick<Settings, 'model' | 'data' | 'comparing'>>, software: boolean): TrainConfig {
  const catalog = useCatalog.getState();
  const standard = standardFor(settings.train, software, modelById(catalog, settings.model ?? ''), dataById(catalog, settings.data ?? ''), settings.comparing === 'no');
  return { ...standard, ...settings.train, lr: settings.lr[method] ?? defaultLr(method) };
}

/** The setting that a budget moves, as "r 8"; empty for a method without one. */
export const mainSetting = (config: MethodConfig): string => mainText(config, formatSetting);

/** A setting of one of these methods. */
const ownField = (name: string, ...configs: MethodConfig[]): Field | undefined => configs.flatMap(({ method }) => methodFields[method]?.fields ?? []).find((field) => field.name === name);
/** Short name of a setting: PEFT's if it has no shorter one. */
const shortName = (name: string, ...configs: MethodConfig[]): string => ownField(name, ...configs)?.short ?? name;

/** Settings that say how a run is looked at and kept, not what is trained. */
export const looks: readonly string[] = ['eval_every', 'checkpoint_every', 'snapshots', 'test_limit', 'limit_rule'];

/** A value of a setting in few words, as its form and the table of runs say it. */
function shortValue(field: Field | undefined, value: unknown): string {
  if (typeof value === 'boolean') return tableWords.flags[value ? 'yes' : 'no'];
  if (field?.kind === 'choice') return choiceWords(String(value));
  return shortText(field ? fieldWords(field, value) : formatSetting(value));
}

/** Differences from the first run of the list, in few words: "r 8", "lr 0.003 → 0.001, validation share 10 % → 20 %". */
export function whatDiffers(spec: RunSpec, baseline: RunSpec): string {
  const parts: string[] = [];
  const change = (name: string, field: Field | undefined, from: unknown, to: unknown) => {
    const words = (value: unknown) => shortValue(field, value);
    if (JSON.stringify(from) !== JSON.stringify(to)) parts.push(from === undefined ? `${name} ${words(to)}` : to === undefined ? `${name} – ` : `${name} ${words(from)} → ${words(to)}`);
  };
  const changeOwn = (name: string) => {
    // Two towers have other layers than one, which the loss says already.
    if (name !== 'target_modules' || spec.train.loss === baseline.train.loss) change(shortName(name, now, before), ownField(name, now, before), before[name], now[name]);
  };
  const { method } = spec.method;
  const [before, now] = [plainMethod(baseline), plainMethod(spec)];
  if (method === baseline.method.method) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) changeOwn(name);
  } else {
    const main = mainSetting(spec.method);
    parts.push(main || 'method');
    if (trainsOf(method) === 'adapter' && trainsOf(baseline.method.method) === 'adapter') changeOwn('target_modules');
  }
  const [was, is] = [learningRates(baseline.method, baseline.train), learningRates(spec.method, spec.train)];
  for (const field of trainFields) {
    const { name } = field;
    const key = name as keyof TrainConfig;
    if (looks.includes(name)) continue;
    const title = factNamed(name)!.title;
    if (name === 'lr') {
      // A method's own learning rate is no difference of the run.
      if (is.lr !== defaultLr(method) || was.lr !== defaultLr(baseline.method.method)) change(title, field, was.lr, is.lr);
    } else if (name === 'head_lr') {
      if (is.headLr !== is.lr || was.headLr !== was.lr) change(title, field, was.headLr, is.headLr);
    } else change(title, field, baseline.train[key], spec.train[key]);
  }
  if (spec.rate === 'find') parts.push(rateWords.differs);
  if (spec.init_from !== baseline.init_from) parts.push(spec.init_from === undefined ? runsWords.anew : runsWords.goesOn);
  if (JSON.stringify(spec.edits) !== JSON.stringify(baseline.edits)) parts.push(editsWords.brief(spec.edits ? countEdits(spec.edits) : 0));
  return partsOf(parts);
}

/** "RandLoRA r 8, seed 2": a run in one line. */
export function describeSpec(spec: RunSpec): string {
  const main = mainSetting(spec.method);
  return partsOf([methodLook(spec.method.method).title, main, curveWords.seed(spec.train.seed)]);
}

/** The same beside its name; empty where that says it already, as of a run of a class. */
export const besideName = ({ spec, name }: Pick<Run, 'spec' | 'name'>): string => (describeSpec(spec) === name ? '' : describeSpec(spec));

/** The same of one among others, by its name too: "RandLoRA r 8, seed 2, quiet-heron, stopped". */
export const describeRun = ({ spec, name, state }: Pick<Run, 'spec' | 'name' | 'state'>): string => partsOf([besideName({ spec, name }), name, state === 'stopped' && runsWords.states.stopped]);

/** True when the exact count is more than a tenth away from the budget. */
export const offBudget = (parameters: number, budget: number): boolean => Math.abs(parameters - budget) > budget / 10;

/** Identity of a run: everything but names, and how often things are written. A rate that is to be found is no rate yet. */
export const runKey = (spec: RunSpec): string => `${fingerprint(spec)} ${JSON.stringify(spec.edits ?? null)}${spec.rate === 'find' ? ' found' : ''}`;

/** The same of runs that are there, whose specs do not change. */
export const keyOf = onceASpec(runKey);
