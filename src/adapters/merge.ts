import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { sizeOf, type Tensor } from '../engine/tensor';
import { quote } from '../errors/text';
import { FormatError } from '../io/formatError';
import type { TensorSource } from '../io/safetensors';
import { upload } from '../models/load';
import { defined } from '../numbers/defined';
import { adapterLabel, modelLabel, type Adapted } from './adapted';
import { ConfigError } from './fields';
import type { ForeignLayer } from './files';
import { mustMerge, type Arrays, type Layer, type LayerTensors } from './method';

export interface MergeInput {
  adapted: Adapted;
  /** Trainables, bases and head, by label. */
  values: Arrays;
  /** Adapted layers that the model does not run, to be merged all the same. */
  foreign?: ForeignLayer[];
  progress?: (done: number, total: number) => void;
}

/**
 * The weights that differ from the base checkpoint once the method is merged, by name: W + delta of every adapted layer,
 * computed on the GPU; all weights for full fine-tuning; the trained head. The base itself is not touched, so unmerging
 * is loading it again. Throws ConfigError of a method that cannot be merged.
 */
export async function mergedWeights(device: Device, source: TensorSource, input: MergeInput): Promise<Map<string, Float32Array>> {
  const { adapted, values, foreign = [], progress = () => {} } = input;
  mustMerge(adapted.method);
  const merged = new Map<string, Float32Array>();
  for (const name of adapted.trace.weights.keys()) if (values[name]) merged.set(name, values[name]);
  const jobs = [...adapted.layers.map((layer) => ({ layer, own: (suffix: string) => values[adapterLabel(layer.name, suffix)] })), ...foreign.map((layer) => foreignJob(layer, source))].filter(({ layer }) => !adapted.leavesAlone(layer));
  // Layers of one size and of the same settings share a program, and with it all memory: at most a few weights are on the GPU at once.
  const sizes = new Map<string, typeof jobs>();
  const biasOf = ({ name }: Layer) => (adapted.method.bias && source.has(`${name}.bias`) ? `${name}.bias` : null);
  for (const job of jobs) {
    const key = JSON.stringify([job.layer.in, job.layer.out, adapted.configOf(job.layer), biasOf(job.layer) !== null]);
    sizes.set(key, [...(sizes.get(key) ?? []), job]);
  }
  let done = 0;
  for (const group of sizes.values()) {
    const { rec, tensors, out, bias } = recordMerge(adapted, defined(group[0]).layer, biasOf(defined(group[0]).layer) !== null);
    const machine = await Machine.build(device, rec);
    try {
      for (const [name, t] of Object.entries({ ...tensors.shared, ...tensors.common })) upload(machine, t, defined(values[modelLabel(name)]));
      machine.setStep(noStep);
      for (const { layer, own } of group) {
        upload(machine, tensors.weight, await source.readF32Checked(`${layer.name}.weight`));
        for (const [suffix, t] of [...Object.entries(tensors.own), ...Object.entries(tensors.fixed)]) upload(machine, t, own(suffix)!);
        const ownBias = biasOf(layer);
        if (tensors.bias && ownBias) upload(machine, tensors.bias, await source.readF32Checked(ownBias));
        await machine.run(defined(rec.programs[0]));
        if (out) merged.set(`${layer.name}.weight`, await machine.readF32(out));
        if (bias && ownBias) merged.set(ownBias, await machine.readF32(bias));
        // What adds to a bias that is not there stands in no weight.
        else if (bias) throw new ConfigError(`${quote(layer.name)} has no bias, and ${adapted.method.fields.title} adds one: the model cannot hold it. Leave the layer out of target_modules, or keep the adapter apart.`);
        progress(++done, jobs.length);
      }
    } finally {
      machine.destroy();
    }
  }
  return merged;
}

/**
 * Updates of what merging changes: merged minus base, by name; what is `fresh` counts from zero. A delta that does not depend on the
 * weight is itself what is added, and would be lost in rounding if it were added first: it is merged onto zeros. Throws as
 * `mergedWeights` does.
 */
export async function mergedUpdates(device: Device, source: TensorSource, input: MergeInput, fresh: ReadonlySet<string> = new Set()): Promise<Map<string, Float32Array>> {
  const { adapted } = input;
  const additive = !adapted.method.ofWeight;
  const merged = await mergedWeights(device, additive ? zeros(source) : source, input);
  const layers = new Set(adapted.layers.flatMap(({ name }) => [`${name}.weight`, `${name}.bias`]));
  for (const [name, value] of merged) {
    if ((additive && layers.has(name)) || fresh.has(name)) continue;
    const base = await source.readF32Checked(name);
    merged.set(name, value.map((w, i) => w - defined(base[i])));
  }
  return merged;
}

/** The same tensors, all zero. */
const zeros = (source: TensorSource): TensorSource => ({ ...source, has: (name) => source.has(name), info: (name) => source.info(name), readF32Checked: (name) => Promise.resolve(new Float32Array(sizeOf(source.info(name).shape))) });

function recordMerge(adapted: Adapted, layer: Layer, hasBias: boolean): { rec: Recorder; tensors: LayerTensors; out: Tensor | null; bias: Tensor | null } {
  const { method } = adapted;
  mustMerge(method);
  const rec = new Recorder();
  const own = Object.fromEntries(Object.entries(method.tensors(adapted.configOf(layer), layer)).map(([suffix, shape]) => [suffix, rec.declare('input', suffix, [1, ...shape])]));
  const shared = Object.fromEntries(Object.entries(adapted.shared).map(([name, { shape }]) => [name, rec.declare('bases', name, shape)]));
  const common = Object.fromEntries(Object.entries(adapted.common).map(([name, { shape }]) => [name, rec.declare('input', name, shape)]));
  const fixed = Object.fromEntries(Object.entries(adapted.fixedOf(layer)).filter(([, { host }]) => !host).map(([suffix, { shape }]) => [suffix, rec.declare('input', suffix, [1, ...shape])]));
  const tensors: LayerTensors = { weight: rec.declare('input', 'weight', [1, layer.out, layer.in]), bias: hasBias ? rec.declare('input', 'bias', [1, layer.out]) : null, own, common, shared, fixed, stride: 1 };
  let out: Tensor | null = null;
  let bias: Tensor | null = null;
  /** Result for a tensor; null if it is left as it is. */
  const kept = (made: Tensor | null, from: Tensor | null) => (made && made !== from ? rec.keep(made) : null);
  // Stryker disable next-line StringLiteral: any name does for the only program
  rec.program('merge', () => {
    out = kept(method.merged(adapted.configOf(layer), layer, tensors), tensors.weight);
    bias = kept(method.bias?.(adapted.configOf(layer), layer, tensors) ?? null, tensors.bias);
  }, { gradients: false });
  return { rec, tensors, out, bias };
}

/** A layer that the model does not run, and of which the checkpoint must hold the weight. */
function foreignJob({ own, ...layer }: ForeignLayer, source: TensorSource): { layer: Layer; own: (suffix: string) => Float32Array | undefined } {
  const weight = `${layer.name}.weight`;
  if (!source.has(weight)) throw new FormatError(`The checkpoint has no ${quote(weight)}, which the adapter changes.`);
  return { layer, own: (suffix) => own[suffix] };
}
