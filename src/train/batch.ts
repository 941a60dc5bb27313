import type { Machine } from '../engine/machine';
import { defined } from '../numbers/defined';
import type { HostBatch, Inputs } from '../tasks/task';

/** Room for a batch of these inputs. */
export const hostBatch = (inputs: Inputs): HostBatch =>
  Object.fromEntries(Object.entries(inputs).map(([name, { dtype, storage }]) => [name, dtype === 'u32' ? new Uint32Array(storage.bytes / 4) : new Float32Array(storage.bytes / 4)]));

/** Puts a batch where the programs read it. */
export function writeBatch(machine: Machine, inputs: Inputs, batch: HostBatch): void {
  for (const [name, tensor] of Object.entries(inputs)) machine.write(tensor, defined(batch[name]));
}
