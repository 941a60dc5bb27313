import { sizeOf } from '../engine/tensor';
import type { Model } from '../models/model';
import { traceModel } from '../models/trace';
import { defined } from '../numbers/defined';
import { placeless, towersOf } from './prompts/model';
import type { MethodConfig } from './field';
import { Adapted, layersOf } from './adapted';
import type { BudgetRow } from './budget.meta';
import { CLOSE, completeConfig, mainName, onTargets } from './fields';
import { methods } from './index';
import { commonOf, settledOf, type Layer, type Method } from './method';

/** Ranges up to this are searched through: RandLoRA's counts jump up and down with r, as r does or does not divide the width. */
const SCAN = 16_384;

/** Limit on the work of a training step. */
export interface WorkCap {
  /** Work of a step with this config, in shares of full fine-tuning's. */
  of: (config: MethodConfig) => number;
  most: number;
}

/**
 * For every method the setting that comes nearest to a number of adapter parameters (the head not counted), what it
 * reaches exactly, and why when that is not close. With a cap, settings that would take more work are left out. Needs no
 * GPU and no weights. Throws where no layer matches. All methods, or `only` these.
 */
export function solveBudget(model: Model, target_modules: string | string[] | null, parameters: number, cap?: WorkCap, only: readonly string[] = Object.keys(methods)): BudgetRow[] {
  const { weights, head } = traceModel(model);
  const all = [...weights].reduce((sum, [name, shape]) => sum + (head.has(name) ? 0 : sizeOf(shape)), 0);
  const rows = Object.entries(methods).filter(([key]) => only.includes(key)).map(([key, method]) => {
    const config = onTargets(key, target_modules);
    const misfit = misfitRow(key, model);
    if (misfit) return misfit;
    if (method.trains === 'part') return fixed(key, new Adapted(model, config).counts().adapter_parameters, parameters, 'It has one size on this model');
    const layers = layersOf(method, completeConfig(config), model);
    const on = { layers, sizes: distinct(layers) };
    if (method.trains === 'weights') return fixed(key, all, parameters, 'It trains all weights of the model, a head not counted');
    if (method.trains === 'head') return fixed(key, 0, parameters, 'It trains the head alone');
    if (method.fields.budget === null) return { ...fixed(key, parametersOf(model, method, completeConfig({ method: key }), on), parameters, 'It has one size on these layers'), config };
    return nearest(model, method, config, on, parameters, cap);
  });
  return rows.map((row) => (cap && row.config ? { ...row, work: cap.of(row.config) } : row));
}

/** The row of a method that cannot be on a model; null where it can. */
export function misfitRow(key: string, model: Model): BudgetRow | null {
  const method = defined(methods[key]);
  const reason = method.trains === 'head' && model.head === null ? 'It trains the head alone, and this model has a fixed one.' : placeless(method, model);
  return reason === null ? null : { method: key, config: null, parameters: 0, range: [0, 0], reason };
}

function fixed(method: string, count: number, wanted: number, why: string): BudgetRow {
  return { method, config: { method }, parameters: count, range: [count, count], reason: close(count, wanted) ? null : `${why}: ${text(count)} parameters, whatever the budget.` };
}

function nearest(model: Model, method: Method, own: MethodConfig, on: { layers: Layer[]; sizes: Sizes }, wanted: number, cap?: WorkCap): BudgetRow {
  const field = method.fields.budget!;
  const { multiple = 1 } = method;
  const [from, to] = settingsOf(method, on.layers, model).map((setting) => setting / multiple) as [number, number];
  const key = own.method;
  const name = mainName(key);
  const base = completeConfig(own);
  const count = countsOf(JSON.stringify([key, towersOf(model), model.num_labels, on.sizes]), (place) => parametersOf(model, method, { ...base, [field]: multiple * place }, on));
  const distance = (place: number) => Math.abs(count(place) - wanted);
  const find = (end: number) => (end - from <= SCAN ? scan(from, end, distance) : bisect(from, end, wanted, count));
  const [least, most] = to - from <= SCAN ? extremes(from, to, count) : ([count(from), count(to)] as [number, number]);
  const config = (place: number): MethodConfig => ({ ...own, [field]: multiple * place });
  const named = (place: number) => `${name} ${multiple * place}`;
  const free = find(to);
  const work = cap?.of(config(free)) ?? 0;
  const row = (place: number, why?: string): BudgetRow => ({ method: key, config: config(place), parameters: count(place), range: [least, most], reason: why ?? reason(wanted, count(place), least, most, named(place)) });
  if (!cap || work <= cap.most) return row(free);
  const takes = `${text(Number(work.toPrecision(2)))} times the work of full fine-tuning`;
  const end = lastOf(from, to, (place) => cap.of(config(place)) <= cap.most);
  if (end === null) return row(free, `It takes ${takes} (${named(free)}), and more than ${text(cap.most)} times at any setting; a larger batch brings that down.`);
  const best = find(end);
  return close(count(best), wanted) ? row(best) : row(
        best,
        // Stryker disable next-line EqualityOperator: one that has as many as are wanted is close, and needs no reason
        count(best) < wanted
          ? `It would take ${takes} at ${named(free)}; ${named(best)} is its largest setting within ${text(cap.most)} times.`
          : `It would take ${takes} at ${named(free)}; ${named(best)} is its nearest setting within ${text(cap.most)} times.`,
      );
}

