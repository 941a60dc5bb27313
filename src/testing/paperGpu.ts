import { isDevice, openDevice, type Device } from '../engine/device';

/** A buffer of a `PaperGpu`: its bytes are what was written and copied. */
export interface PaperBuffer {
  label: string;
  size: number;
  usage: number;
  bytes: Uint8Array;
  destroyed: boolean;
}

/** A dispatch as it was encoded. */
export interface PaperDispatch {
  /** Name and text of the kernel, and its overrides. */
  kernel: string;
  code: string;
  constants: Record<string, number>;
  grid: number[];
  /** Bound buffers, by binding. */
  bound: Record<number, { buffer: PaperBuffer; offset: number; size?: number }>;
  /** Indices of the timestamps around its pass, where it has some. */
  stamps?: [number, number];
}

/** Contents of one submit. */
export interface PaperSubmit {
  dispatches: PaperDispatch[];
  copies: { from: string; to: string; bytes: number }[];
}

type Bind = { binding: number; resource: { buffer: PaperBuffer; offset?: number; size?: number } };

/** No test asks for more: a loop that does not end is found out, before all memory is full of what it asked for. */
const MOST = 10_000;
const note = <T>(list: T[], one: T): void => {
  if (list.push(one) > MOST) throw new Error(`more than ${MOST} writes, submits or copies`);
};

/** A GPU on paper, for tests of what is asked of one. */
export interface PaperGpu {
  gpu: GPU;
  /** Its time, in milliseconds, which `performance.now` and `setTimeout` go by until `restore`. */
  now: number;
  /** Milliseconds that a dispatch takes. */
  ms: (one: PaperDispatch) => number;
  /** Effect of a dispatch on the bound buffers. */
  compute: (one: PaperDispatch) => void;
  /** Errors that scopes find, one for each that is closed; the others find none. */
  errors: ({ message: string } | null)[];
  /** Every buffer that was made. */
  buffers: PaperBuffer[];
  /** Layouts of bind groups that were made, as they were asked for. */
  layouts: GPUBindGroupLayoutDescriptor[];
  /** Pipelines made. */
  pipelines: number;
  writes: { buffer: string; offset: number; bytes: number[] | number }[];
  submits: PaperSubmit[];
  /** Delays that timers were asked for. */
  timers: number[];
  /** Number of times a buffer was mapped. */
  maps: number;
  /** Sets of queries that were made and not destroyed. */
  querySets: number;
  /** Error scopes that are open. */
  scopes: number;
  /** Descriptors that devices were requested with. */
  asked: GPUDeviceDescriptor[];
  /** An error that no scope is there for. */
  fail: (message: string) => void;
  /** The device goes. */
  lose: (message: string) => void;
  restore: () => void;
}

/**
 * A GPU that computes nothing: what is written, copied and dispatched is noted, and work takes the time that a test says. In Node as
 * in a browser (`polls: false`) nothing else keeps the time meanwhile, so that each run is the same.
 */
