import { adapterLabel, type Adapted } from '../adapters/adapted';
import type { Arrays } from '../adapters/method';
import type { Device } from '../engine/device';
import { FullrankError } from '../errors/errors';
import { defined } from '../numbers/defined';
import { oneStep, type StepInput } from './oneStep';

/** Distance by which the weights are moved along the validation gradient. */
const REACH = 0.01;

export interface OuterStep {
  /** Loss on the other images. */
  loss: number;
  /** Gradients of what is selected by, by label: of that loss alone, and with the rest following. */
  direct: Arrays;
  total: Arrays;
}

/** Gradients of what a method selects by, and of the layers' other tensors. */
function split(adapted: Adapted, grads: Arrays): { outer: Arrays; inner: Arrays } {
  const { method, layers } = adapted;
  const suffixes = layers.flatMap((layer) => Object.keys(method.tensors(adapted.configOf(layer), layer)).map((suffix) => ({ suffix, label: adapterLabel(layer.name, suffix) })));
  const those = (is: boolean) => Object.fromEntries(suffixes.filter(({ suffix }) => (method.outer ?? []).includes(suffix) === is).map(({ label }) => [label, defined(grads[label])]));
  return { outer: those(true), inner: those(false) };
}

/**
 * The gradient by which a two-level search moves what a method selects by (`Method.outer`), after the other tensors w of its layers
 * have taken a step on the training batch: dL_val - [dL_train(w + e v) - dL_train(w - e v)] / 2e, v the gradient of L_val by w and
 * e = 0.01 / ||v||. The step's length is taken for 1, as the authors' program does, and the head stays. Throws FullrankError where the
 * method selects by nothing.
 * Source: DARTS (arXiv 1806.09055), eq. 8; AutoLoRA (arXiv 2403.09113).
 */
export async function outerStep(device: Device, train: StepInput, other: Pick<StepInput, 'pixels' | 'labels'>): Promise<OuterStep> {
  if (!train.adapted.method.outer) throw new FullrankError(`${train.adapted.method.fields.title} has nothing that is trained on other images than the rest.`);
  const { loss, grads } = await oneStep(device, { ...train, ...other });
  const { outer: direct, inner: v } = split(train.adapted, grads);
  const reach = REACH / Math.sqrt(Object.values(v).reduce((sum, data) => data.reduce((s, g) => s + g * g, sum), 0));
  const at = async (sign: number): Promise<Arrays> => {
    const moved = Object.fromEntries(Object.entries(v).map(([label, data]) => [label, defined(train.values[label]).map((w, i) => w + sign * reach * defined(data[i]))]));
    return (await oneStep(device, { ...train, values: { ...train.values, ...moved } })).grads;
  };
  const [above, below] = [await at(1), await at(-1)];
  const total = Object.fromEntries(Object.entries(direct).map(([label, data]) => [label, data.map((g, i) => g - (defined(defined(above[label])[i]) - defined(defined(below[label])[i])) / (2 * reach))]));
  return { loss, direct, total };
}