/** The smallest and the largest value of the setting that a method's budget moves, on these layers. */
export function settingsOf(method: Method, layers: Layer[], model: Model): [number, number] {
  const { min = -Infinity, max = Infinity } = method.fields.fields.find((field) => field.name === method.fields.budget)!;
  const [low, high] = method.range!(layers, model);
  const { multiple = 1 } = method;
  return [multiple * Math.ceil(Math.max(low, min) / multiple), multiple * Math.floor(Math.min(high, max) / multiple)];
}

/** The last whole number of a range that fits, where all before it fit as well; null where the first does not. */
function lastOf(from: number, to: number, fits: (setting: number) => boolean): number | null {
  if (!fits(from)) return null;
  let [a, b] = [from, to];
  while (a < b) {
    const middle = Math.ceil((a + b) / 2);
    if (fits(middle)) a = middle;
    else b = middle - 1;
  }
  return a;
}

/** The setting of least distance; of equal ones the smallest. */
function scan(from: number, to: number, distance: (setting: number) => number): number {
  let best = from;
  for (let s = from + 1; s <= to; s++) if (distance(s) < distance(best)) best = s;
  return best;
}

/** As `scan`, for counts that grow with the setting. */
function bisect(from: number, to: number, wanted: number, count: (setting: number) => number): number {
  let [a, b] = [from, to];
  while (a < b) {
    const middle = Math.floor((a + b) / 2);
    if (count(middle) >= wanted) b = middle;
    else a = middle + 1;
  }
  return a > from && wanted - count(a - 1) <= Math.abs(count(a) - wanted) ? a - 1 : a;
}

function extremes(from: number, to: number, count: (setting: number) => number): [number, number] {
  let [least, most] = [Infinity, 0];
  for (let s = from; s <= to; s++) [least, most] = [Math.min(least, count(s)), Math.max(most, count(s))];
  return [least, most];
}

function reason(wanted: number, reached: number, least: number, most: number, setting: string): string | null {
  if (close(reached, wanted)) return null;
  // Stryker disable EqualityOperator: the least and the most are reached where they are wanted
  if (wanted < least) return `It has at least ${text(least)} parameters on these layers (${setting}); fewer target modules would need fewer.`;
  if (wanted > most) return `It has at most ${text(most)} parameters on these layers (${setting}); more target modules would allow more.`;
  // Stryker restore EqualityOperator
  return `Its counts come in steps here: ${text(reached)} (${setting}) is the nearest to ${text(wanted)}.`;
}

/** Layers of each size, with how many there are: a model has few sizes. */
type Sizes = { layer: Layer; times: number }[];

function distinct(layers: Layer[]): Sizes {
  const sizes = new Map<string, { layer: Layer; times: number }>();
  for (const layer of layers) {
    const key = `${layer.in} ${layer.out} ${layer.bias ?? true}`;
    const known = sizes.get(key);
    if (known) known.times++;
    else sizes.set(key, { layer, times: 1 });
  }
  return [...sizes.values()];
}

function parametersOf(model: Model, method: Method, c: MethodConfig, { layers, sizes }: { layers: Layer[]; sizes: Sizes }): number {
  const sum = (shapes: readonly number[][]) => shapes.reduce((n, shape) => n + sizeOf(shape), 0);
  const besides = commonOf(method, c, { model, blocks: towersOf(model), layers });
  const settled = settledOf(method, c, model, layers);
  return sizes.reduce((n, { layer, times }) => n + times * sum(Object.values(method.tensors({ ...c, ...settled?.(layer) }, layer))), sum(Object.values(besides).map(({ shape }) => shape)));
}

/** True if a count, bytes or work are near enough to the wanted ones to be called one budget. */
export const close = (reached: number, wanted: number): boolean => Math.abs(reached - wanted) <= CLOSE * wanted;
const text = (n: number): string => n.toLocaleString('en-US');

/** The layers that were last asked about are asked about again, with every move of a slider. */
const lately = new Map<string, Map<number, number>>();
const KEPT = 64;

/** `f`, asked once for each number under this key. */
function countsOf(key: string, f: (n: number) => number): (n: number) => number {
  const known = lately.get(key) ?? new Map<number, number>();
  lately.delete(key);
  lately.set(key, known);
  if (lately.size > KEPT) lately.delete(lately.keys().next().value!);
  return (n) => {
    if (!known.has(n)) known.set(n, f(n));
    return known.get(n)!;
  };
}
