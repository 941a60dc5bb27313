import { EngineError } from '../engine/errors';
import type { Machine } from '../engine/machine';
import type { Recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { streamScratch, type TensorSource } from '../io/safetensors';
import { packing, storing, type FrozenDtype } from '../io/stored';
import { ModelError } from './model';
import type { Trace } from './trace';

/** Uploads values to a tensor, packed as it is stored; those of a generated one are there already. */
export function upload(machine: Machine, t: Tensor, data: Float32Array): void {
  if (t.dtype === 'generated') return;
  const own = t.cornerOf && data.length === sizeOf(t.cornerOf) ? corner(data, t.cornerOf, t.shape) : data;
  checkSize(t, [own.length]);
  machine.write(t, packing[t.dtype as keyof typeof packing].pack(own));
}

/** The first corner, of shape `part`, of an array of shape `whole`. */
function corner(data: Float32Array, whole: readonly number[], part: readonly number[]): Float32Array {
  const [n, ...rest] = part as [number, ...number[]];
  if (rest.length === 0) return data.subarray(0, n);
  const [from, to] = [sizeOf(whole.slice(1)), sizeOf(rest)];
  const out = new Float32Array(n * to);
  for (let i = 0; i < n; i++) out.set(corner(data.subarray(i * from, (i + 1) * from), whole.slice(1), rest), i * to);
  return out;
}

function checkSize(t: Tensor, shape: readonly number[]): void {
  if (sizeOf(shape) !== sizeOf(t.shape)) throw new EngineError('shape', `${t.label}: ${sizeOf(shape)} values for shape [${t.shape.join(', ')}]`);
}

/** Throws a ModelError unless the checkpoint holds every weight of the model, in its size; a head of other size is not missed. */
export function checkWeights(trace: Trace, source: TensorSource): { newHead: boolean } {
  const have = new Set(source.names());
  const fits = (name: string) => have.has(name) && sizeOf(source.info(name).shape) === sizeOf(trace.weights.get(name)!);
  const newHead = trace.head.size > 0 && ![...trace.head].every(fits);
  for (const [name, shape] of trace.weights) {
    if (trace.head.has(name)) continue;
    if (!have.has(name)) {
      const near = source.names().slice(0, 3).join(', ');
      throw new ModelError(`the checkpoint has no ${name}, which config.json asks for (it has ${have.size} tensors: ${near}, ...)`);
    }
    if (!fits(name)) throw new ModelError(`${name} is [${source.info(name).shape.join(', ')}] in the checkpoint, config.json asks for [${shape.join(', ')}]`);
  }
  return { newHead };
}

/** Options to follow and to end loading: between two pieces it throws the signal's reason. */
export interface Loading {
  progress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** Bytes that the queue may hold copies of before we wait for it. */
const IN_FLIGHT = 32 * 1024 * 1024;

/**
 * Streams the model's weights from the checkpoint to the GPU in pieces of a few megabytes, converting the type on the
 * way, so that memory never holds more than two of them. Refuses NaN and infinity by name. `values`, by label, come from
 * elsewhere (an adapter, its bases, a new head): they are uploaded besides, and instead of the checkpoint's of that name.
 * What the machine borrows lies there already.
 */
export async function loadWeights(
  machine: Machine,
  rec: Recorder,
  trace: Trace,
  source: TensorSource,
  values: Readonly<Record<string, Float32Array>>,
  { progress, signal }: Loading = {},
): Promise<void> {
  const scratch = streamScratch();
  const packed = new Uint32Array(storing.f16.words(scratch.floats.length));
  let waiting = 0;
  let done = 0;
  for (const name of trace.weights.keys()) {
    const t = rec.find(name);
    if (t && machine.has(t) && !machine.borrows(t) && !Object.hasOwn(values, name)) {
      checkSize(t, source.info(name).shape);
      const { pack, byteOf } = storing[t.dtype as FrozenDtype];
      const write = async (values: Float32Array, offset: number) => {
        signal?.throwIfAborted();
        const data = pack(values, packed);
        machine.write(t, data, byteOf(offset));
        waiting += data.byteLength;
        if (waiting < IN_FLIGHT) return;
        await machine.idle();
        waiting = 0;
      };
      await source.streamF32Checked(name, write, scratch);
    }
    signal?.throwIfAborted();
    progress?.(++done, trace.weights.size);
  }
  for (const [label, data] of Object.entries(values)) {
    const t = rec.find(label);
    if (t && machine.has(t)) upload(machine, t, data);
  }
}
