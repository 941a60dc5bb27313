import { methodFields, NEAREST, trainsOf } from '../adapters/fields';
import type { ExportSpec } from '../train/protocol';

export type ExportFormat = ExportSpec['format'];

/** True if PEFT has the method. */
export const inPeft = (method: string): boolean => methodFields[method]?.peft !== false;

/** The method of PEFT's as which another can be written. */
export const equivalentOf = (method: string): string | undefined => methodFields[method]?.equivalent;

/** Forms that a run of pictures can leave in, the usual one first. What trains weights of the model leaves as a whole model, and as an adapter where it is saved as one; what cannot be merged as an adapter alone. */
export function formsOf(method: string): ExportFormat[] {
  const trains = trainsOf(method);
  if (trains !== 'adapter') return [...(methodFields[method]?.saved ? ['peft' as const] : []), 'folder', 'web', 'onnx', ...(trains === 'part' ? [] : ['python' as const])];
  if (methodFields[method]?.unmerged) return ['peft'];
  const native = inPeft(method);
  const adapters: ExportFormat[] = !equivalentOf(method) ? ['peft'] : native ? ['peft', 'equivalent'] : ['equivalent', 'peft'];
  // What PEFT does not have goes on there as the method that it can be written as.
  const goesOn = native ? methodFields[method]?.python !== false : adapters.includes('equivalent');
  const near = !equivalentOf(method) && method !== NEAREST && !methodFields[method]?.biases;
  return [...adapters, ...(near ? ['nearest' as const] : []), 'folder', 'web', 'onnx', ...(goesOn ? ['python' as const] : [])];
}
