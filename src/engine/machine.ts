import { defined } from '../numbers/defined';
import type { Device } from './device';
import { EngineError } from './errors';
import { formOf, type Form } from './forms';
import { Gathering, type Reading, type Source } from './gather';
import { compilePipeline, type Pipeline } from './pipelines';
import { beyond, METRIC_BYTES, METRIC_RING, placeOf, planMemory, STEP_BYTES, type MemoryPlan } from './plan';
import type { Advise, Program, Recorder } from './record';
import { onProcessor } from './report';
import { packStep, type StepScalars } from './step';
import { constantValues, type Tensor } from './tensor';

/** GPU time that one submit should take, so that the compositor and the driver's watchdog get their turn. */
const SUBMIT_MS = 120;
/** The same where nothing else waits for the adapter, and waiting costs more. */
const POLLED_MS = 500;
/** Time of an entry before any was measured: small pieces to begin with. */
const FIRST_GUESS_MS = 8;
/** Operations a millisecond of a slow card, and of an adapter that is software: what has more to do is guessed by it. */
const FIRST_GUESS_RATE = { card: 2.5e8, software: 1e7 };
/** Pieces (or whole short programs) that may be queued before `run` waits. */
const IN_FLIGHT = 2;
const UPLOAD_PIECE = 16 * 1024 * 1024;

interface Ready {
  pipeline: Pipeline;
  group: GPUBindGroup;
  form: Form & { name?: string };
}

interface Costs {
  costs: Float64Array;
  runs: number;
  /**
   * On the processor, where an entry may take a second, those from here on have not been measured: each of them is a piece by
   * itself, so that a stop waits for no more than the one that runs.
   */
  unmeasured: number;
}

/** Called by `Machine.build` while pipelines compile. */
export type OnCompile = (done: number, total: number) => void;

/** A machine whose memory another one uses (`Loan`): only one of them runs at a time. */
export interface Lender {
  machine: Machine;
  /** True if the lender's frozen tensor of this label holds the same values. */
  holds: (label: string) => boolean;
}

/**
 * The compiled programs of a recorder with all their memory. After `build` nothing is allocated any more: a run
 * writes the step scalars, encodes ready pipelines and bind groups, and submits.
 */
export class Machine {
  private readonly ready = new Map<Program, Ready[]>();
  private readonly ring: { buffer: GPUBuffer; busy: Promise<unknown> | null }[] = [];
  private readonly costs = new Map<Program, Costs>();
  // Stryker disable next-line ArrayDeclaration: nothing is waited for in what is no promise
  private readonly inFlight: Promise<unknown>[] = [];
  /** End of the last piece, in performance.now() milliseconds. */
  private lastDone = 0;
  private stagingBusy: Promise<unknown> = Promise.resolve();
  /** Machines that use some of this one's buffers. */
  private readonly borrowers = new Set<Machine>();

  private constructor(
    readonly device: Device,
    readonly plan: MemoryPlan,
    private readonly buffers: GPUBuffer[],
    private readonly lender?: Machine,
  ) {
    lender?.borrowers.add(this);
    const first = plan.buffers.length - METRIC_RING;
    for (let i = 0; i < METRIC_RING; i++) this.ring.push({ buffer: defined(buffers[first + i]), busy: null });
  }

  /**
   * Plans, allocates and compiles everything recorded so far. On failure nothing stays allocated. What a lender has is
   * borrowed from it; it cannot be destroyed before this machine is.
   */
  static async build(device: Device, rec: Recorder, onCompile: OnCompile = () => {}, lender?: Lender): Promise<Machine> {
    const plan = planMemory(rec, lender && { plan: lender.machine.plan, holds: lender.holds });
    const machine = new Machine(device, plan, await allocate(device, plan, rec.advise, lender?.machine.buffers), lender?.machine);
    try {
      await machine.compile(rec, onCompile);
      for (const [t, data] of rec.constants) machine.write(t, constantValues(data));
      device.check();
    } catch (error) {
      machine.destroy();
      throw error;
    }
    return machine;
  }

