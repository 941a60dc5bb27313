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
  /** Number of the piece of a parameter that is too large for one binding. */
  piece?: number;
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

  /** `maxBytes`: the most that may be bound at once. A larger parameter gets a buffer of its own, which ops bind by slices. */
  constructor(readonly maxBytes: number) {}

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
        if (offset > 0 && offset + bytes > this.maxBytes) {
          if (offset > start) ranges.push({ group, chunk, offset: start, bytes: offset - start });
          this.chunks.push(offset);
          chunk++;
          offset = start = 0;
        }
        const place = (storage: Storage, name: FlatName) => (storage.flat = { name, chunk, offset });
        place(m.tensor.storage, 'param');
        for (const twin of m.twins) place(twin, 'grad');
        // What is too large for one binding is alone in its buffer, and updated in pieces.
        const most = Math.floor(this.maxBytes / ALIGN) * ALIGN;
        offset += bytes;
        for (let piece = 1; offset - start > this.maxBytes; piece++, start += most) ranges.push({ group, chunk, offset: start, bytes: most, piece });
      }
      if (offset > start) ranges.push({ group, chunk, offset: start, bytes: offset - start });
    }
    if (offset > 0) this.chunks.push(offset);
    this.sealed = ranges;
    return ranges;
  }
}
