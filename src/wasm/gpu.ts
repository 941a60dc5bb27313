import { Heap } from './heap';
import { WorkQueue } from './queue';
import { fill, HEADER_WORDS, reopened, type Kernels, type Template } from './template';

/**
 * A device that speaks the part of WebGPU which the engine uses and runs its kernels on the processor, compiled from the same
 * WGSL to WebAssembly. On one thread.
 */
export const processor = (kernels: Kernels): GPU =>
  ({
    requestAdapter: () => Promise.resolve(new Adapter(kernels)),
    /** Waiting costs nothing: see engine/device.ts. */
    polls: false,
  }) as unknown as GPU;

const LIMITS = {
  maxStorageBufferBindingSize: 2 ** 31,
  maxBufferSize: 2 ** 31,
  maxComputeWorkgroupStorageSize: 65536,
  maxComputeInvocationsPerWorkgroup: 256,
  maxStorageBuffersPerShaderStage: 16,
  minStorageBufferOffsetAlignment: 16,
};
/** Workgroups of a dispatch that run before other work has its turn. */
const GROUPS_AT_ONCE = 64;

class Adapter {
  constructor(private readonly kernels: Kernels) {}

  readonly features = new Set<string>();
  readonly limits = LIMITS;
  readonly info = { vendor: 'wasm', architecture: 'wasm', device: '', description: 'software on the processor (WebAssembly)', isFallbackAdapter: true };

  requestDevice(): Promise<ProcessorDevice> {
    return Promise.resolve(new ProcessorDevice(this.kernels));
  }
}

class Buffer {
  private readonly at: number;
  private there = true;

  constructor(
    private readonly heap: Heap,
    readonly label: string,
    readonly size: number,
    at: number | undefined,
  ) {
    this.there = at !== undefined;
    this.at = at ?? 0;
  }

  /** Where it lies in memory. */
  get address(): number {
    if (!this.there) throw new Error(`the buffer ${this.label} has no memory`);
    return this.at;
  }

  bytes(offset: number, size: number): Uint8Array<ArrayBuffer> {
    if (offset + size > this.size) throw new Error(`${offset + size} bytes of the buffer ${this.label} are asked for, which has ${this.size}`);
    return this.heap.bytes(this.address + offset, size);
  }

  /** Set by the device: waits for the work before it. */
  waits: () => Promise<void> = () => Promise.resolve();

  mapAsync(): Promise<void> {
    return this.waits();
  }

  getMappedRange(offset = 0, size = this.size - offset): ArrayBuffer {
    return this.bytes(offset, size).slice().buffer;
  }

  unmap(): void {}

  destroy(): void {
    if (!this.there) return;
    this.there = false;
    this.heap.give(this.at, this.size);
  }
}

interface Bound {
  binding: number;
  buffer: Buffer;
  offset: number;
  size: number;
}

class Pipeline {
  private readonly run: (words: number, from: number, to: number) => void;
  private readonly words: number;
  private readonly shared: number;
  private readonly frames: number;

  constructor(
    private readonly heap: Heap,
    private readonly label: string,
    private readonly template: Template,
    values: Record<string, number>,
  ) {
    const { bytes, shared, frames } = fill(template, values, false);
    const module = new WebAssembly.Module(bytes);
    const { exports } = new WebAssembly.Instance(module, { env: { memory: heap.memory } });
    this.run = exports.run as typeof this.run;
    const room = (bytes: number): number => {
      const at = heap.take(Math.max(bytes, 4));
      if (at === undefined) throw new Error(`there is no memory left for ${label}`);
      return at;
    };
    this.words = room(4 * (HEADER_WORDS + 2 * template.bindings.length));
    this.shared = room(shared);
    this.frames = room(frames);
  }

  /** The pieces of a dispatch, in order. */
  dispatch(group: Bound[], grid: [number, number, number]): (() => void)[] {
    const buffers = this.template.bindings.map(({ name, binding, stride, bytes }) => {
      const bound = group.find((one) => one.binding === binding);
      if (!bound) throw new Error(`${this.label}: nothing is bound to ${name}`);
      if (bound.size < bytes) throw new Error(`${this.label}: ${name} needs ${bytes} bytes and is bound to ${bound.size}`);
      return { bound, last: stride ? Math.floor(bound.size / stride) - 1 : 0 };
    });
    const all = grid[0] * grid[1] * grid[2];
    return Array.from({ length: Math.ceil(all / GROUPS_AT_ONCE) }, (_, i) => () => {
      const words = [this.shared, this.frames, ...grid, ...buffers.flatMap(({ bound, last }) => [bound.buffer.address + bound.offset, last])];
      new Uint32Array(this.heap.memory.buffer, this.words, words.length).set(words);
      this.run(this.words, i * GROUPS_AT_ONCE, Math.min(all, (i + 1) * GROUPS_AT_ONCE));
    });
  }
}

