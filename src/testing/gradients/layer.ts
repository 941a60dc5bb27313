import { methodOf } from '../../adapters';
import { completeConfig } from '../../adapters/fields';
import { generator } from '../../adapters/init';
import { mustMerge, type Layer, type LayerTensors } from '../../adapters/method';
import type { Device } from '../../engine/device';
import { Machine } from '../../engine/machine';
import { Recorder } from '../../engine/record';
import { noStep } from '../../engine/step';
import { sizeOf, type Tensor } from '../../engine/tensor';
import { upload } from '../../models/load';
import { linear, linearRecomputed } from '../../ops/matmul';
import { add } from '../../ops/add';
import { penalize } from '../../ops/penalty';
import { tokenEmbedding } from '../../ops/tokenEmbedding';
import { randomNormal } from '../checkOp';
import type { LayerCase } from './cases';

/** Rows of the input. */
export const ROWS = 5;

/** Rows of a table that the input is added to, one of them twice. */
export const LOOKED_UP: readonly number[] = [3, 0, 9, 3, 6];

/** An array as a case draws it. */
export interface Drawn {
  shape: readonly number[];
  data: Float32Array;
}

/** Contents of one of a case's layers: arrays by their names in a file, of which some learn. */
export interface DrawnLayer {
  weight: Float32Array;
  bias: Float32Array | null;
  own: Record<string, Drawn>;
  /** No kernel reads some of them. */
  fixed: Record<string, Drawn & { host: boolean }>;
}

export interface DrawnCase {
  layers: DrawnLayer[];
  common: Record<string, Drawn>;
  shared: Record<string, Drawn>;
  x: Float32Array;
  /** Gradient of the result. */
  dy: Float32Array;
}

const seedOf = (name: string): number => [...name].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0, 17);

/** Another layer, larger in both ways, for which shared bases are made as well. */
const LARGER: Layer = { name: 'larger', in: 18, out: 20 };

const layersOf = ({ kind }: LayerCase): Layer[] => Array.from({ length: kind.use === 'three' ? 3 : 1 }, (_, i) => ({ name: `layer ${i}`, in: kind.in, out: kind.out, ...(!kind.bias && { bias: false as const }) }));

/** Values for a case; all that learns is moved off its start, so that no gradient is 0 for that. */
export async function draw(c: LayerCase): Promise<DrawnCase> {
  const settings = completeConfig(c.config);
  const method = methodOf(settings.method);
  const random = randomNormal(seedOf(`${JSON.stringify(c.config)} ${c.kind.name}`));
  const some = (shape: readonly number[], scale: number): Drawn => ({ shape, data: Float32Array.from({ length: sizeOf(shape) }, () => scale * random()) });
  const all = (shapes: Record<string, readonly number[]>) => Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, some(shape, 0.5)]));
  const layers = await Promise.all(layersOf(c).map(async (layer): Promise<DrawnLayer> => {
    const weight = some([layer.out, layer.in], 0.3).data;
    const fixed = method.fixed?.(settings, layer) ?? {};
    // Bases that a file brings have no start of ours.
    const start = Object.keys(fixed).length > 0 && settings.bases !== 'file' ? await method.init(settings, layer, generator(layer.name), () => Promise.resolve(weight)) : {};
    return {
      weight,
      bias: c.kind.bias ? some([layer.out], 0.5).data : null,
      own: all(method.tensors(settings, layer)),
      fixed: Object.fromEntries(Object.entries(fixed).map(([name, { shape, host = false }]) => [name, { shape, data: start[name] ?? some(shape, 0.3).data, host }])),
    };
  }));
  const shared = Object.entries(method.shared?.(settings, [...layersOf(c), LARGER]) ?? {});
  const outputs = ROWS * c.kind.out * layers.length;
  return {
    layers,
    common: all(Object.fromEntries(Object.entries(method.common?.(settings, layersOf(c)) ?? {}).map(([name, { shape }]) => [name, shape]))),
    shared: Object.fromEntries(shared.map(([name, { shape, data }]) => [name, { shape, data: data?.() ?? some(shape, 0.3).data }])),
    x: some([ROWS, c.kind.in], 1).data,
    dy: some([outputs], 1).data,
  };
}

/** The device's result of a case. */
export interface Computed {
  y: Float32Array;
  /** By name: 'x', and everything that learns, of several layers one behind the other. */
  gradients: Record<string, Float32Array>;
}

