import { fail } from './errors';
import type { FlatName, Storage, Tensor } from './tensor';

/** Offsets of bindings must be multiples of this (WebGPU's default minStorageBufferOffsetAlignment). */
export const ALIGN = 256;

/** A contiguous range of the flats that one optimizer dispatch covers: one group, one buffer. */
export interface FlatRange {
  group: string;
  chunk: number;
  offset: number;
  bytes: number;
}

/**
 * Lays all trainable parameters into flat buffers, group after group, so that AdamW and the gradient norm are one
 * dispatch per group instead of one per tensor. Gradients and both moments use the same offsets.
 */
export class FlatLayout {
  private readonly members: { group: string; tensor: Tensor; twins: Storage[] }[] = [];
  private sealed: FlatRange[] | null = null;
  /** Bytes of each buffer of one flat. */
  chunks: number[] = [];

  /** `maxBytes`: the largest buffer that may be allocated and bound at once. */
  constructor(private readonly maxBytes: number) {}

  add(group: string, tensor: Tensor, grad: Storage): void {
    if (this.sealed) fail('param', `${tensor.label} declared after the optimizer was recorded`);
    this.members.push({ group, tensor, twins: [grad] });
  }

  params(): readonly { group: string; tensor: Tensor }[] {
    return this.members;
  }

  /** Fixes all offsets. Later calls return the same ranges. */
  seal(): FlatRange[] {
    if (this.sealed) return this.sealed;
    const groups = [...new Set(this.members.map((m) => m.group))];
    const ranges: FlatRange[] = [];
    let chunk = 0;
    let offset = 0;
    for (const group of groups) {
      let start = offset;
      for (const m of this.members.filter((x) => x.group === group)) {
        const bytes = Math.ceil(m.tensor.storage.bytes / ALIGN) * ALIGN;
        if (bytes > this.maxBytes) fail('param', `${m.tensor.label} needs ${bytes} bytes, the device binds at most ${this.maxBytes}`);
        if (offset + bytes > this.maxBytes) {
          if (offset > start) ranges.push({ group, chunk, offset: start, bytes: offset - start });
          this.chunks.push(offset);
          chunk++;
          offset = start = 0;
        }
        const place = (storage: Storage, name: FlatName) => (storage.flat = { name, chunk, offset });
        place(m.tensor.storage, 'param');
        for (const twin of m.twins) place(twin, 'grad');
        offset += bytes;
      }
      if (offset > start) ranges.push({ group, chunk, offset: start, bytes: offset - start });
    }
    if (offset > 0) this.chunks.push(offset);
    this.sealed = ranges;
    return ranges;
  }
}
