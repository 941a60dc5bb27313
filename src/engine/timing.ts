import { defined } from '../numbers/defined';
import type { Device } from './device';
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

/** Query set and buffers that timestamps are written to and read back from. */
interface Stamps {
  querySet: GPUQuerySet;
  resolved: GPUBuffer;
  staging: GPUBuffer;
  destroy(): void;
}

/** Room for so many pairs of timestamps; null where the device has no memory for it. */
async function stampsFor(device: Device, count: number): Promise<Stamps | null> {
  const { gpu } = device;
  const made: (() => void)[] = [];
  const destroy = (): void => made.forEach((one) => one());
  const buffer = (bytes: number, usage: number): GPUBuffer => {
    const one = device.createBuffer('timestamps', 'staging', bytes, usage);
    made.push(() => device.destroyBuffer(one));
    return one;
  };
  let stamps: Stamps | null = null;
  gpu.pushErrorScope('out-of-memory');
  try {
    const querySet = gpu.createQuerySet({ type: 'timestamp', count: count * 2 });
    made.push(() => querySet.destroy());
    stamps = { querySet, resolved: buffer(count * 16, 0x200 | 0x4), staging: buffer(count * 16, 0x1 | 0x8), destroy }; // QUERY_RESOLVE | COPY_SRC, MAP_READ | COPY_DST
  } catch {
    // Too large for it: as if there were none.
  }
  const error = await device.wait(gpu.popErrorScope()).catch((lost: unknown) => {
    destroy();
    throw lost;
  });
  if (stamps && !error) return stamps;
  destroy();
  return null;
}

/**
 * Times every dispatch of a program with timestamp queries, one pass each. Returns null, and has run nothing, where the device has none or no memory for them.
 * Passes of their own cost time and may overlap on tile-based GPUs: report shares, not sums.
 */
export async function timeProgram(machine: Machine, program: Program): Promise<EntryTime[] | null> {
  const { gpu } = machine.device;
  if (!gpu.features.has('timestamp-query')) return null;
  const count = Math.min(BATCH, program.entries.length);
  const stamps = await stampsFor(machine.device, count);
  if (!stamps) return null;
  const { querySet, resolved, staging } = stamps;
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
    stamps.destroy();
  }
  return times;
}