  private async compile(rec: Recorder, onCompile: OnCompile): Promise<void> {
    const promises = new Set<Promise<Pipeline>>();
    const perProgram = rec.programs.map((program) =>
      program.entries.map((entry) => {
        const form = formOf(this.device, entry);
        const promise = compilePipeline(this.device, form.kernel, form.overrides);
        promises.add(promise);
        return { form, promise };
      }),
    );
    let done = 0;
    onCompile(0, promises.size);
    await Promise.all([...promises].map((p) => p.then(() => onCompile(++done, promises.size))));
    // Programs without params have none.
    const uniforms = this.buffers[this.plan.buffers.findIndex((b) => b.label === 'params')];
    const step = this.stepBuffer();
    if (this.plan.uniforms.length) this.device.gpu.queue.writeBuffer(defined(uniforms), 0, this.plan.uniforms as Uint8Array<ArrayBuffer>);
    for (const [p, program] of rec.programs.entries()) {
      const offsets = this.plan.paramOffsets.get(program)!;
      const ready: Ready[] = [];
      for (const [i, { kernel, tensors, label }] of program.entries.entries()) {
        const { form, promise } = defined(defined(perProgram[p])[i]);
        const pipeline = await promise;
        const entries: GPUBindGroupEntry[] = kernel.bindings.map((b) => {
          const place = this.plan.places.get(defined(tensors[b.name]).storage)!;
          return { binding: b.binding, resource: { buffer: defined(this.buffers[place.buffer]), offset: place.offset, size: place.bytes } };
        });
        if (kernel.paramsBinding >= 0) {
          const size = Math.ceil((kernel.params.length * 4) / 16) * 16;
          entries.push({ binding: kernel.paramsBinding, resource: { buffer: defined(uniforms), offset: defined(offsets[i]), size } });
        }
        if (kernel.stepBinding >= 0) entries.push({ binding: kernel.stepBinding, resource: { buffer: step, size: STEP_BYTES } });
        ready.push({ pipeline, form, group: this.device.gpu.createBindGroup({ label, layout: pipeline.layout, entries }) });
      }
      this.ready.set(program, ready);
    }
  }

  // ---- data ---------------------------------------------------------------------------------------------------

  /** Uploads `data` to a tensor, from `byteOffset` on. */
  write(t: Tensor, data: ArrayBufferView, byteOffset = 0): void {
    const place = this.place(t);
    if (!place) return;
    if (t.role === 'frozen' && this.borrows(t)) throw new EngineError('shape', `${t.label} is borrowed; only the machine that lends it may write it`);
    if (byteOffset + data.byteLength > Math.max(t.storage.bytes, 4)) {
      throw new EngineError('shape', `${t.label}: ${byteOffset + data.byteLength} bytes do not fit into ${t.storage.bytes}`);
    }
    let bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    // Stryker disable next-line ArithmeticOperator,ConditionalExpression: a copy of whole words is written as they are
    if (bytes.length % 4) {
      const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
      padded.set(bytes);
      bytes = padded;
    }
    for (let at = 0; at < bytes.length; at += UPLOAD_PIECE) {
      const piece = bytes.subarray(at, at + UPLOAD_PIECE);
      this.device.gpu.queue.writeBuffer(defined(this.buffers[place.buffer]), place.offset + byteOffset + at, piece);
    }
  }

  /** Gives a parameter, a float that all dispatches of a program have, another value from its next run on. */
  setParam(program: Program, name: string, value: number): void {
    const uniforms = defined(this.buffers[this.plan.buffers.findIndex((b) => b.label === 'params')]);
    for (const [i, { kernel }] of program.entries.entries()) {
      const field = kernel.params.findIndex((param) => param.name === name && param.type === 'f32');
      if (field < 0) throw new EngineError('shader', `${kernel.name} takes no float ${name}`);
      this.device.gpu.queue.writeBuffer(uniforms, defined(this.plan.paramOffsets.get(program)![i]) + 4 * field, new Float32Array([value]));
    }
  }

