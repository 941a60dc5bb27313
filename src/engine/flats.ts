import { defined } from '../numbers/defined';
import { fail } from './errors';
import type { FlatName, Storage, Tensor } from './tensor';

/** Offsets of bindings must be multiples of this (WebGPU's default minStorageBufferOffsetAlignment). */
export const ALIGN = 256;

/** Parameter groups that one dispatch of the optimizer tells apart (adamw.wgsl). */
const MOST_GROUPS = 4;

/** A contiguous range of the flats that one optimizer dispatch covers: a buffer, the piece of one that may be bound, or that of four groups. */
export interface FlatRange {
  chunk: number;
  offset: number;
  bytes: number;
  /** Number of the piece, where a buffer has several. */
  piece?: number;
  /** The parameter groups in it, in order, and the byte of the range at which each begins. */
  groups: { group: string; from: number }[];
}

/** Place of a parameter in the flats. */
export interface FlatPlace {
  chunk: number;
  offset: number;
}

/**
 * Lays all trainable parameters into flat buffers, group after group, so that AdamW and the gradient norm are one
 * dispatch a buffer instead of one per tensor. Gradients and both moments use the same offsets.
 */
export class FlatLayout {
  /** A stack (`Recorder.stack`) is laid as one, and has its parameters as members. */
  private readonly laid: { group: string; tensor: Tensor; grad: Storage; members: readonly Tensor[] }[] = [];
  private sealed: FlatRange[] | null = null;
  /** Bytes of each buffer of one flat. */
  chunks: number[] = [];

  /** `maxBytes`: the most that may be bound at once. A larger parameter gets a buffer of its own, which ops bind by slices. */
  constructor(readonly maxBytes: number) {}

  add(group: string, tensor: Tensor, grad: Storage, members: readonly Tensor[] = [tensor]): void {
    if (this.sealed) fail('param', `${tensor.label} declared after the optimizer was recorded`);
    this.laid.push({ group, tensor, grad, members });
  }

  /** Every parameter by itself. */
  params(): readonly { group: string; tensor: Tensor }[] {
    return this.laid.flatMap(({ group, members }) => members.map((tensor) => ({ group, tensor })));
  }

  /** Place of a parameter; after `seal`. */
  placeOf({ storage }: Tensor): FlatPlace {
    const { flat, part } = storage;
    if (!part) return flat!;
    return { chunk: part.of.flat!.chunk, offset: part.of.flat!.offset + part.offset };
  }

  /** Fixes all offsets. Later calls return the same ranges. */
  seal(): FlatRange[] {
    if (this.sealed) return this.sealed;
    const ranges: FlatRange[] = [];
    const most = Math.floor(this.maxBytes / ALIGN) * ALIGN;
    let offset = 0;
    let groups: FlatRange['groups'] = [];
    const close = () => {
      // What is too large for one binding is alone in its buffer, and updated in pieces.
      const chunk = this.chunks.push(offset) - 1;
      if (offset <= most) ranges.push(...inFours({ chunk, offset: 0, bytes: offset, groups }));
      else for (let at = 0; at < offset; at += most) ranges.push({ chunk, offset: at, bytes: Math.min(most, offset - at), piece: at / most + 1, groups });
      offset = 0;
      groups = [];
    };
    for (const group of new Set(this.laid.map((m) => m.group))) {
      for (const { tensor, grad, members } of this.laid.filter((m) => m.group === group)) {
        // As many as the members take by themselves: what is needed does not depend on the device's alignment.
        const bytes = members.reduce((n, { storage }) => n + Math.ceil(storage.bytes / ALIGN) * ALIGN, 0);
        if (offset > 0 && offset + bytes > this.maxBytes) close();
        if (groups.at(-1)?.group !== group) groups.push({ group, from: offset });
        const place = (storage: Storage, name: FlatName) => (storage.flat = { name, chunk: this.chunks.length, offset });
        place(tensor.storage, 'param');
        place(grad, 'grad');
        offset += bytes;
      }
    }
    if (offset > 0) close();
    this.sealed = ranges;
    return ranges;
  }
}

/** A range as pieces of as many groups as a dispatch tells apart. */
function inFours(range: FlatRange): FlatRange[] {
  const { groups, bytes } = range;
  if (groups.length <= MOST_GROUPS) return [range];
  return Array.from({ length: Math.ceil(groups.length / MOST_GROUPS) }, (_, i) => {
    const own = groups.slice(i * MOST_GROUPS, (i + 1) * MOST_GROUPS);
    const offset = defined(own[0]).from;
    const end = groups[(i + 1) * MOST_GROUPS]?.from ?? bytes;
    return { ...range, offset, bytes: end - offset, piece: i + 1, groups: own.map(({ group, from }) => ({ group, from: from - offset })) };
  });
}
