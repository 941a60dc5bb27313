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

/** Values of the fixed bases as a file has them, by label: those that came from one, or as they are drawn. */
export function sharedBases(adapted: Adapted, start: Arrays = {}): Arrays {
  return Object.fromEntries(Object.entries(adapted.shared).map(([name, { data }]) => [`base_model.${name}`, data ? data() : start[`base_model.${name}`]!]));
}

/** Uploads values by label. */
export function restore(machine: Machine, { rec }: Programs, values: Arrays): void {
  for (const [label, data] of Object.entries(values)) upload(machine, rec.find(label)!, data);
}
