import { defined } from '../numbers/defined';
import { Adapted, adapterLabel, modelLabel } from './adapted';
import { isPeft } from './files/config';
import { ConfigError, methodFields } from './fields';
import type { Arrays } from './method';

/** The method as which an adapter is written where PEFT does not have its own; undefined where it does, or has none that computes the same. */
export const goesOnAs = (adapted: Adapted): string | undefined => (isPeft(adapted) ? undefined : adapted.method.fields.equivalent);

/**
 * An adapter as one of another method that computes the same (`Method.equivalent`). Other values (the head) go along. Throws
 * ConfigError where there is no such.
 */
export function asEquivalent(adapted: Adapted, values: Arrays): { adapted: Adapted; values: Arrays } {
  const { method, config, shared, common, layers, model } = adapted;
  const { equivalent, fields } = method;
  // One that others are written as is so already.
  if (Object.values(methodFields).some((other) => other.equivalent === config.method)) return { adapted, values };
  if (!equivalent || !fields.equivalent) throw new ConfigError(method.merged ? `${fields.title} cannot be written as another method that computes the same; export it merged.` : `${fields.title} cannot be written as another method that computes the same.`);
  const shapesOf = (layer: (typeof layers)[number]): Record<string, readonly number[]> => ({
    ...method.tensors(adapted.configOf(layer), layer),
    ...Object.fromEntries(Object.entries(adapted.fixedOf(layer)).map(([suffix, { shape }]) => [suffix, shape])),
  });
  const out = besidesAdapter(adapted, values);
  const written: string[] = [];
  for (const layer of layers) {
    const shapes = shapesOf(layer);
    const tensors = equivalent.tensors(adapted.configOf(layer), layer, (name) => {
      const base = shared[name];
      if (common[name]) return { shape: common[name].shape, data: defined(values[modelLabel(name)]) };
      return base ? { shape: base.shape, data: values[modelLabel(name)] ?? base.data!() } : { shape: defined(shapes[name]), data: defined(values[adapterLabel(layer.name, name)]) };
    });
    for (const [suffix, data] of Object.entries(tensors)) out[adapterLabel(layer.name, suffix)] = data;
    // Nothing is left of it on this layer.
    if (Object.keys(tensors).length) written.push(layer.name);
  }
  if (!written.length) throw new ConfigError(`nothing is left of this adapter on any layer; there is no ${defined(methodFields[fields.equivalent]).title} to write.`);
  return { adapted: new Adapted(model, { method: fields.equivalent, ...equivalent.config(config), target_modules: written, modules_to_save: config.modules_to_save }), values: out };
}

/** Values that are no part of the adapter, such as the head's. */
export function besidesAdapter(adapted: Adapted, values: Arrays): Arrays {
  const { method, shared, common, layers } = adapted;
  const suffixes = (layer: (typeof layers)[number]) => Object.keys({ ...method.tensors(adapted.configOf(layer), layer), ...adapted.fixedOf(layer) });
  const own = new Set([...layers.flatMap((layer) => suffixes(layer).map((suffix) => adapterLabel(layer.name, suffix))), ...Object.keys({ ...shared, ...common }).map((name) => modelLabel(name))]);
  return Object.fromEntries(Object.entries(values).filter(([label]) => !own.has(label)));
}