/** Runs the layers of a case forward and backward, as a model's forward pass records them. */
export async function compute(device: Device, c: LayerCase, drawn: DrawnCase): Promise<Computed> {
  const settings = completeConfig(c.config);
  const method = methodOf(settings.method);
  const rec = new Recorder();
  const layers = layersOf(c);
  const [layer] = layers;
  const [first] = drawn.layers;
  if (!layer || !first) throw new Error('a case without a layer');
  const G = layers.length;
  const values = new Map<Tensor, Float32Array>();
  const set = (t: Tensor, data: Float32Array): Tensor => (values.set(t, data), t);
  const joined = (of: (one: DrawnLayer) => Float32Array | null | undefined): Float32Array => Float32Array.from(drawn.layers.flatMap((one) => [...(of(one) ?? [])]));
  const learnsWeights = method.trains !== 'adapter';

  const x = set(rec.declare('input', 'x', [ROWS, layer.in], 'f32', true), drawn.x);
  const dy = set(rec.declare('input', 'dy', [ROWS, G * layer.out]), drawn.dy);
  const ofModel = (name: string, shape: number[], data: Float32Array, dtype: LayerCase['storage'] = 'f32') => set(learnsWeights ? rec.param(name, shape, 'adapter') : rec.declare('frozen', name, shape, dtype), data);
  const weight = ofModel('weight', [G, layer.out, layer.in], joined((one) => one.weight), c.storage);
  const bias = first.bias && ofModel('bias', [G, layer.out], joined((one) => one.bias));
  const own = Object.fromEntries(Object.entries(first.own).map(([name, { shape }]) => [name, set(rec.param(name, [G, ...shape], 'adapter'), joined((one) => one.own[name]?.data))]));
  const common = Object.fromEntries(Object.entries(drawn.common).map(([name, { shape, data }]) => [name, set(rec.param(name, shape, 'adapter'), data)]));
  const stored = method.shared?.(settings, [...layers, LARGER]) ?? {};
  const shared = Object.fromEntries(Object.entries(drawn.shared).map(([name, { shape, data }]) => {
    const as = stored[name]?.stored;
    const t = rec.declare('bases', name, as?.shape ?? shape, as?.dtype, false, shape);
    if (as?.header) rec.constants.set(t, as.header);
    return [name, set(t, data)];
  }));
  const fixed = Object.fromEntries(Object.entries(first.fixed).filter(([, { host }]) => !host).map(([name, { shape, data }]) => [name, set(rec.declare('bases', name, [1, ...shape]), data)]));
  const tensors: LayerTensors = { weight, bias, own, common, shared, fixed, stride: 1 };

  const merged = () => {
    mustMerge(method);
    return method.merged(settings, layer, tensors);
  };
  const once = (input: Tensor): Tensor => {
    if (learnsWeights) return linear(input, weight, { bias });
    const own = { bias: method.bias && c.run !== 'streamed' ? method.bias(settings, layer, tensors) : bias };
    if (c.run === 'merged') return linearRecomputed(input, merged, own);
    if (c.run === 'merged, kept') return linear(input, merged(), own);
    return method.streamed(settings, layer, tensors, input, undefined, false);
  };
  const kept: { y?: Tensor; dx?: Tensor } = {};
  const program = rec.program('layer', () => {
    const looked = () => add(x, rec.view(tokenEmbedding(rec.view(weight, [layer.out, layer.in]), rec.constant('ids', [1, ROWS], Uint32Array.from(LOOKED_UP))), x.shape));
    const y = c.kind.use === 'twice' ? once(once(x)) : once(c.kind.use === 'table' ? looked() : x);
    kept.y = rec.keep(y);
    rec.backward(y, dy);
    const dx = rec.gradOf(x);
    if (dx) kept.dx = rec.keep(dx);
  });
  const penalty = method.penalty?.(settings, layers);
  const settle = penalty && rec.program('penalty', () => rec.settle(() => penalty({ layers, own }).forEach((term) => rec.setGrad(term, penalize(term)))));
  const machine = await Machine.build(device, rec);
  try {
    for (const [t, data] of values) if (machine.has(t)) upload(machine, t, data);
    machine.setStep(noStep);
    await machine.run(program);
    if (settle) await machine.run(settle);
    if (!kept.y || !kept.dx) throw new Error('the input of a layer has no gradient');
    const gradients: Computed['gradients'] = { x: await machine.readF32(kept.dx) };
    const learning = { ...(learnsWeights ? { weight, ...(bias && { bias }) } : {}), ...own, ...common };
    for (const [name, t] of Object.entries(learning)) gradients[name] = await machine.readF32(rec.paramGrad(t));
    return { y: await machine.readF32(kept.y), gradients };
  } finally {
    machine.destroy();
  }
}
