import { Adapted, layersOf } from '../adapters/adapted';
import { close, misfitRow, settingsOf } from '../adapters/budget';
import { completeConfig, mainName, onTargets } from '../adapters/fields';
import { methods } from '../adapters/index';
import { EngineError } from '../engine/errors';
import type { Model } from '../models/model';
import { defined } from '../numbers/defined';
import { planRun, stepWork } from './plan';
import type { BudgetRow, DeviceReport, MethodConfig, TrainConfig } from './protocol';

/** Measures by which methods are made equal, besides parameters (`adapters/budget.ts`): planned bytes, or work of a training step, which settings and links of earlier versions call time. */
export type Measure = 'memory' | 'time';

export interface MatchRequest {
  model: Model;
  target_modules: string | string[];
  by: Measure;
  /** Bytes, or shares of a step of full fine-tuning; 0 takes what `reference` has. */
  amount: number;
  /** Config that stands for the amount where none is given. */
  reference: MethodConfig;
  train: TrainConfig;
  device?: DeviceReport;
  signal?: AbortSignal;
  /** Methods; all of them where left out. */
  only?: readonly string[];
}

/**
 * For every method the setting whose plan comes nearest to the amount. `range` and `reached` of the rows are in its unit.
 * Bytes and work rise or fall with a setting in steps; a grid of powers finds the neighbourhood, halving the rest.
 */
export async function solveMatch({ model, target_modules, by, amount, reference, train, device, signal, only }: MatchRequest): Promise<{ amount: number; rows: BudgetRow[] }> {
  const breathe = () => new Promise((go) => setTimeout(go));
  const measure = async (config: MethodConfig): Promise<number> => {
    const adapted = new Adapted(model, config);
    if (by === 'memory' || train.accumulate > 1) await breathe();
    signal?.throwIfAborted();
    if (by === 'time') return stepWork(adapted, train, device);
    try {
      return planRun(adapted, train, 0, device).plan.total_bytes;
    } catch (error) {
      // So large that its step cannot even be recorded.
      if (error instanceof EngineError) return Infinity;
      throw error;
    }
  };
  const wanted = amount > 0 ? amount : await measure(reference);
  const rows: BudgetRow[] = [];
  for (const [key, method] of Object.entries(methods)) {
    if (only && !only.includes(key)) continue;
    const misfit = misfitRow(key, model);
    if (misfit) {
      rows.push(misfit);
      continue;
    }
    const config = onTargets(key, target_modules);
    const field = method.fields.budget;
    const { multiple = 1 } = method;
    const configOf = (place: number): MethodConfig => (field === null ? config : { ...config, [field]: multiple * place });
    const known = new Map<number, number>();
    const at = async (place: number): Promise<number> => {
      if (!known.has(place)) known.set(place, await measure(configOf(place)));
      return known.get(place)!;
    };
    const ends = () => settingsOf(method, layersOf(method, completeConfig(config), model), model).map((setting) => setting / multiple) as [number, number];
    const best = field === null ? 0 : await nearest(...ends(), wanted, at);
    const reached = await at(best);
    const all = [...known.values()].filter(Number.isFinite);
    const range: [number, number] = [Math.min(...all), Math.max(...all)];
    const chosen = configOf(best);
    const adapted = new Adapted(model, chosen);
    // Stryker disable next-line ConditionalExpression,StringLiteral: the same number, computed again
    const work = by === 'time' ? reached : stepWork(adapted, train, device);
    rows.push({ method: key, config: chosen, parameters: adapted.counts().adapter_parameters, range, reached, work, reason: reasonOf(by, wanted, reached, range, field && `${mainName(key)} ${multiple * best}`) });
  }
  return { amount: wanted, rows };
}

/** The setting nearest to `wanted`, of equal ones the first that is seen: powers of the range, then halves between the two that lie around it. */
export async function nearest(from: number, to: number, wanted: number, at: (setting: number) => Promise<number>): Promise<number> {
  const points: number[] = [];
  // Stryker disable next-line EqualityOperator: the last one twice is the same
  for (let setting = from; setting < to; setting = Math.max(1, 4 * setting)) points.push(setting);
  points.push(to);
  const values: number[] = [];
  for (const point of points) values.push(await at(point));
  let best = defined(points[values.indexOf(values.reduce((one, other) => (Math.abs(other - wanted) < Math.abs(one - wanted) ? other : one)))]);
  const side = (value: number) => Math.sign(value - wanted);
  const crossing = values.slice(1).findIndex((value, i) => side(value) * side(defined(values[i])) < 0);
  if (crossing < 0) return best;
  let [a, b] = [defined(points[crossing]), defined(points[crossing + 1])];
  while (b - a > 1) {
    const middle = (a + b) >> 1;
    const value = await at(middle);
    if (Math.abs(value - wanted) < Math.abs((await at(best)) - wanted)) best = middle;
    if (side(value) === side(defined(values[crossing]))) a = middle;
    else b = middle;
  }
  return best;
}

function reasonOf(by: Measure, wanted: number, reached: number, [least, most]: [number, number], setting: string | null): string | null {
  if (close(reached, wanted)) return null;
  const text = (value: number) => (by === 'memory' ? `${(value / 2 ** 20).toFixed(1)} MiB` : `${Math.round(100 * value)} % of the work of full fine-tuning`);
  if (setting === null) return `It has no setting: ${text(reached)}, whatever the budget.`;
  // Stryker disable EqualityOperator: the least and the most are reached where they are wanted
  if (wanted < least) return by === 'memory' ? `It takes at least ${text(least)} (${setting}); a smaller batch would need less.` : `It takes at least ${text(least)} (${setting}).`;
  if (wanted > most) return `It takes at most ${text(most)} (${setting}).`;
  // Stryker restore EqualityOperator
  return `Its settings come in steps here: ${text(reached)} (${setting}) is the nearest to ${text(wanted)}.`;
}