  /** True when some program uses the tensor, so that it has memory. */
  has(t: Tensor): boolean {
    return this.place(t) !== undefined;
  }

  /** True when the tensor lies in another machine's memory. */
  borrows(t: Tensor): boolean {
    const place = this.place(t);
    return place !== undefined && defined(this.plan.buffers[place.buffer]).lent !== undefined;
  }

  /** Reads a tensor back as bytes; persistent tensors and those marked with `Recorder.keep`. */
  async readBytes(tensor: Tensor): Promise<ArrayBuffer> {
    const data = new ArrayBuffer(tensor.storage.bytes);
    await this.read([{ tensor, data: new Uint8Array(data) }]);
    return data;
  }

  async readF32(t: Tensor): Promise<Float32Array> {
    return new Float32Array(await this.readBytes(t));
  }

  async readU32(t: Tensor): Promise<Uint32Array> {
    return new Uint32Array(await this.readBytes(t));
  }

  /** Reads several tensors back, in as few pieces as the staging buffer allows (`Recorder.readTogether`). */
  read(readings: readonly Reading[]): Promise<void> {
    return this.gather((gathering) => gathering.take(readings));
  }

  /** Reads back what `body` takes, in as few pieces as the staging buffer allows; all of it is there at the end. Other reads wait for it. */
  gather(body: (gathering: Gathering) => Promise<void>): Promise<void> {
    const turn = this.stagingBusy.then(async () => {
      const gathering = new Gathering({ device: this.device, staging: defined(this.buffers[this.plan.buffers.length - METRIC_RING - 1]), sourceOf: (t) => this.sourceOf(t), run: (...given) => this.run(...given) });
      await body(gathering);
      await gathering.flush();
    });
    this.stagingBusy = turn.catch(() => {});
    return turn;
  }

  private sourceOf(t: Tensor): Source {
    const place = this.place(t);
    if (!place || defined(this.plan.buffers[place.buffer]).role === 'temp') throw new EngineError('shape', `${t.label} is not in any program, or shares its memory; keep() it`);
    return { buffer: defined(this.buffers[place.buffer]), offset: place.offset };
  }

  /** Reads a small tensor (at most 256 bytes) without stopping the queue: the promise settles steps later. */
  async readLate(t: Tensor): Promise<Float32Array> {
    const { buffer, offset } = this.sourceOf(t);
    const bytes = Math.min(METRIC_BYTES, t.storage.bytes);
    let slot = this.ring.find((s) => !s.busy);
    while (!slot) {
      // Stryker disable next-line ArrayDeclaration: all of them are busy
      await Promise.race(this.ring.flatMap((s) => s.busy ?? []));
      slot = this.ring.find((s) => !s.busy);
    }
    const result = this.copyOut(buffer, offset, bytes, slot.buffer);
    slot.busy = result.catch(() => {}).finally(() => (slot.busy = null));
    const data = await result;
    return new Float32Array(data.buffer);
  }

