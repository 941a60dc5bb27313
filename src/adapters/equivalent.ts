import { said } from '../said/said';
import { Adapted, adapterLabel } from './adapted';
import { ConfigError, methodFields } from './fields';
import type { Arrays } from './method';

/**
 * An adapter that PEFT does not have as the one of its own that computes the same (`Method.equivalent`). Other values (the
 * head) go along. Throws ConfigError where the method has no such.
 */
export function asEquivalent({ config: c, method, model, layers, shared }: Adapted, values: Arrays): { adapted: Adapted; values: Arrays } {
  const { equivalent: other } = method.fields;
  if (!method.equivalent || !other) {
    const able = Object.values(methodFields).filter(({ equivalent }) => equivalent).map(({ title }) => title).join(', ');
    throw new ConfigError(said`only ${able} can be written as a LoRA, this is ${c.method}.`);
  }
  const out = { ...values };
  const take = (label: string): Float32Array | undefined => {
    const value = out[label];
    delete out[label];
    return value;
  };
  const bases = Object.fromEntries(Object.entries(shared).map(([name, { shape, data }]) => [name, { shape, data: take(`base_model.${name}`) ?? data!() }]));
  for (const layer of layers) {
    const own = Object.fromEntries(Object.keys(method.tensors(c, layer)).map((suffix) => [suffix, take(adapterLabel(layer.name, suffix))!]));
    for (const [suffix, value] of Object.entries(method.equivalent.tensors(c, layer, own, bases))) out[adapterLabel(layer.name, suffix)] = value;
  }
  const config = { method: other, ...method.equivalent.config(c), target_modules: layers.map((l) => l.name), modules_to_save: c.modules_to_save };
  return { adapted: new Adapted(model, config), values: out };
}
