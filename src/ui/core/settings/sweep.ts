import { create } from 'zustand';
import { trainsOf, YARDSTICK } from '../../../adapters/fields';
import { messageOf } from '../../../errors/errors';
import type { BudgetRow, RunSpec } from '../../../train/protocol';
import { offeredMethods, orderMethods } from '../../../figures/methods';
import { dataById, modelById, useCatalog } from '../data/catalog';
import { studio } from '../worker/client';
import { defaultLr } from './fields';
import { latest } from '../../kit/latest';
import { readingOf } from '../data/medium';
import { ofWork } from '../data/matching';
import { specFor } from '../data/open';
import { sweepAxes, sweepSettings, useSettings, type Settings } from './settings';
import { runKey, targetsOf, trainConfig } from '../runs/specs';
import { readSweep, type Rate, type SweepValues } from './sweepText';
import { forModel } from '../data/texts';

/** The cross product of methods, budgets, shots, seeds and learning rates, as runs. */

/** More runs than one sweep may add. */
export const mostRuns = 500;

interface SweepState {
  shown: boolean;
  /** Key of the model, layers and classes of `rows`, which the methods reach at each budget of the sweep. */
  of: string;
  rows: Record<number, BudgetRow[]>;
  error: string;
}

export const useSweep = create<SweepState>()(() => ({ shown: false, of: '', rows: {}, error: '' }));

/** Values as typed; those that are no good, and those that are left out, take the one that is set. */
export function sweepValues(settings: Settings): SweepValues {
  const values = <A extends keyof SweepValues>(axis: A) => {
    const read = readSweep(axis, settings[sweepSettings[axis]]);
    return (read.ok ? read.values : []) as SweepValues[A];
  };
  return { budget: values('budget'), shots: values('shots'), seed: values('seed'), lr: values('lr') };
}

export interface Sweep {
  /** Every run once, seeds innermost, so that each setting is complete early; ids and names are empty. */
  specs: RunSpec[];
  /** Budgets whose settings are not known yet. */
  asking: number;
  /** Methods that cannot run at a budget. */
  missing: { method: string; budget: number }[];
}

const orUsual = <T>(values: T[]): (T | undefined)[] => (values.length > 0 ? values : [undefined]);

/** The runs of a sweep with these settings. `rows` are what the methods reach by budget; without budgets the ones at hand. */
export function sweepSpecs(settings: Settings, rows: Record<number, BudgetRow[]>): Sweep {
  const { budget, shots, seed, lr } = sweepValues(settings);
  const found = new Map<string, RunSpec>();
  const missing: Sweep['missing'] = [];
  const asking = budget.filter((one) => !rows[one]).length;
  for (const atBudget of orUsual(budget)) {
    const reached = atBudget === undefined ? undefined : rows[atBudget];
    if (atBudget !== undefined && !reached) continue;
    for (const method of orderMethods(settings.methods)) {
      for (const atShots of orUsual(shots)) {
        for (const rate of orUsual(lr)) {
          for (const atSeed of orUsual(seed)) {
            const spec = specFor(method, '', '', { ...withValues(settings, method, atShots, atSeed, rate), ...(atBudget !== undefined && { match: 'parameters' as const, budget: atBudget }) }, reached);
            // What has no budget to meet is one run at all of them.
            if (spec) found.set(runKey(spec), spec);
            else if (trainsOf(method) === 'adapter' && !missing.some((one) => one.method === method && one.budget === atBudget)) missing.push({ method, budget: atBudget ?? 0 });
            if (found.size > mostRuns) return { specs: [...found.values()], asking, missing };
          }
        }
      }
    }
  }
  return { specs: [...found.values()], asking, missing };
}

function withValues(settings: Settings, method: string, shots: number | undefined, seed: number | undefined, rate: Rate | undefined): Settings {
  const train = { ...settings.train, ...(shots === undefined ? {} : { shots }), ...(seed === undefined ? {} : { seed }) };
  if (rate === undefined) return { ...settings, train };
  const own = settings.lr[method] ?? defaultLr(method);
  return { ...settings, train, lr: { ...settings.lr, [method]: 'lr' in rate ? rate.lr : Number((own * rate.times).toPrecision(6)) } };
}

/** Asks what the methods reach at the budgets of the sweep. */
export const refreshSweep = latest(async () => {
  const settings = useSettings.getState();
  const catalog = useCatalog.getState();
  const model = modelById(catalog, settings.model);
  const data = dataById(catalog, settings.data);
  if (!model || !data || !useSweep.getState().shown) return;
  const train = forModel(trainConfig(YARDSTICK, settings, catalog.device?.software ?? false), model);
  const targets = targetsOf(settings, model);
  const of = JSON.stringify([model.id, targets, data.classes, ...ofWork.map((name) => train[name]), settings.maxWork, settings.maxLength]);
  if (of !== useSweep.getState().of) useSweep.setState({ of, rows: {}, error: '' });
  for (const budget of sweepValues(settings).budget) {
    if (useSweep.getState().rows[budget]) continue;
    try {
      const rows = await studio().budget(model.id, targets, data.classes, budget, train, settings.maxWork, offeredMethods(), readingOf(data.id, model));
      useSweep.setState((state) => ({ rows: { ...state.rows, [budget]: rows } }));
    } catch (error) {
      return useSweep.setState({ error: messageOf(error) });
    }
  }
});

/** Opens or folds the sweep. */
export function showSweep(shown: boolean): void {
  useSweep.setState({ shown });
  if (shown) refreshSweep();
}

/** Follows what the sweep depends on. */
export function followSweep(): void {
  useSettings.subscribe((now, before) => {
    if (sweepAxes.some((axis) => now[sweepSettings[axis]] !== before[sweepSettings[axis]]) || now.model !== before.model || now.data !== before.data || now.targets !== before.targets || now.maxWork !== before.maxWork || now.maxLength !== before.maxLength || now.train !== before.train) refreshSweep();
  });
}
