import { partsOf } from './format';
import { textOf } from './words/say';

/**
 * How a method looks: colour class, dash (in the class), marker and pictogram, the same in every panel and chart.
 * A method that is missing here still works: it takes the neutral look of `fallback`.
 */
export type MarkerShape = 'square' | 'circle' | 'diamond' | 'up' | 'down' | 'hexagon' | 'cross' | 'plus';
export type LookClass = 'full' | 'lora' | 'randlora' | 'vera' | 'nola' | 'dora' | 'probe' | 'zeroshot' | 'ink';

export interface MethodLook {
  method: string;
  title: string;
  /** Class of charts/identity.module.css: sets --c, --ct and --d. */
  look: LookClass;
  marker: MarkerShape;
}

const looks: MethodLook[] = [
  { method: 'randlora', title: 'RandLoRA', look: 'randlora', marker: 'diamond' },
  { method: 'lora', title: 'LoRA', look: 'lora', marker: 'circle' },
  { method: 'vera', title: 'VeRA', look: 'vera', marker: 'up' },
  { method: 'nola', title: 'NoLA', look: 'nola', marker: 'down' },
  { method: 'dora', title: 'DoRA', look: 'dora', marker: 'hexagon' },
  { method: 'full', title: 'Full', look: 'full', marker: 'square' },
  { method: 'linear_probe', title: 'Linear probe', look: 'probe', marker: 'cross' },
  // The model as it was downloaded, beside its adapters.
  { method: 'base', title: textOf('Base model'), look: 'zeroshot', marker: 'plus' },
  // What is of no method: a line across several runs.
  { method: 'ink', title: '', look: 'ink', marker: 'circle' },
  { method: 'zero_shot', title: textOf('Zero-shot'), look: 'zeroshot', marker: 'cross' },
];

/** Look of a method; neutral for one that this page does not know yet. */
export function methodLook(method: string): MethodLook {
  return looks.find((entry) => entry.method === method) ?? { method, title: method, look: 'probe', marker: 'hexagon' };
}

/** True for a method that has a look of its own here. */
export const hasLook = (method: string): boolean => looks.some((entry) => entry.method === method);

/** A method with its setting: "LoRA, r 1". */
export const titled = (method: string, setting: string): string => partsOf([methodLook(method).title, setting]);

/** Methods in the order of the page: the known ones first, then any other. */
export function orderMethods(methods: string[]): string[] {
  const rank = (method: string) => {
    const at = looks.findIndex((entry) => entry.method === method);
    return at < 0 ? looks.length : at;
  };
  return [...methods].sort((a, b) => rank(a) - rank(b));
}

/** True for the methods that have no setting to meet a budget with: the references. */
export const isReference = (method: string): boolean => method === 'full' || method === 'linear_probe';
