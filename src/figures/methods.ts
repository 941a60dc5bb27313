import { methodFields } from '../adapters/fields';
import type { Look, LookColour } from '../adapters/look.meta';
import { partsOf } from '../language/format';
import { defined } from '../numbers/defined';

/** Look of a line in charts: a method's own, or that of what is no method. A method without a look works as well, in a neutral one. */
export interface MethodLook extends Pick<Look, 'dash' | 'marker'> {
  method: string;
  title: string;
  /** A hue of `tokens.css`; `ink` is the text's. */
  colour: LookColour | 'ink';
}

const others: MethodLook[] = [
  // The model as it was downloaded, beside its adapters.
  { method: 'base', title: 'Base model', colour: 'grey', dash: 'even', marker: 'plus' },
  // What is of no method: a line across several runs.
  { method: 'ink', title: '', colour: 'ink', dash: 'solid', marker: 'circle' },
  { method: 'zero_shot', title: 'Zero-shot', colour: 'grey', dash: 'even', marker: 'cross' },
];

/** Look of a method; neutral for one that has none, or that this page does not know yet. */
export function methodLook(method: string): MethodLook {
  const other = others.find((entry) => entry.method === method);
  if (other) return other;
  const { title = method, look } = Object.hasOwn(methodFields, method) ? defined(methodFields[method]) : {};
  const { colour, dash, marker } = look ?? { colour: 'grey', dash: 'sparse', marker: 'hexagon' };
  return { method, title: look?.title ?? title, colour, dash, marker };
}

/** Methods that the page offers: those that have a look. Others are for the command line, and runs of theirs that are brought are shown. */
export const offeredMethods = (): string[] => Object.keys(methodFields).filter((method) => defined(methodFields[method]).look !== undefined);

/** Those of them that can be on a model that reads texts, or on one that does not. */
export const offeredFor = (model: { texts?: unknown } | undefined): string[] => offeredMethods().filter((method) => !defined(methodFields[method]).texts || model?.texts !== undefined);

/** A method with its setting: "LoRA, r 1". */
export const titled = (method: string, setting: string): string => partsOf([methodLook(method).title, setting]);

/** Methods in the order of the page: as the register has them, then what is no method, then any other. */
export function orderMethods(methods: string[]): string[] {
  const order = [...Object.keys(methodFields), ...others.map(({ method }) => method)];
  const rank = (method: string) => {
    const at = order.indexOf(method);
    return at < 0 ? order.length : at;
  };
  return [...methods].sort((a, b) => rank(a) - rank(b));
}