  private async copyOut(buffer: GPUBuffer, offset: number, bytes: number, staging: GPUBuffer): Promise<Uint8Array> {
    this.device.check();
    const { gpu } = this.device;
    const encoder = gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, offset, staging, 0, bytes);
    gpu.queue.submit([encoder.finish()]);
    await this.device.wait(staging.mapAsync(1, 0, bytes)); // GPUMapMode.READ
    const copy = new Uint8Array(staging.getMappedRange(0, bytes)).slice();
    staging.unmap();
    return copy;
  }

  // ---- running ------------------------------------------------------------------------------------------------

  setStep(scalars: StepScalars): void {
    this.device.gpu.queue.writeBuffer(this.stepBuffer(), 0, packStep(scalars));
  }

  /**
   * Encodes and submits a program, in pieces of about equal time. Between pieces `signal` is looked at: an abort throws
   * and leaves persistent tensors as the finished pieces left them. `last` adds commands to the last submit, `sent` hears
   * which entries a submit ended before.
   */
  async run(program: Program, signal?: AbortSignal, last?: (encoder: GPUCommandEncoder) => void, sent?: (end: number) => void): Promise<void> {
    const known = this.costsOf(program);
    const { costs, runs } = known;
    for (let at = 0; at < costs.length; ) {
      const alone = at >= known.unmeasured;
      // In a browser one piece runs while the next waits: the adapter never idles, and a stop takes two pieces at most.
      while (this.inFlight.length >= (this.device.polls || alone ? 1 : IN_FLIGHT)) await this.inFlight.shift();
      if (signal?.aborted) throw new EngineError('aborted', 'Stopped.');
      this.device.check();
      let end = at;
      let ms = 0;
      while (end < costs.length && (end === at || (end < known.unmeasured && ms + defined(costs[end]) <= (this.device.polls ? POLLED_MS : SUBMIT_MS)))) ms += defined(costs[end++]);
      this.submit(program, at, end, end === costs.length ? last : undefined);
      sent?.(end);
      this.inFlight.push(this.finished(costs.subarray(at, end), ms, runs, alone).catch(() => {}));
      at = end;
      if (alone) known.unmeasured = at;
    }
  }

  /** Estimated milliseconds of each entry, which follow what is measured, and how often the program has run before. */
  private costsOf(program: Program): Costs {
    let known = this.costs.get(program);
    if (!known) {
      const { report } = this.device;
      const rate = FIRST_GUESS_RATE[report.software ? 'software' : 'card'];
      const costs = Float64Array.from(program.entries, ({ work = 0 }) => Math.max(FIRST_GUESS_MS, work / rate));
      this.costs.set(program, (known = { costs, runs: -1, unmeasured: onProcessor(report) ? 0 : Infinity }));
    }
    known.runs++;
    return known;
  }

  /** Resolves when the piece just submitted has run, and corrects the estimates of its entries; what ran alone is believed. */
  private async finished(costs: Float64Array, expected: number, runs: number, alone: boolean): Promise<void> {
    const submitted = performance.now();
    const { polls } = this.device;
    // Dawn in Node keeps a core busy while a promise is pending, which a software adapter needs for the work itself. It is
    // waited for only once the estimate is a measured one: the first run may compile, and says nothing about the second.
    // An estimate that is too long is cut to 0.6 by this, every time.
    const wait = polls && runs > 1 ? 0.6 * expected : 0;
    // Stryker disable next-line EqualityOperator: what was measured is never just so long
    if (wait > 4) await new Promise((done) => setTimeout(done, wait));
    await this.device.wait(this.device.gpu.queue.onSubmittedWorkDone());
    const now = performance.now();
    const measured = now - Math.max(submitted, this.lastDone);
    this.lastDone = now;
    // Of two pieces in flight either may seem to take no time; one alone is believed.
    const factor = alone ? Math.max(0.001, measured / expected) : Math.min(4, Math.max(polls ? 0.001 : 0.25, measured / expected));
    costs.forEach((cost, i) => (costs[i] = cost * factor));
  }

  /** Resolves when everything submitted has run; throws when the device has failed. */
  async idle(): Promise<void> {
    await Promise.all(this.inFlight.splice(0));
    await this.device.wait(this.device.gpu.queue.onSubmittedWorkDone());
    this.device.check();
  }

  private submit(program: Program, from: number, to: number, last?: (encoder: GPUCommandEncoder) => void): void {
    const ready = this.ready.get(program)!;
    const encoder = this.device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let i = from; i < to; i++) {
      pass.setPipeline(defined(ready[i]).pipeline.pipeline);
      pass.setBindGroup(0, defined(ready[i]).group);
      pass.dispatchWorkgroups(...defined(ready[i]).form.grid);
    }
    pass.end();
    last?.(encoder);
    this.device.gpu.queue.submit([encoder.finish()]);
  }

  /** The form in which an entry runs on this device. */
  formOf(program: Program, i: number): Form & { name?: string } {
    return defined(this.ready.get(program)![i]).form;
  }

  /** Runs one entry in a pass of its own with timestamps around it; used by timing.ts. */
  encodeTimed(program: Program, i: number, encoder: GPUCommandEncoder, querySet: GPUQuerySet, index: number): void {
    const { pipeline, group, form } = defined(this.ready.get(program)![i]);
    const pass = encoder.beginComputePass({
      timestampWrites: { querySet, beginningOfPassWriteIndex: index, endOfPassWriteIndex: index + 1 },
    });
    pass.setPipeline(pipeline.pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(...form.grid);
    pass.end();
  }

  /** Gives back what is its own. Throws while another machine borrows from it. */
  destroy(): void {
    if (this.borrowers.size) throw new EngineError('shape', `${this.borrowers.size} machines still borrow this one's memory; destroy them first`);
    this.lender?.borrowers.delete(this);
    this.plan.buffers.forEach((b, i) => b.lent === undefined && this.device.destroyBuffer(defined(this.buffers[i])));
  }

  private stepBuffer(): GPUBuffer {
    return defined(this.buffers[this.plan.buffers.length - METRIC_RING - 2]);
  }

  private place(t: Tensor) {
    return placeOf(this.plan.places, t.storage);
  }
}

