import { modelLabel, type Adapted } from '../adapters/adapted';
import type { Arrays } from '../adapters/method';
import { EngineError } from '../engine/errors';
import type { FlatPlace } from '../engine/flats';
import type { Machine } from '../engine/machine';
import type { Recorder } from '../engine/record';
import type { FlatName, Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import type { Programs } from './programs';

/** The buffers of a flat as they are on the GPU. */
export interface HostFlat {
  /** By the ranges that are read and written at once. */
  ranges: { tensor: Tensor; data: Float32Array<ArrayBuffer> }[];
  /** By parameter. */
  values: { label: string; data: Float32Array<ArrayBuffer> }[];
}

/** Room for what lies in a flat: of an optimizer that was recorded. */
export function hostFlat(rec: Recorder, name: FlatName): HostFlat {
  const ranges = rec.flats.seal();
  const chunks = rec.flats.chunks.map((bytes) => new Float32Array(bytes / 4));
  const within = ({ chunk, offset }: FlatPlace, bytes: number) => defined(chunks[chunk]).subarray(offset / 4, (offset + bytes) / 4);
  return {
    ranges: ranges.map((range) => ({ tensor: rec.flatRange(name, range), data: within(range, range.bytes) })),
    values: rec.flats.params().map(({ tensor }) => ({ label: tensor.label, data: within(rec.flats.placeOf(tensor), tensor.storage.bytes) })),
  };
}

/** Room for what lasts from step to step besides, by the name of what it is. */
export function hostLasting({ lasting }: Recorder): (HostFlat & { name: string })[] {
  return [...lasting.values()].map(({ name, tensor, members }) => {
    const data = new Float32Array(tensor.storage.bytes / 4);
    const part = data.length / members.length;
    return { name, ranges: [{ tensor, data }], values: members.map((label, i) => ({ label, data: data.subarray(i * part, (i + 1) * part) })) };
  });
}

/** Values of everything that learns, by label: read as they lie, not one by one. */
export async function trainables(machine: Machine, { rec }: Programs): Promise<Arrays> {
  const { ranges, values } = hostFlat(rec, 'param');
  await machine.read(ranges);
  return Object.fromEntries(values.map(({ label, data }) => [label, data]));
}

/** Values of the fixed bases as a file has them, by label: those that came from one, or as they are drawn. */
export function sharedBases(adapted: Adapted, start: Arrays = {}): Arrays {
  return Object.fromEntries(Object.entries(adapted.shared).map(([name, { data }]) => [modelLabel(name), data ? data() : defined(start[modelLabel(name)])]));
}

/** Puts values of everything that learns in place; where there are none, what lies there stays. */
export function restore(machine: Machine, { rec }: Programs, from: Arrays): void {
  if (Object.keys(from).length === 0) return;
  const { ranges, values } = hostFlat(rec, 'param');
  for (const { label, data } of values) {
    const found = from[label];
    if (found?.length !== data.length) throw new EngineError('shape', `${label}: ${found?.length ?? 0} values for ${data.length}`);
    data.set(found);
  }
  for (const { tensor, data } of ranges) machine.write(tensor, data);
}
