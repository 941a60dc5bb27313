import { said } from '../said/said';
import { Adapted, adapterLabel } from './adapted';
import { ConfigError } from './fields';
import type { Arrays } from './method';

/** An adapter as the LoRA that it is (`Method.asLora`). Other values (the head) go along. Throws ConfigError where it is none. */
export function toLora(adapted: Adapted, values: Arrays): { adapted: Adapted; values: Arrays } {
  const { method, config, shared, layers, model } = adapted;
  const { asLora } = method;
  if (!asLora) throw new ConfigError(said`${method.fields.title} cannot be written as a LoRA that computes the same; export it merged.`);
  const own = new Set([...layers.flatMap((layer) => [...Object.keys(method.tensors(adapted.configOf(layer), layer)), ...Object.keys(adapted.fixedOf(layer))].map((suffix) => adapterLabel(layer.name, suffix))), ...Object.keys(shared).map((name) => `base_model.${name}`)]);
  const out: Arrays = Object.fromEntries(Object.entries(values).filter(([label]) => !own.has(label)));
  for (const layer of layers) {
    const c = adapted.configOf(layer);
    const shapes: Record<string, readonly number[]> = { ...method.tensors(c, layer), ...Object.fromEntries(Object.entries(adapted.fixedOf(layer)).map(([suffix, { shape }]) => [suffix, shape])) };
    const factors = asLora.factors(c, layer, (name) => {
      const base = shared[name];
      return base ? { shape: base.shape, data: values[`base_model.${name}`] ?? base.data!() } : { shape: shapes[name]!, data: values[adapterLabel(layer.name, name)]! };
    });
    for (const [suffix, data] of Object.entries(factors)) out[adapterLabel(layer.name, suffix)] = data;
  }
  return { adapted: new Adapted(model, { method: 'lora', ...asLora.config(config), target_modules: layers.map(({ name }) => name), modules_to_save: config.modules_to_save }), values: out };
}
