/** Alignment of every place in the heap, in bytes. */
const ALIGN = 256;
const PAGE = 65536;
/** Most pages that WebAssembly can address, and fewer for browsers that do not set so much aside. */
const MOST_PAGES = [65536, 32768, 16384];

/** One linear memory that buffers are cut from, and that threads may share. It grows, and views of it do not last longer than a call. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  /** Free places by where they begin; the first is never at 0, so that no place is. */
  private free: { at: number; size: number }[] = [{ at: ALIGN, size: 16 * PAGE - ALIGN }];

  constructor(readonly isShared: boolean) {
    this.memory = memoryOf(isShared);
  }

  /** A place of zeros, or undefined where there is none left. */
  take(bytes: number): number | undefined {
    const size = Math.ceil(bytes / ALIGN) * ALIGN;
    let found = this.free.find((place) => place.size >= size);
    if (!found && this.grow(size)) found = this.free.at(-1);
    if (!found) return undefined;
    const { at } = found;
    found.at += size;
    found.size -= size;
    if (!found.size) this.free.splice(this.free.indexOf(found), 1);
    this.bytes(at, size).fill(0);
    return at;
  }

  give(at: number, bytes: number): void {
    this.join({ at, size: Math.ceil(bytes / ALIGN) * ALIGN });
  }

  bytes(at: number, size: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.buffer, at, size);
  }

  private grow(size: number): boolean {
    const end = this.memory.buffer.byteLength;
    const pages = Math.ceil(size / PAGE);
    try {
      this.memory.grow(pages);
    } catch {
      return false;
    }
    this.join({ at: end, size: pages * PAGE });
    return true;
  }

  /** Puts a place back, as one with what is free right before and behind it. */
  private join(place: { at: number; size: number }): void {
    const all = [...this.free, place].sort((a, b) => a.at - b.at);
    this.free = [];
    for (const next of all) {
      const last = this.free.at(-1);
      if (last && last.at + last.size === next.at) last.size += next.size;
      else this.free.push({ ...next });
    }
  }
}

function memoryOf(shared: boolean): WebAssembly.Memory {
  let refused: unknown;
  for (const maximum of MOST_PAGES) {
    try {
      return new WebAssembly.Memory({ initial: 16, maximum, shared });
    } catch (error) {
      refused = error;
    }
  }
  throw refused;
}