/** What is recorded runs when it is submitted. */
class Encoder {
  readonly commands: (() => (() => void)[])[] = [];

  beginComputePass() {
    let pipeline: Pipeline;
    let group: Bound[];
    return {
      setPipeline: (next: Pipeline) => void (pipeline = next),
      setBindGroup: (_: number, next: Bound[]) => void (group = next),
      dispatchWorkgroups: (x: number, y = 1, z = 1) => {
        const [taken, bound] = [pipeline, group];
        this.commands.push(() => taken.dispatch(bound, [x, y, z]));
      },
      end: () => {},
    };
  }

  copyBufferToBuffer(from: Buffer, fromOffset: number, to: Buffer, toOffset: number, size: number): void {
    this.commands.push(() => [() => to.bytes(toOffset, size).set(from.bytes(fromOffset, size))]);
  }

  clearBuffer(buffer: Buffer, offset = 0, size = buffer.size - offset): void {
    this.commands.push(() => [() => void buffer.bytes(offset, size).fill(0)]);
  }

  finish(): this {
    return this;
  }
}

interface Failure {
  message: string;
}

class ProcessorDevice extends EventTarget {
  readonly features = new Set<string>();
  readonly limits = LIMITS;
  readonly lost: Promise<{ reason: string; message: string }>;
  private readonly heap = new Heap();
  private readonly work = new WorkQueue();
  private readonly scopes: { filter: string; error: Failure | null }[] = [];
  private lose!: (how: { reason: string; message: string }) => void;

  constructor(private readonly kernels: Kernels) {
    super();
    this.lost = new Promise((lose) => (this.lose = lose));
  }

  readonly queue = {
    writeBuffer: (buffer: Buffer, offset: number, data: ArrayBuffer | ArrayBufferView) => {
      const bytes = (ArrayBuffer.isView(data) ? new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength) : new Uint8Array(data)).slice();
      this.tried('validation', () => void buffer.bytes(offset, bytes.length));
      this.work.add(() => this.tried('validation', () => buffer.bytes(offset, bytes.length).set(bytes)));
    },
    submit: (encoders: Encoder[]) => {
      for (const command of encoders.flatMap(({ commands }) => commands)) {
        for (const piece of this.tried('validation', command) ?? []) this.work.add(() => this.tried('internal', piece));
      }
    },
    onSubmittedWorkDone: () => this.work.done(),
  };

  createBuffer({ label = '', size }: { label?: string; size: number }): Buffer {
    const at = this.heap.take(size);
    if (at === undefined) this.report('out-of-memory', `there is no memory left for the ${size} bytes of ${label}`);
    const buffer = new Buffer(this.heap, label, size, at);
    buffer.waits = () => this.work.done();
    return buffer;
  }

  createShaderModule({ label = '', code }: { label?: string; code: string }) {
    return { label, code, getCompilationInfo: () => Promise.resolve({ messages: [] }) };
  }

  createBindGroupLayout<T>(layout: T): T {
    return layout;
  }

  createPipelineLayout<T>(layout: T): T {
    return layout;
  }

  createBindGroup({ entries }: { entries: { binding: number; resource: { buffer: Buffer; offset?: number; size?: number } }[] }): Bound[] {
    return entries.map(({ binding, resource: { buffer, offset = 0, size = buffer.size - offset } }) => {
      if (offset + size > buffer.size) this.report('validation', `${offset + size} bytes of the buffer ${buffer.label} are bound, which has ${buffer.size}`);
      return { binding, buffer, offset, size };
    });
  }

  async createComputePipelineAsync({ label = '', compute }: { label?: string; compute: { module: { code: string }; constants?: Record<string, number> } }): Promise<Pipeline> {
    const { text, values } = reopened(compute.module.code, compute.constants ?? {});
    return new Pipeline(this.heap, label, await this.kernels(label, text), values);
  }

  createCommandEncoder(): Encoder {
    return new Encoder();
  }

  pushErrorScope(filter: string): void {
    this.scopes.push({ filter, error: null });
  }

  popErrorScope(): Promise<Failure | null> {
    return Promise.resolve(this.scopes.pop()?.error ?? null);
  }

  destroy(): void {
    this.lose({ reason: 'destroyed', message: 'The device was destroyed.' });
  }

  private tried<T>(filter: string, body: () => T): T | undefined {
    try {
      return body();
    } catch (error) {
      this.report(filter, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /** Tells the innermost scope that catches such errors, or whoever listens. */
  private report(filter: string, message: string): void {
    const scope = this.scopes.findLast((one) => one.filter === filter);
    if (scope) scope.error ??= { message };
    else this.dispatchEvent(Object.assign(new Event('uncapturederror'), { error: { message } }));
  }
}
