import type { Machine } from '../engine/machine';
import { writeSafetensors, type TensorData } from '../io/safetensors';
import type { Programs } from './programs';
import { trainables } from './weights';

/** Limit for all snapshots of a run together. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Steps after which a run keeps its trainables for a loss landscape: the start, and `wanted` states evenly up to the end,
 * as many as fit into 64 MiB.
 */
export function snapshotSteps(total: number, wanted: number, bytes: number): Set<number> {
  const count = Math.min(wanted, total, Math.floor(MOST_BYTES / Math.max(1, bytes)) - 1);
  return new Set(count < 1 ? [] : Array.from({ length: count + 1 }, (_, k) => Math.round((k * total) / count)));
}

/** The trainables as they are, by label, as one safetensors file. */
export async function takeSnapshot(machine: Machine, programs: Programs, step: number): Promise<Uint8Array> {
  const values = await trainables(machine, programs);
  const tensors = Object.fromEntries(Object.entries(values).map(([label, data]): [string, TensorData] => [label, { dtype: 'F32', shape: [data.length], data }]));
  return writeSafetensors(tensors, { format: 'fullrank-snapshot', step: String(step) });
}
