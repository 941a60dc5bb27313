import { sizeOf } from '../engine/tensor';
import type { VisionModel } from '../models/model';
import type { BudgetRow, MethodConfig } from '../train/protocol';
import { Adapted } from './adapted';
import { completeConfig } from './fields';
import { methods } from './index';
import type { Layer, Method } from './method';

/** How far off a budget may be before a reason is given. */
const CLOSE = 0.1;
/** Ranges up to this are searched through: RandLoRA's counts jump up and down with r, as r does or does not divide the width. */
const SCAN = 16_384;

/**
 * For every method the setting that comes nearest to a number of adapter parameters (the head not counted), what it
 * reaches exactly, and why when that is not close. Needs no GPU and no weights. Throws where no layer matches.
 */
export function solveBudget(model: VisionModel, target_modules: string | string[] | null, parameters: number): BudgetRow[] {
  // An empty list means the model's own targets, as in the forms.
  const targets = target_modules?.length ? { target_modules } : {};
  // One recording for all methods: any adapter knows the layers.
  const { layers } = new Adapted(model, { method: 'lora', ...targets });
  const all = new Adapted(model, { method: 'full' }).counts().adapter_parameters;
  return Object.entries(methods).map(([key, method]) => {
    if (method.trains === 'weights') return fixed(key, all, parameters, 'trains all weights of the model');
    if (method.trains === 'head') return fixed(key, 0, parameters, 'trains the head alone');
    return nearest(key, method, layers, targets, parameters);
  });
}

function fixed(method: string, count: number, wanted: number, why: string): BudgetRow {
  return { method, config: { method }, parameters: count, range: [count, count], reason: close(count, wanted) ? '' : `It ${why}: ${text(count)} parameters, whatever the budget.` };
}

function nearest(key: string, method: Method, layers: Layer[], targets: object, wanted: number): BudgetRow {
  const field = method.fields.budget!;
  const spec = method.fields.fields.find((f) => f.name === field)!;
  const [low, high] = method.range!(layers);
  const [from, to] = [Math.max(low, spec.min ?? low), Math.min(high, spec.max ?? high)];
  const base = completeConfig({ method: key, ...targets });
  const shapes = distinct(layers);
  const count = memo((setting: number) => parametersOf(method, { ...base, [field]: setting }, shapes));
  const distance = (setting: number) => Math.abs(count(setting) - wanted);
  const best = to - from <= SCAN ? scan(from, to, distance) : bisect(from, to, wanted, count);
  const parameters = count(best);
  const [least, most] = to - from <= SCAN ? extremes(from, to, count) : ([count(from), count(to)] as [number, number]);
  const config: MethodConfig = { method: key, [field]: best, ...targets };
  return { method: key, config, parameters, range: [least, most], reason: reason(wanted, parameters, least, most, `${field} ${best}`) };
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

function reason(wanted: number, reached: number, least: number, most: number, setting: string): string {
  if (close(reached, wanted)) return '';
  if (wanted < least) return `It has at least ${text(least)} parameters on these layers (${setting}); fewer target modules would need fewer.`;
  if (wanted > most) return `It has at most ${text(most)} parameters on these layers (${setting}); more target modules would allow more.`;
  return `Its counts come in steps here: ${text(reached)} (${setting}) is the nearest to ${text(wanted)}.`;
}

/** Layers of each size, with how many there are: a model has few sizes. */
function distinct(layers: Layer[]): { layer: Layer; times: number }[] {
  const sizes = new Map<string, { layer: Layer; times: number }>();
  for (const layer of layers) {
    const key = `${layer.in} ${layer.out}`;
    const known = sizes.get(key);
    if (known) known.times++;
    else sizes.set(key, { layer, times: 1 });
  }
  return [...sizes.values()];
}

const parametersOf = (method: Method, c: MethodConfig, sizes: { layer: Layer; times: number }[]): number =>
  sizes.reduce((sum, { layer, times }) => sum + times * Object.values(method.tensors(c, layer)).reduce((n, shape) => n + sizeOf(shape), 0), 0);

const close = (reached: number, wanted: number): boolean => Math.abs(reached - wanted) <= CLOSE * wanted;
const text = (n: number): string => n.toLocaleString('en-US');

function memo(f: (n: number) => number): (n: number) => number {
  const known = new Map<number, number>();
  return (n) => {
    if (!known.has(n)) known.set(n, f(n));
    return known.get(n)!;
  };
}
