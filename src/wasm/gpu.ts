import type { Command, Executor } from './executor';
import { Heap } from './heap';
import { Inline } from './inline';
import { Pool, type Threads } from './pool';
import { WorkQueue } from './queue';
import { fill, fused, reopened, type Kernels, type Template } from './template';
import { messageOf } from '../errors/errors';

/**
 * A device that speaks the part of WebGPU which the engine uses and runs its kernels on the processor, compiled from the same
 * WGSL to WebAssembly: on several threads where they are given and can share memory, else on this one, with the same results;
 * with `isFused` quicker, and with last bits that depend on the machine.
 */
export const processor = (kernels: Kernels, threads?: Threads, isFused = false): GPU =>
  ({
    requestAdapter: () => Promise.resolve(isFused ? new Adapter(async (name, text) => fused(await kernels(name, text)), threads, 'Processor (WebAssembly, fused)') : new Adapter(kernels, threads, 'Processor (WebAssembly)')),
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

const FEATURES: ReadonlySet<string> = new Set(['timestamp-query']);

class Adapter {
  constructor(
    private readonly kernels: Kernels,
    private readonly threads: Threads | undefined,
    private readonly description: string,
  ) {}

  readonly features = FEATURES;
  readonly limits = LIMITS;

  get info() {
    return { vendor: 'wasm', architecture: 'wasm', device: '', description: this.description, isFallbackAdapter: true };
  }

  requestDevice(): Promise<ProcessorDevice> {
    return ProcessorDevice.open(this.kernels, this.threads);
  }
}

class Buffer {
  private readonly at: number;
  private there = true;

  constructor(
    private readonly heap: Heap,
    private readonly work: WorkQueue,
    readonly label: string,
    readonly size: number,
    at: number | undefined,
  ) {
    this.there = at !== undefined;
    this.at = at ?? 0;
  }

  /** Address of the buffer in memory. */
  get address(): number {
    if (!this.there) throw new Error(`the buffer ${this.label} has no memory`);
    return this.at;
  }

  /** Address of a part of the buffer. */
  within(offset: number, size: number): number {
    if (offset + size > this.size) throw new Error(`${offset + size} bytes of the buffer ${this.label} are asked for, which has ${this.size}`);
    return this.address + offset;
  }

  bytes(offset: number, size: number): Uint8Array<ArrayBuffer> {
    return this.heap.bytes(this.within(offset, size), size);
  }

  async mapAsync(): Promise<void> {
    await this.work.done();
    // What lies in it then is not what was to be computed.
    if (this.work.ended !== undefined) throw new DOMException(this.work.ended, 'OperationError');
  }

  getMappedRange(offset = 0, size = this.size - offset): ArrayBuffer {
    return this.bytes(offset, size).slice().buffer;
  }

  unmap(): void {}

  destroy(): void {
    if (!this.there) return;
    this.there = false;
    // Work that has been submitted may still use it.
    const give = (): void => this.heap.give(this.at, this.size);
    if (this.work.isIdle) give();
    else this.work.add(give);
  }
}

interface Bound {
  binding: number;
  buffer: Buffer;
  offset: number;
  size: number;
}

class Pipeline {
  constructor(
    private readonly label: string,
    private readonly kernel: number,
    private readonly template: Template,
  ) {}

  dispatch(group: Bound[], grid: [number, number, number]): Command {
    const buffers = this.template.bindings.map(({ name, binding, stride, bytes }) => {
      const bound = group.find((one) => one.binding === binding);
      if (!bound) throw new Error(`${this.label}: nothing is bound to ${name}`);
      if (bound.size < bytes) throw new Error(`${this.label}: ${name} needs ${bytes} bytes and is bound to ${bound.size}`);
      return [bound.buffer.address + bound.offset, stride ? Math.floor(bound.size / stride) - 1 : 0];
    });
    return { kind: 'run', kernel: this.kernel, words: [...grid, ...buffers.flat()], groups: grid[0] * grid[1] * grid[2] };
  }
}

/** Points in time, in nanoseconds. */
class QuerySet {
  readonly times: BigUint64Array;

  constructor(count: number) {
    this.times = new BigUint64Array(count);
  }

  stamp(index: number): void {
    this.times[index] = BigInt(Math.round(1e6 * performance.now()));
  }

  destroy(): void {}
}

/** What is done between commands, when those before it have run. */
type Between = () => void;

interface PassOptions {
  timestampWrites?: { querySet: QuerySet; beginningOfPassWriteIndex: number; endOfPassWriteIndex: number };
}

/** Records commands, which run when they are submitted. */
class Encoder {
  readonly commands: (() => Command | Between)[] = [];

  private between(work: Between): void {
    this.commands.push(() => work);
  }

  beginComputePass({ timestampWrites: stamps }: PassOptions = {}) {
    if (stamps) this.between(() => stamps.querySet.stamp(stamps.beginningOfPassWriteIndex));
    let pipeline: Pipeline;
    let group: Bound[];
    return {
      setPipeline: (next: Pipeline) => void (pipeline = next),
      setBindGroup: (_: number, next: Bound[]) => void (group = next),
      dispatchWorkgroups: (x: number, y = 1, z = 1) => {
        const [taken, bound] = [pipeline, group];
        this.commands.push(() => taken.dispatch(bound, [x, y, z]));
      },
      end: () => {
        if (stamps) this.between(() => stamps.querySet.stamp(stamps.endOfPassWriteIndex));
      },
    };
  }

  copyBufferToBuffer(from: Buffer, fromOffset: number, to: Buffer, toOffset: number, size: number): void {
    this.commands.push(() => ({ kind: 'copy', from: from.within(fromOffset, size), to: to.within(toOffset, size), bytes: size }));
  }

  resolveQuerySet({ times }: QuerySet, first: number, count: number, to: Buffer, offset: number): void {
    this.between(() => to.bytes(offset, 8 * count).set(new Uint8Array(times.slice(first, first + count).buffer)));
  }

  clearBuffer(buffer: Buffer, offset = 0, size = buffer.size - offset): void {
    this.commands.push(() => ({ kind: 'clear', at: buffer.within(offset, size), bytes: size }));
  }

  finish(): this {
    return this;
  }
}

interface Failure {
  message: string;
}

class ProcessorDevice extends EventTarget {
  readonly features = FEATURES;
  readonly limits = LIMITS;
  readonly lost: Promise<{ reason: string; message: string }>;
  private readonly work = new WorkQueue();
  private readonly scopes: { filter: string; error: Failure | null }[] = [];
  private lose!: (how: { reason: string; message: string }) => void;
  private executor!: Executor;

  private constructor(
    private readonly kernels: Kernels,
    private readonly heap: Heap,
  ) {
    super();
    this.lost = new Promise((lose) => (this.lose = lose));
  }

  static async open(kernels: Kernels, threads: Threads | undefined): Promise<ProcessorDevice> {
    const share = threads !== undefined && threads.count > 1 && typeof SharedArrayBuffer === 'function' && (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false;
    const device = new ProcessorDevice(kernels, new Heap(share));
    const pool = share ? await Pool.open(device.heap, threads, { failed: (why) => device.report('internal', why), lost: (why) => device.end('unknown', why) }).catch(() => undefined) : undefined;
    device.executor = pool ?? new Inline(device.heap);
    return device;
  }

  readonly queue = {
    writeBuffer: (buffer: Buffer, offset: number, data: ArrayBuffer | ArrayBufferView) => {
      const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
      const write = (from: Uint8Array) => this.tried('validation', () => buffer.bytes(offset, from.length).set(from));
      if (this.work.isIdle) return write(bytes);
      this.tried('validation', () => void buffer.within(offset, bytes.length));
      const kept = bytes.slice();
      this.work.add(() => write(kept));
    },
    submit: (encoders: Encoder[]) => {
      const commands = encoders.flatMap((encoder) => encoder.commands).flatMap((command) => this.tried('validation', command) ?? []);
      this.work.add(() => this.execute(commands));
    },
    onSubmittedWorkDone: () => this.work.done(),
  };

  private async execute(commands: (Command | Between)[]): Promise<void> {
    try {
      let some: Command[] = [];
      for (const command of commands) {
        if (typeof command !== 'function') some.push(command);
        else {
          if (some.length > 0) await this.executor.run(some);
          some = [];
          command();
        }
      }
      if (some.length > 0) await this.executor.run(some);
    } catch (error) {
      this.report('internal', messageOf(error));
    }
  }

  createBuffer({ label = '', size }: { label?: string; size: number }): Buffer {
    const at = this.heap.take(size);
    if (at === undefined) this.report('out-of-memory', `there is no memory left for the ${size} bytes of ${label}`);
    return new Buffer(this.heap, this.work, label, size, at);
  }

  createQuerySet({ count }: { count: number }): QuerySet {
    return new QuerySet(count);
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
    const template = await this.kernels(label, text);
    const { bytes, ...needs } = fill(template, values, this.heap.isShared);
    return new Pipeline(label, this.executor.add(await WebAssembly.compile(bytes), needs), template);
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
    this.end('destroyed', 'The device was destroyed.');
    this.executor.stop();
  }

  /** Work that waits, and what is added to it, comes to an end without being done. */
  private end(reason: 'unknown' | 'destroyed', message: string): void {
    this.work.ended ??= message;
    this.lose({ reason, message });
  }

  private tried<T>(filter: string, body: () => T): T | undefined {
    try {
      return body();
    } catch (error) {
      this.report(filter, messageOf(error));
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
