/** What some work asked of the machine. */
export interface Cost {
  /** Seconds of the processor: a busy machine makes them no more. */
  seconds: number;
  /** Bytes of the largest array or buffer that was asked for by its length. */
  largest: number;
  /** By how much JavaScript's heap grew, what may be thrown away included; less where it was cleared meanwhile. */
  heap: number;
}

const counted = ['ArrayBuffer', 'SharedArrayBuffer', 'Uint8Array', 'Int8Array', 'Uint8ClampedArray', 'Uint16Array', 'Int16Array', 'Uint32Array', 'Int32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'Array'] as const;
type Constructor = abstract new (...args: never[]) => unknown;

/** Runs some work and measures it; arrays are counted where they are made by a length, before they are. */
export async function metered<T>(work: () => T | Promise<T>): Promise<{ outcome: { value: T } | { error: unknown }; cost: Cost }> {
  const cost: Cost = { seconds: 0, largest: 0, heap: 0 };
  const originals = counted.map((name) => [name, globalThis[name] as Constructor] as const);
  for (const [name, original] of originals) {
    const unit = (original as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? (name === 'Array' ? 8 : 1);
    const note = (args: readonly unknown[]) => {
      if (args.length > 0 && typeof args[0] === 'number' && args.length < 2) cost.largest = Math.max(cost.largest, args[0] * unit);
    };
    const counting = new Proxy(original, {
      construct(target, args, by) {
        note(args);
        return Reflect.construct(target as never, args, by as never) as object;
      },
      apply(target, self, args) {
        note(args);
        return Reflect.apply(target as never, self, args) as unknown;
      },
    });
    Object.defineProperty(globalThis, name, { value: counting, configurable: true, writable: true });
  }
  const heap = process.memoryUsage().heapUsed;
  const before = process.cpuUsage();
  let outcome: { value: T } | { error: unknown };
  try {
    outcome = { value: await work() };
  } catch (error) {
    outcome = { error };
  } finally {
    const { user, system } = process.cpuUsage(before);
    cost.seconds = (user + system) / 1e6;
    cost.heap = process.memoryUsage().heapUsed - heap;
    for (const [name, original] of originals) Object.defineProperty(globalThis, name, { value: original, configurable: true, writable: true });
  }
  return { outcome, cost };
}
