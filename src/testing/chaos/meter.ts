import { getHeapStatistics } from 'node:v8';

/** Resources that some work took from the machine. */
export interface Cost {
  /** Seconds of the processor: a busy machine makes them no more. */
  seconds: number;
  /** Bytes of the largest array or buffer that was asked for by its length. */
  largest: number;
  /** By how much JavaScript's heap grew, what may be thrown away included; less where it was cleared meanwhile. */
  heap: number;
}

export interface Measured<T> {
  outcome: { value: T } | { error: unknown };
  cost: Cost;
}

const counted = ['ArrayBuffer', 'SharedArrayBuffer', 'Uint8Array', 'Int8Array', 'Uint8ClampedArray', 'Uint16Array', 'Int16Array', 'Uint32Array', 'Int32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'Array'] as const;
type Constructor = abstract new (...args: never[]) => unknown;

/** A measure of what work asks for: until its end the constructors of this realm count what is made by a length, before it is made. */
export class Meter {
  private largest = 0;
  private readonly originals = counted.map((name) => [name, globalThis[name] as Constructor] as const);

  constructor() {
    for (const [name, original] of this.originals) this.put(name, this.counting(name, original));
  }

  /** Gives the constructors back. */
  end(): void {
    for (const [name, original] of this.originals) this.put(name, original);
  }

  async measure<T>(work: () => T | Promise<T>): Promise<Measured<T>> {
    this.largest = 0;
    const heap = getHeapStatistics().used_heap_size;
    const before = process.cpuUsage();
    let outcome: Measured<T>['outcome'];
    try {
      outcome = { value: await work() };
    } catch (error) {
      outcome = { error };
    }
    const { user, system } = process.cpuUsage(before);
    return { outcome, cost: { seconds: (user + system) / 1e6, largest: this.largest, heap: getHeapStatistics().used_heap_size - heap } };
  }

  private put(name: string, value: unknown): void {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }

  private counting(name: string, original: Constructor): Constructor {
    const unit = (original as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? (name === 'Array' ? 8 : 1);
    const note = (args: readonly unknown[]) => {
      if (args.length === 1 && typeof args[0] === 'number') this.largest = Math.max(this.largest, args[0] * unit);
    };
    return new Proxy(original, {
      construct(target, args, by) {
        note(args);
        return Reflect.construct<unknown[], object>(target as never, args, by as never);
      },
      apply(target, self, args) {
        note(args);
        return Reflect.apply<unknown, unknown[], unknown>(target as never, self, args);
      },
    });
  }
}
