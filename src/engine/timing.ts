import { defined } from '../numbers/defined';
import type { Machine } from './machine';
import type { Program } from './record';

/** Time of one dispatch of a program. */
export interface EntryTime {
  index: number;
  label: string;
  kernel: string;
  /** Nanoseconds. */
  ns: number;
}

const BATCH = 512;

/**
 * Times every dispatch of a program with timestamp queries, one pass each. Returns null where the device has none.
 * Passes of their own cost time and may overlap on tile-based GPUs: report shares, not sums.
 */
export async function timeProgram(machine: Machine, program: Program): Promise<EntryTime[] | null> {
  const { gpu } = machine.device;
  if (!gpu.features.has('timestamp-query')) return null;
  const count = Math.min(BATCH, program.entries.length);
  const querySet = gpu.createQuerySet({ type: 'timestamp', count: count * 2 });
  const resolved = machine.device.createBuffer('timestamps', 'staging', count * 16, 0x200 | 0x4); // QUERY_RESOLVE | COPY_SRC
  const staging = machine.device.createBuffer('timestamps', 'staging', count * 16, 0x1 | 0x8); // MAP_READ | COPY_DST
  const times: EntryTime[] = [];
  try {
    for (let from = 0; from < program.entries.length; from += count) {
      const n = Math.min(count, program.entries.length - from);
      const encoder = gpu.createCommandEncoder();
      for (let i = 0; i < n; i++) machine.encodeTimed(program, from + i, encoder, querySet, i * 2);
      encoder.resolveQuerySet(querySet, 0, n * 2, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, n * 16);
      gpu.queue.submit([encoder.finish()]);
      await machine.device.wait(staging.mapAsync(1));
      const stamps = new BigUint64Array(staging.getMappedRange().slice(0));
      staging.unmap();
      for (let i = 0; i < n; i++) {
        const entry = defined(program.entries[from + i]);
        times.push({ index: from + i, label: entry.label, kernel: machine.formOf(program, from + i).kernel.name, ns: Number(defined(stamps[2 * i + 1]) - defined(stamps[2 * i])) });
      }
    }
  } finally {
    querySet.destroy();
    machine.device.destroyBuffer(resolved);
    machine.device.destroyBuffer(staging);
  }
  return times;
}