const STORAGE = 0x80 | 0x4 | 0x8; // STORAGE | COPY_SRC | COPY_DST
const UNIFORM = 0x40 | 0x8; // UNIFORM | COPY_DST
const STAGING = 0x1 | 0x8; // MAP_READ | COPY_DST

/** MiB with two digits, by role, largest first: for messages about memory. */
export function bytesText(bytes: MemoryPlan['bytes']): string {
  return Object.entries(bytes)
    .sort((a, b) => b[1] - a[1])
    .map(([role, n]) => `${role} ${(n / 2 ** 20).toFixed(2)} MiB`)
    .join(', ');
}

const advised = (fact: string, advice: string | undefined): string => (advice ? `${fact} ${advice}` : fact);

// Stryker disable next-line ArrayDeclaration: a plan in which nothing is lent asks for none of it
async function allocate(device: Device, plan: MemoryPlan, advise: Advise | null, lent: GPUBuffer[] = []): Promise<GPUBuffer[]> {
  const over = beyond(plan, device.report.limits);
  if (over) {
    const { label, role, what, needed, limit } = over;
    const fact =
      what === 'bytes'
        ? `${label} needs ${needed} bytes in one buffer, this device allows ${limit} (planned: ${bytesText(plan.bytes)}).`
        : `${label} needs ${needed} bytes in one binding, this device allows ${limit} (planned: ${bytesText(plan.bytes)}).`;
    throw new EngineError('out-of-memory', advised(fact, advise?.({ [role]: needed }, true)));
  }
  const { gpu } = device;
  const own = plan.buffers.filter((b) => b.lent === undefined);
  const made: GPUBuffer[] = [];
  gpu.pushErrorScope('out-of-memory');
  gpu.pushErrorScope('validation');
  try {
    for (const b of own) {
      const usage = b.role === 'staging' ? STAGING : b.label === 'params' || b.label === 'step' ? UNIFORM : STORAGE;
      made.push(device.createBuffer(b.label, b.role, b.bytes, usage));
    }
  } finally {
    const errors = await device.wait(Promise.all([gpu.popErrorScope(), gpu.popErrorScope()]));
    const error = errors.find((e) => e !== null);
    if (error || made.length < own.length) {
      made.forEach((b) => device.destroyBuffer(b));
      // Also where createBuffer threw: this says why.
      throw new EngineError('out-of-memory', advised(`The device could not give ${(plan.total / 2 ** 20).toFixed(1)} MiB (${bytesText(plan.bytes)}).`, advise?.(plan.bytes, false)), error?.message ?? '');
    }
  }
  const next = made.values();
  return plan.buffers.map((b) => (b.lent === undefined ? next.next().value! : defined(lent[b.lent])));
}
