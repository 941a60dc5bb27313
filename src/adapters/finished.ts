import { Adapted, adapterLabel } from './adapted';
import type { Arrays, FileBase, Layer } from './method';

/**
 * An adapter as a run of `steps` leaves it (`Method.left`): in its saved form, with its values by label. Other values
 * (the head, bases) go along; `bases` are those that came from a file.
 */
export function leftOf(adapted: Adapted, values: Arrays, steps: number, bases?: Record<string, FileBase>): { adapted: Adapted; values: Arrays } {
  const { method, config, layers, model } = adapted;
  if (!method.finished) return { adapted, values };
  const own = (layer: Layer): Arrays => Object.fromEntries(Object.keys(method.tensors(adapted.configOf(layer), layer)).flatMap((suffix) => {
    const data = values[adapterLabel(layer.name, suffix)];
    return data ? [[suffix, data]] : [];
  }));
  const left = method.finished(config, layers, own, steps);
  const changed = layers.flatMap((layer) => Object.entries(left.own(layer)).map(([suffix, data]) => [adapterLabel(layer.name, suffix), data] as const));
  return { adapted: new Adapted(model, left.config, bases), values: { ...values, ...Object.fromEntries(changed) } };
}
