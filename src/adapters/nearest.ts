import type { Device } from '../engine/device';
import { quote } from '../errors/text';
import type { TensorSource } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { lengthOf } from '../numbers/elementary';
import { Adapted, adapterLabel } from './adapted';
import { besidesAdapter } from './equivalent';
import { ConfigError, NEAREST } from './fields';
import { methods } from './index';
import { mergedUpdates } from './merge';
import type { Arrays } from './method';

/** An adapter of the plainest method beside another one. */
export interface Nearest {
  adapted: Adapted;
  /** Its tensors, and the values that were no part of the other adapter. */
  values: Arrays;
  /** Share of the update's length (Frobenius norm) that is lost, 0 to 1: in all, and in each layer that has an update. */
  lost: number;
  layers: { name: string; lost: number }[];
}

/**
 * The adapter of rank `r` whose update is nearest to another's in every layer (`Method.nearest`), and how much of it is lost. Throws
 * ConfigError of a method that changes more than weights of layers, of one that cannot be merged, and of a rank that layers do not have.
 * `edited` takes the updates, by weight, and gives those that are to be met instead.
 */
export async function nearestTo(device: Device, source: TensorSource, { adapted, values }: { adapted: Adapted; values: Arrays }, r: number, edited: (updates: Map<string, Float32Array>) => Promise<Map<string, Float32Array>> = (updates) => Promise.resolve(updates)): Promise<Nearest> {
  const { method, model, config } = adapted;
  const plain = defined(methods[NEAREST]);
  const near = plain.nearest!;
  if (method.trains !== 'adapter' || method.bias) throw new ConfigError(`${method.fields.title} changes more than the weights of layers, which is all that a ${plain.fields.title} holds; export it merged.`);
  const narrow = adapted.layers.find((layer) => r > Math.min(layer.in, layer.out));
  if (narrow) throw new ConfigError(`Rank ${r} is more than ${quote(narrow.name)} has, which is ${Math.min(narrow.in, narrow.out)}; give a smaller one.`);
  const besides = besidesAdapter(adapted, values);
  const updatesOf = (one: Adapted, of: Arrays) => mergedUpdates(device, source, { adapted: one, values: Object.fromEntries(Object.entries(of).filter(([label]) => !(label in besides))) });
  const updates = await edited(await updatesOf(adapted, values));
  const layers = adapted.layers.filter(({ name }) => updates.has(`${name}.weight`));
  const out = { ...besides };
  for (const layer of layers) {
    const tensors = near.tensors(layer, defined(updates.get(`${layer.name}.weight`)), r);
    for (const [suffix, data] of Object.entries(tensors)) out[adapterLabel(layer.name, suffix)] = data;
  }
  const made = new Adapted(model, { method: plain.fields.method, ...near.config(r), target_modules: layers.map(({ name }) => name), modules_to_save: config.modules_to_save });
  const kept = await updatesOf(made, out);
  const lengths = layers.map(({ name }) => {
    const [whole, part] = [updates, kept].map((of) => defined(of.get(`${name}.weight`))) as [Float32Array, Float32Array];
    return { name, whole: lengthOf(Float64Array.from(whole)), rest: lengthOf(Float64Array.from(whole, (w, i) => w - defined(part[i]))) };
  });
  const all = (which: 'whole' | 'rest') => lengthOf(Float64Array.from(lengths, (one) => one[which]));
  return { adapted: made, values: out, lost: all('rest') / (all('whole') || 1), layers: lengths.filter(({ whole }) => whole > 0).map(({ name, whole, rest }) => ({ name, lost: rest / whole })) };
}

/** Sentence on what the nearest adapter of rank `r` loses of another's update. */
export function lossOf({ adapted, lost, layers }: Nearest, { method }: Adapted, r: number): string {
  const worst = layers.toSorted((a, b) => b.lost - a.lost)[0];
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return `The nearest ${adapted.method.fields.title} of rank ${r} loses ${percent(lost)} of the length of ${method.fields.title}'s update${worst ? `, at most ${percent(worst.lost)} of a layer's (${worst.name})` : ''}.`;
}
