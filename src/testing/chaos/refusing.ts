/** Requests that a device may refuse. */
export const refusable = ['buffer', 'buffer, thrown', 'module', 'pipeline', 'map', 'query set', 'memory'] as const;
export type Refusable = (typeof refusable)[number];

/** A GPU whose devices refuse one thing once, and count what they are asked for. */
export interface Refusing {
  gpu: GPU;
  /** Number of requests of each kind. */
  asked: Record<Refusable, number>;
  /** True if anything was refused. */
  refused: () => boolean;
  /** Buffers that were made and not destroyed, by label. */
  living: () => string[];
  /** Error scopes that are open. */
  scopes: () => number;
}

interface Scope {
  filter: GPUErrorFilter;
  error: { message: string } | null;
}

/** Memory of the processor's device, from which its buffers are cut and the places that its kernels work in. */
interface Heap {
  take(bytes: number): number | undefined;
}

const put = (on: object, name: string, value: unknown): void => void Object.defineProperty(on, name, { value, configurable: true });

/**
 * A GPU that refuses the `n`-th of a kind, from 0, as a device without memory does: a buffer is invalid, and its error in the scope that is
 * there for it, or thrown; a pipeline's promise and a map's reject. Devices and buffers are the real ones, with these methods in front.
 */
export function refusing(gpu: GPU, kind: Refusable | null, n = Infinity): Refusing {
  const asked = Object.fromEntries(refusable.map((name) => [name, 0])) as Refusing['asked'];
  const living = new Set<GPUBuffer>();
  const scopes: Scope[] = [];
  let refused = false;
  const refuses = (name: Refusable): boolean => {
    const now = asked[name]++ === n && name === kind;
    refused ||= now;
    return now;
  };

  const overDevice = (device: GPUDevice): GPUDevice => {
    const { heap } = device as unknown as { heap?: Heap };
    const own = {
      createBuffer: device.createBuffer.bind(device),
      createShaderModule: device.createShaderModule.bind(device),
      createComputePipelineAsync: device.createComputePipelineAsync.bind(device),
      createQuerySet: typeof device.createQuerySet === 'function' && device.createQuerySet.bind(device),
      pushErrorScope: device.pushErrorScope.bind(device),
      popErrorScope: device.popErrorScope.bind(device),
      addEventListener: device.addEventListener.bind(device),
      take: heap?.take.bind(heap),
    };
    const listeners: ((event: Event) => void)[] = [];
    const report = (filter: GPUErrorFilter, message: string): void => {
      const scope = scopes.findLast((one) => one.filter === filter);
      if (scope) scope.error ??= { message };
      else for (const listener of listeners) listener(Object.assign(new Event('uncapturederror'), { error: { message } }));
    };
    /** A buffer that nothing can be done with: on the processor one larger than all memory is. */
    const invalid = (label: string | undefined): GPUBuffer => {
      own.pushErrorScope('validation');
      own.pushErrorScope('out-of-memory');
      const buffer = own.createBuffer(heap ? { label, size: 2 ** 45, usage: 0x80 } : { label, size: 4, usage: 0x1 | 0x80 });
      void own.popErrorScope();
      void own.popErrorScope();
      return buffer;
    };
    put(device, 'createBuffer', (descriptor: GPUBufferDescriptor) => {
      if (refuses('buffer, thrown')) throw new RangeError('createBuffer failed, size is too large for the implementation');
      const isRefused = refuses('buffer');
      const buffer = isRefused ? invalid(descriptor.label) : own.createBuffer(descriptor);
      if (isRefused) report('out-of-memory', `not enough memory for ${descriptor.size} bytes`);
      living.add(buffer);
      const [mapAsync, destroy] = [buffer.mapAsync.bind(buffer), buffer.destroy.bind(buffer)];
      put(buffer, 'mapAsync', (...range: Parameters<GPUBuffer['mapAsync']>) => (refuses('map') ? Promise.reject(new DOMException('not enough memory to map', 'OperationError')) : mapAsync(...range)));
      put(buffer, 'destroy', () => {
        living.delete(buffer);
        destroy();
      });
      return buffer;
    });
    put(device, 'createShaderModule', (descriptor: GPUShaderModuleDescriptor) => {
      if (refuses('module')) throw new DOMException('not enough memory for a module', 'OperationError');
      return own.createShaderModule(descriptor);
    });
    put(device, 'createComputePipelineAsync', (descriptor: GPUComputePipelineDescriptor) =>
      refuses('pipeline') ? Promise.reject(Object.assign(new DOMException('not enough memory for a pipeline', 'GPUPipelineError'), { reason: 'internal' })) : own.createComputePipelineAsync(descriptor),
    );
    const { createQuerySet } = own;
    if (createQuerySet) {
      put(device, 'createQuerySet', (descriptor: GPUQuerySetDescriptor) => {
        if (refuses('query set')) throw new RangeError('createQuerySet failed, count is too large for the implementation');
        return createQuerySet(descriptor);
      });
    }
    put(device, 'pushErrorScope', (filter: GPUErrorFilter) => {
      scopes.push({ filter, error: null });
      own.pushErrorScope(filter);
    });
    put(device, 'popErrorScope', () => {
      const scope = scopes.pop();
      return own.popErrorScope().then((found) => scope?.error ?? found);
    });
    put(device, 'addEventListener', (type: string, listener: (event: Event) => void) => {
      if (type === 'uncapturederror') listeners.push(listener);
      own.addEventListener(type, listener);
    });
    const { take } = own;
    if (heap && take) put(heap, 'take', (bytes: number) => (refuses('memory') ? undefined : take(bytes)));
    return device;
  };

  return {
    gpu: {
      polls: (gpu as { polls?: boolean }).polls,
      async requestAdapter(...options: Parameters<GPU['requestAdapter']>) {
        const adapter = await gpu.requestAdapter(...options);
        if (!adapter) return null;
        const { features, limits, info } = adapter;
        return { features, limits, info, requestDevice: async (wanted?: GPUDeviceDescriptor) => overDevice(await adapter.requestDevice(wanted)) };
      },
    } as unknown as GPU,
    asked,
    refused: () => refused,
    living: () => [...living].map(({ label }) => label),
    scopes: () => scopes.length,
  };
}
