import type { Adapted } from '../adapters/adapted';
import type { Arrays } from '../adapters/method';
import type { Machine } from '../engine/machine';
import { upload } from '../models/load';
import type { Programs } from './programs';

/** Values of everything that learns, by label. */
export async function trainables(machine: Machine, { rec }: Programs): Promise<Arrays> {
  const values: Arrays = {};
  for (const { tensor } of rec.flats.params()) values[tensor.label] = await machine.readF32(tensor);
  return values;
}

/** Values of the fixed bases, by label. */
export async function sharedBases(machine: Machine, { rec }: Programs, adapted: Adapted): Promise<Arrays> {
  const values: Arrays = {};
  for (const name of Object.keys(adapted.shared)) {
    const t = rec.find(`base_model.${name}`)!;
    values[t.label] = await machine.readF32(t);
  }
  return values;
}

/** Uploads values by label. */
export function restore(machine: Machine, { rec }: Programs, values: Arrays): void {
  for (const [label, data] of Object.entries(values)) upload(machine, rec.find(label)!, data);
}
