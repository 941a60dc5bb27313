import { defined } from '../numbers/defined';
import { MOST_WORDS, type Needs } from './executor';
import type { Heap } from './heap';

/** A thread's places: for the words of its dispatch, and for the memory of a workgroup and of its invocations. */
export interface Place extends Needs {
  words: number;
}

/** Memory of each thread that all kernels share, as large as the largest needs. */
export class Scratch {
  private readonly size: Needs = { shared: 0, frames: 0 };
  private places: Place[];

  constructor(
    private readonly heap: Heap,
    threads: number,
  ) {
    this.places = Array.from({ length: threads }, () => ({ words: this.room(4 * MOST_WORDS), shared: 0, frames: 0 }));
  }

  /** Makes room. Smaller memory stays, since work under way may use it; doubling keeps its sum below what is used. Without memory it throws, and all is as it was. */
  need(needs: Needs): void {
    for (const kind of ['shared', 'frames'] as const) {
      if (needs[kind] <= this.size[kind]) continue;
      const size = Math.max(needs[kind], 2 * this.size[kind]);
      this.places = this.larger(kind, size);
      // Only now: a kernel that asks again must not be given a place that is not there.
      this.size[kind] = size;
    }
  }

  private larger(kind: keyof Needs, size: number): Place[] {
    const places: Place[] = [];
    try {
      for (const place of this.places) places.push({ ...place, [kind]: this.room(size) });
    } catch (error) {
      for (const place of places) this.heap.give(place[kind], size);
      throw error;
    }
    return places;
  }

  of(thread: number): Place {
    return defined(this.places[thread]);
  }

  private room(bytes: number): number {
    const at = this.heap.take(bytes);
    if (at === undefined) throw new Error('there is no memory left for a kernel to work in');
    return at;
  }
}
