import { Adapted, layersOf } from '../adapters/adapted';
import { misfitRow } from '../adapters/budget';
import { CLOSE, completeConfig, mainName, onTargets } from '../adapters/fields';
import { methods } from '../adapters/index';
import type { Layer, Method } from '../adapters/method';
import { EngineError } from '../engine/errors';
import type { Model } from '../models/model';
import { defined } from '../numbers/defined';
import { said, type Said } from '../said/said';
import { planRun, stepWork } from './plan';
import type { BudgetRow, DeviceReport, MethodConfig, TrainConfig } from './protocol';

/** What methods are made equal in, besides parameters (`adapters/budget.ts`): planned bytes, or work of a training step, which settings and links of earlier versions call time. */
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
    const fixed = field === null;
    const [from, to] = fixed ? [0, 0] : rangeOf(method, layersOf(method, completeConfig(config), model), model);
    const known = new Map<number, number>();
    const at = async (setting: number): Promise<number> => {
      if (!known.has(setting)) known.set(setting, await measure(fixed ? config : completeConfig({ ...config, [field]: setting })));
      return known.get(setting)!;
    };
    const best = fixed ? (await at(0), 0) : await nearest(from, to, wanted, at);
    const reached = known.get(best)!;
    const all = [...known.values()].filter(Number.isFinite);
    const range: [number, number] = [Math.min(...all), Math.max(...all)];
    const chosen: MethodConfig = fixed ? config : { ...config, [field]: best };
    const adapted = new Adapted(model, chosen);
    rows.push({ method: key, config: chosen, parameters: adapted.counts().adapter_parameters, range, reached, work: by === 'time' ? reached : stepWork(adapted, train, device), reason: reasonOf(by, wanted, reached, range, fixed, field ? `${mainName(key)} ${best}` : '') });
  }
  return { amount: wanted, rows };
}

function rangeOf(method: Method, layers: Layer[], model: Model): [number, number] {
  const spec = method.fields.fields.find((field) => field.name === method.fields.budget)!;
  const [low, high] = method.range!(layers, model);
  return [Math.max(low, spec.min ?? low), Math.min(high, spec.max ?? high)];
}

/** The setting nearest to `wanted`: powers of two of the range, then halves between the two that lie around it. */
async function nearest(from: number, to: number, wanted: number, at: (setting: number) => Promise<number>): Promise<number> {
  const grid = new Set([from, to]);
  for (let setting = Math.max(1, from); setting < to; setting *= 4) grid.add(setting);
  const points = [...grid].sort((a, b) => a - b);
  const values: number[] = [];
  for (const point of points) values.push(await at(point));
  let best = defined(points[values.indexOf(values.reduce((one, other) => (Math.abs(other - wanted) < Math.abs(one - wanted) ? other : one)))]);
  const crossing = points.findIndex((_, i) => i > 0 && (defined(values[i - 1]) - wanted) * (defined(values[i]) - wanted) <= 0);
  if (crossing < 0) return best;
  let [a, b] = [defined(points[crossing - 1]), defined(points[crossing])];
  const rising = defined(values[crossing]) >= defined(values[crossing - 1]);
  while (b - a > 1) {
    const middle = (a + b) >> 1;
    const value = await at(middle);
    if (Math.abs(value - wanted) < Math.abs((await at(best)) - wanted)) best = middle;
    if (value < wanted === rising) a = middle;
    else b = middle;
  }
  return best;
}

function reasonOf(by: Measure, wanted: number, reached: number, [least, most]: [number, number], fixed: boolean, setting: string): Said | null {
  if (Math.abs(reached - wanted) <= CLOSE * wanted) return null;
  const text = (value: number) => (by === 'memory' ? said`${(value / 2 ** 20).toFixed(1)} MiB` : said`${Math.round(100 * value)} % of the work of full fine-tuning`);
  if (fixed) return said`It has no setting: ${text(reached)}, whatever the budget.`;
  if (wanted < least) return by === 'memory' ? said`It takes at least ${text(least)} (${setting}); a smaller batch would need less.` : said`It takes at least ${text(least)} (${setting}).`;
  if (wanted > most) return said`It takes at most ${text(most)} (${setting}).`;
  return said`Its settings come in steps here: ${text(reached)} (${setting}) is the nearest to ${text(wanted)}.`;
}
