/** One contestant's use of WebGPU. */
export interface Usage {
  /** Bytes of buffers created and not yet destroyed, and the most there ever were. */
  live: number;
  peak: number;
  dispatches: number;
  submits: number;
  /** Milliseconds between the making of a command encoder and the return of its submit, on the host. */
  host: number;
}

const fresh = (): Usage => ({ live: 0, peak: 0, dispatches: 0, submits: 0, host: 0 });

/** Booked while nobody is named: devices are opened and tried outside of any contest. */
let current = fresh();

/** Books what `body` does with WebGPU under `usage`. Buffers stay with whoever made them, whenever they are destroyed. */
export async function booked<T>(usage: Usage, body: () => T | Promise<T>): Promise<T> {
  const outer = current;
  current = usage;
  try {
    return await body();
  } finally {
    current = outer;
  }
}

export const newUsage = fresh;

let watching = false;

/** Wraps the WebGPU calls of this realm, for ours and peers alike. Call it before anybody opens a device. */
export function watchWebGpu(): void {
  if (watching) return;
  watching = true;
  const owners = new WeakMap<GPUBuffer, { usage: Usage; bytes: number }>();
  let encoding = 0;
  wrap(GPUDevice.prototype, 'createBuffer', (call, [descriptor]) => {
    const buffer = call();
    const usage = current;
    owners.set(buffer, { usage, bytes: descriptor.size });
    usage.live += descriptor.size;
    usage.peak = Math.max(usage.peak, usage.live);
    return buffer;
  });
  wrap(GPUBuffer.prototype, 'destroy', (call, _, buffer) => {
    const owner = owners.get(buffer);
    if (owner) owner.usage.live -= owner.bytes;
    owners.delete(buffer);
    return call();
  });
  wrap(GPUDevice.prototype, 'createCommandEncoder', (call) => {
    encoding = performance.now();
    return call();
  });
  wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', (call) => {
    current.dispatches++;
    return call();
  });
  wrap(GPUQueue.prototype, 'submit', (call) => {
    call();
    current.submits++;
    current.host += performance.now() - encoding;
    return undefined;
  });
}

type Method<T, K extends keyof T> = T[K] extends (...args: infer A) => infer R ? { args: A; result: R } : never;

/** Puts `around` in place of a method; `call` is the method itself, with the arguments it was given. */
function wrap<T extends object, K extends keyof T>(prototype: T, name: K, around: (call: () => Method<T, K>['result'], args: Method<T, K>['args'], self: T) => Method<T, K>['result']): void {
  const original = prototype[name] as (...args: unknown[]) => Method<T, K>['result'];
  prototype[name] = function (this: T, ...args: unknown[]) {
    return around(() => original.apply(this, args), args, this);
  } as T[K];
}