export function paperGpu({ features = [], limits = {}, info = {}, polls = true }: { features?: string[]; limits?: object; info?: object; polls?: boolean | null } = {}): PaperGpu {
  /** Time at which all submitted work is done. */
  let busyUntil = 0;
  const real = { now: performance.now.bind(performance), setTimeout: globalThis.setTimeout };
  performance.now = () => paper.now;
  globalThis.setTimeout = ((done: () => void, ms = 0) => {
    paper.timers.push(ms);
    void Promise.resolve().then(() => {
      paper.now += ms;
      done();
    });
  }) as never;
  const finished = async (): Promise<void> => {
    const until = busyUntil;
    // One after the other: whoever waits for what is done first goes on before the next is.
    await new Promise((done) => setImmediate(done));
    paper.now = Math.max(paper.now, until);
  };
  const createBuffer = ({ label = '', size, usage }: GPUBufferDescriptor): PaperBuffer => {
    const bytes = new Uint8Array(size);
    let isMapped = false;
    const ranges: Uint8Array[] = [];
    const buffer = {
      label, size, usage, bytes, destroyed: false,
      async mapAsync(mode: number) {
        if (mode !== 1 || isMapped) throw new Error(`${label} cannot be mapped`);
        paper.maps++;
        await finished();
        isMapped = true;
      },
      getMappedRange(offset = 0, length = size - offset) {
        if (!isMapped) throw new Error(`${label} is not mapped`);
        ranges.push(bytes.slice(offset, offset + length));
        return ranges.at(-1)!.buffer;
      },
      unmap() {
        isMapped = false;
        // What was mapped is no longer there.
        for (const range of ranges.splice(0)) range.fill(0xdd);
      },
      destroy() {
        buffer.destroyed = true;
      },
    };
    paper.buffers.push(buffer);
    return buffer;
  };
  const listeners: [type: string, listener: (event: unknown) => void][] = [];
  let lose!: (message: string) => void;
  const createCommandEncoder = () => {
    const submit: PaperSubmit = { dispatches: [], copies: [] };
    const work: (() => void)[] = [];
    return {
      beginComputePass({ timestampWrites: at }: GPUComputePassDescriptor = {}) {
        let pipeline = { kernel: '', code: '', constants: {} };
        let bound: PaperDispatch['bound'] = {};
        let isOpen = true;
        return {
          setPipeline: (one: typeof pipeline) => void (pipeline = one),
          setBindGroup(index: number, { entries }: { entries: Bind[] }) {
            if (index !== 0) throw new Error('kernels have one group, the first');
            bound = Object.fromEntries(entries.map(({ binding, resource: { buffer, offset = 0, size } }) => [binding, { buffer, offset, size }]));
          },
          dispatchWorkgroups(...grid: number[]) {
            const one: PaperDispatch = { ...pipeline, grid, bound, ...(at && { stamps: [at.beginningOfPassWriteIndex!, at.endOfPassWriteIndex!] }) };
            submit.dispatches.push(one);
            work.push(() => {
              busyUntil += paper.ms(one);
              paper.compute(one);
            });
          },
          end() {
            if (!isOpen) throw new Error('the pass has ended');
            isOpen = false;
            work.push(() => undefined);
          },
        };
      },
      copyBufferToBuffer(from: PaperBuffer, at: number, to: PaperBuffer, toAt: number, bytes: number) {
        note(submit.copies, { from: from.label, to: to.label, bytes });
        if (at + bytes > from.size || toAt + bytes > to.size) throw new Error(`${bytes} bytes of ${from.label} do not fit`);
        work.push(() => to.bytes.set(from.bytes.subarray(at, at + bytes), toAt));
      },
      resolveQuerySet({ times }: { times: BigUint64Array }, first: number, count: number, to: PaperBuffer, at: number) {
        work.push(() => to.bytes.set(new Uint8Array(times.buffer, first * 8, count * 8), at));
      },
      finish: () => ({ submit, work }),
    };
  };
  const device = {
    features: new Set(features),
    lost: new Promise((gone) => (lose = (message) => gone({ reason: 'unknown', message }))),
    addEventListener: (type: string, listener: (event: unknown) => void) => listeners.push([type, listener]),
    pushErrorScope(filter: string) {
      if (!['validation', 'internal', 'out-of-memory'].includes(filter)) throw new TypeError(`${filter} is no kind of error`);
      paper.scopes++;
    },
    popErrorScope: () => (paper.scopes--, Promise.resolve(paper.errors.shift() ?? null)),
    createBuffer,
    createCommandEncoder,
    createShaderModule: ({ code }: GPUShaderModuleDescriptor) => ({ code, getCompilationInfo: () => Promise.resolve({ messages: [] }) }),
    createBindGroupLayout: (asked: GPUBindGroupLayoutDescriptor) => (paper.layouts.push(asked), asked),
    createPipelineLayout: (asked: GPUPipelineLayoutDescriptor) => asked,
    createComputePipelineAsync({ label, layout, compute: { module, entryPoint, constants = {} } }: { label: string; layout: 'auto' | { bindGroupLayouts: unknown[] }; compute: { module: { code: string }; entryPoint?: string; constants?: Record<string, number> } }) {
      if (layout === 'auto' ? entryPoint !== undefined : entryPoint !== 'main' || !paper.layouts.includes(layout.bindGroupLayouts[0] as GPUBindGroupLayoutDescriptor)) throw new TypeError('that is no pipeline');
      paper.pipelines++;
      return Promise.resolve({ kernel: label, code: module.code, constants, getBindGroupLayout: (index: number) => ({ index }) });
    },
    createBindGroup: (asked: unknown) => asked,
    createQuerySet({ type, count }: GPUQuerySetDescriptor) {
      if (type !== 'timestamp') throw new TypeError(`${type} is nothing that is asked for`);
      paper.querySets++;
      return { times: BigUint64Array.from({ length: count }, (_, i) => BigInt(i * i)), destroy: () => void paper.querySets-- };
    },
    queue: {
      writeBuffer(buffer: PaperBuffer, offset: number, data: ArrayBuffer | ArrayBufferView) {
        const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
        if (offset % 4 || bytes.length % 4 || offset + bytes.length > buffer.size) throw new Error(`${bytes.length} bytes cannot be written to ${buffer.label} at ${offset}`);
        buffer.bytes.set(bytes, offset);
        note(paper.writes, { buffer: buffer.label, offset, bytes: bytes.length > 64 ? bytes.length : [...bytes] });
      },
      submit(commands: { submit: PaperSubmit; work: (() => void)[] }[]) {
        busyUntil = Math.max(busyUntil, paper.now);
        for (const { submit, work } of commands) {
          note(paper.submits, submit);
          for (const one of work) one();
        }
      },
      onSubmittedWorkDone: finished,
    },
    destroy: () => undefined,
  };
  const adapter = {
    features: new Set(features),
    limits: { maxStorageBufferBindingSize: 2 ** 27, maxBufferSize: 2 ** 28, maxComputeWorkgroupStorageSize: 16384, maxComputeInvocationsPerWorkgroup: 256, maxStorageBuffersPerShaderStage: 8, minStorageBufferOffsetAlignment: 256, ...limits },
    info: { vendor: 'paper', architecture: '', description: '', device: '', ...info },
    requestDevice: (asked: GPUDeviceDescriptor) => (paper.asked.push(asked), Promise.resolve(device)),
  };
  const paper: PaperGpu = {
    gpu: { ...(polls !== null && { polls }), requestAdapter: () => Promise.resolve(adapter) } as unknown as GPU,
    now: 0, ms: () => 0, compute: () => undefined, errors: [], buffers: [], layouts: [], pipelines: 0, writes: [], submits: [], timers: [], asked: [], maps: 0, querySets: 0, scopes: 0,
    fail: (message) => listeners.forEach(([type, listener]) => type === 'uncapturederror' && listener({ error: { message } })),
    lose: (message) => lose(message),
    restore: () => {
      performance.now = real.now;
      globalThis.setTimeout = real.setTimeout;
    },
  };
  return paper;
}

/** The device of a GPU on paper. */
export async function openPaper(paper: PaperGpu): Promise<Device> {
  const device = await openDevice(paper.gpu);
  if (!isDevice(device)) throw new Error(device.message);
  return device;
}
