import { defined } from '../numbers/defined';
import { EngineError, fail } from './errors';
import { ALIGN, FlatLayout, type FlatRange } from './flats';
import type { Forms } from './forms';
import { ELEMENTS, type Binding, type Kernel } from './kernel';
import { Ranges } from './ranges';
import type { MatrixKind } from './report';
import { bytesOf, sizeOf, type BytesByRole, type Constant, type DType, type FlatName, type Role, type Storage, type Tensor } from './tensor';

export type Phase = 'forward' | 'backward' | 'update';

/** One dispatch of a recorded program. */
export interface Entry {
  kernel: Kernel;
  tensors: Record<string, Tensor>;
  params: Record<string, number>;
  overrides: Record<string, number>;
  grid: [number, number, number];
  label: string;
  phase: Phase;
  /** Other ways to run it, among which the device chooses. */
  forms?: Forms;
  /** Multiplications and additions, where they may be many. */
  work?: number;
}

/** Interface that every dispatch of a kernel is held against. */
interface Interface {
  bindings: ReadonlySet<string>;
  params: ReadonlySet<string>;
  written: readonly Binding[];
  /** Equal texts: the kernels bind and take the same. */
  text: string;
}

const interfaces = new WeakMap<Kernel, Interface>();

/** A kernel's interface, made once: a run is thousands of dispatches of some dozens of kernels. */
function interfaceOf(kernel: Kernel): Interface {
  let known = interfaces.get(kernel);
  if (!known) {
    const { bindings, params } = kernel;
    known = { bindings: new Set(bindings.map(({ name }) => name)), params: new Set(params.map(({ name }) => name)), written: bindings.filter(({ access }) => access === 'read_write'), text: JSON.stringify([bindings, params]) };
    interfaces.set(kernel, known);
  }
  return known;
}

/** True if an object has these keys and no others. */
const hasKeys = (object: object, keys: ReadonlySet<string>): boolean => {
  const own = Object.keys(object);
  return own.length === keys.size && own.every((key) => keys.has(key));
};

/** Factor that turns the gradient of an activation's output into that of its input: the slope of `act` at `pre`. */
export interface Gate {
  act: string;
  pre: Tensor;
}

export interface Program {
  readonly name: string;
  entries: Entry[];
}

export interface RecorderOptions {
  /** Largest storage binding; from the adapter, or WebGPU's default of 128 MiB when planning without one. */
  maxBinding?: number;
  /** Number that offsets of bindings must be multiples of; from the adapter, or WebGPU's default of 256. */
  align?: number;
  /** Read f16 weights through `array<f16>` (needs shader-f16) instead of unpacking u32 words. */
  shaderF16?: boolean;
  /** The device's subgroup matrices that products can use. */
  matrices?: readonly MatrixKind[];
  /** The adapter is the processor: kernels without barriers are faster there. */
  software?: boolean;
  /**
   * Products tell the layer norm that follows mean and variance (ops/tileStats.ts); they do unless this is false. By the
   * benchmark's `norms`, in minima on a busy machine, a pair with K = 32 takes 0.75 to 1.01 of the time on llvmpipe, 0.65 to 0.95
   * on SwiftShader; a whole step gains less than such a machine's noise.
   */
  tileStats?: boolean;
  /** Multiplications and additions that one dispatch does at most, where its op can cut it (ops/cut.ts). */
  mostWork?: number;
  /** Form of attention, if it is not to be chosen by shape, memory and adapter (ops/attentionForm.ts). */
  attention?: Partial<AttentionForm>;
  /** Bytes that a plan should stay within where what is read together could take less (engine/plan.ts). */
  memory?: number;
}

/** Advises on how to make less of what is recorded when there is no memory for these bytes; `one`: they are those of one buffer, which is too large. */
export type Advise = (bytes: BytesByRole, one: boolean) => string;

/** Form of one attention: its kernels, and if its forward keeps the probabilities for its backward. */
export interface AttentionForm {
  forward: 'fused' | 'products';
  backward: 'fused' | 'products' | 'head';
  keep: boolean;
}

/** Contents of a stack (`Recorder.stack`). */
export interface StackKind {
  dtype?: DType;
  /** Parameter group, if it is trained. */
  group?: string;
  /** Only the whole is ever bound. */
  whole?: boolean;
}

/** Elements of a type that fill whole words, or blocks: a stack's members begin at such. */
const WHOLE_WORDS: Record<DType, number> = { f32: 1, u32: 1, f16: 2, q8: 32, nf4: 64, bf16: 2, ternary: 16, generated: 1 };

/** A tensor that lasts, for the parameters `members` by label, of which it has equal parts. */
export interface Lasting {
  name: string;
  tensor: Tensor;
  members: readonly string[];
}

/** Treatment of a kernel's gradient output: overwrite, add, or add from the second micro-batch on. */
export const enum Accumulate {
  write = 0,
  add = 1,
  addAfterFirst = 2,
}

const MAX_GRID = 65_535;

/**
 * Operations that a card of 0.4 TFLOP/s does in a tenth of a second. A dispatch cannot be stopped and nothing is drawn beside it; after two seconds
 * Windows takes the card away.
 */
const MOST_WORK = 4e10;

/** Name of the program that runs once a step. */
const ONCE = 'once';

let active: Recorder | null = null;

/** The recorder that ops append to. Throws outside `Recorder.program`. */
export function recorder(): Recorder {
  if (!active) throw new EngineError('shape', 'no program is being recorded; call ops inside Recorder.program(name, fn)');
  return active;
}

/**
 * Records programs: lists of dispatches over symbolic tensors, with a tape of closures for the backward pass.
 * Persistent tensors (weights, parameters, inputs) are shared by all programs of one recorder; temporaries are not.
 */
export class Recorder {
  readonly programs: Program[] = [];
  readonly flats: FlatLayout;
  readonly align: number;
  readonly shaderF16: boolean;
  readonly software: boolean;
  readonly matrices: readonly MatrixKind[];
  readonly tileStats: boolean;
  readonly attention: Partial<AttentionForm>;
  readonly mostWork: number;
  readonly memory: number;
  /** The most bytes that are known to be read back together (`readTogether`). */
  unionOf = 0;
  /** Whoever records knows what could be smaller; null where nobody has said. */
  advise: Advise | null = null;
  /** Tensors kept in buffers of their own so that they can be read back after a run. */
  readonly kept = new Map<Storage, Tensor>();
  /** Tensors that last from step to step besides the optimizer's state, by label. */
  readonly lasting = new Map<string, Lasting>();
  /** Tile statistics (ops/tileStats.ts) of tensors that another program leaves. */
  private readonly stats = new Map<Storage, Tensor>();
  /** Values of constants, by tensor. */
  readonly constants = new Map<Tensor, Constant>();
  private readonly persistent = new Map<string, Tensor>();
  private readonly gradOfParam = new Map<Storage, Tensor>();
  private readonly slices = new Map<string, Tensor>();
  private readonly stacks = new Map<string, Tensor>();
  private entries: Entry[] = [];
  private tape: (() => void)[] = [];
  private taping = true;
  private phase: Phase = 'forward';
  private scopes: string[] = [];
  private grads = new Map<Storage, Tensor>();
  private gates = new Map<Storage, Gate>();
  private gatedGrads = new Map<Storage, Tensor>();
  /** Ranges of the parameters' gradients that this step has filled, by the buffer they lie in, which may be bound whole and in slices. */
  private touched = new Map<Storage, Ranges>();
  private nextId = 0;
  private streams = 0;
  /** True if the program being recorded has a backward. */
  private gradients = true;
  /** Ranges of the same that programs recorded before have written. */
  private earlier = new Map<Storage, Ranges>();
  /** Tensors made once a step, by label, and the tape of their making. */
  private readonly madeOnce = new Map<string, Tensor>();
  /** Roles of the bytes that are made once a step. */
  readonly roleOfOnce = new WeakMap<Storage, Role>();
  private readonly onceTape: (() => void)[] = [];
  private settling = false;

  constructor(options: RecorderOptions = {}) {
    this.flats = new FlatLayout(options.maxBinding ?? 128 * 1024 * 1024);
    this.align = Math.min(options.align ?? ALIGN, ALIGN);
    this.shaderF16 = options.shaderF16 ?? false;
    this.software = options.software ?? false;
    this.matrices = options.matrices ?? [];
    this.tileStats = options.tileStats ?? true;
    this.attention = options.attention ?? {};
    this.mostWork = options.mostWork ?? MOST_WORK;
    this.memory = options.memory ?? Infinity;
  }

  // ---- programs -----------------------------------------------------------------------------------------------

  /** Records `body` as a program. Ops called inside append to it. `gradients: false` keeps nothing for a backward. */
  program(name: string, body: () => void, { gradients = true } = {}): Program {
    if (active) throw new EngineError('shape', `program ${name}: another program is being recorded`);
    if (this.programs.some((p) => p.name === name)) throw new EngineError('shape', `program ${name} is recorded already`);
    this.entries = [];
    this.tape = [];
    this.grads = new Map();
    this.gates = new Map();
    this.gatedGrads = new Map();
    this.earlier = together(this.earlier, this.touched);
    this.touched = new Map();
    this.phase = 'forward';
    this.streams = 0;
    this.gradients = this.taping = gradients;
    active = this; // oxlint-disable-line typescript/no-this-alias -- ops find the recorder without passing it on
    try {
      body();
    } finally {
      active = null;
    }
    const program = { name, entries: this.entries };
    this.programs.push(program);
    return program;
  }

  /**
   * Makes the result of `body` once a step, however many micro-batches that has: `body` is recorded into a program of its own, `once`, which
   * must have run before those that read the result. Asking again by label gives the same tensor, in whatever program.
   * Its gradient adds up over micro-batches like a parameter's, and `settle` passes it on to what it was made from. The tensors
   * of `body` that other programs read count as of this role.
   */
  once(label: string, body: () => Tensor, role: Role = 'merged'): Tensor {
    const known = this.madeOnce.get(label);
    if (known) return known;
    let program = this.onceProgram;
    if (!program) this.programs.push((program = { name: ONCE, entries: [] }));
    const outer = { entries: this.entries, tape: this.tape, taping: this.taping, phase: this.phase };
    this.entries = program.entries;
    this.tape = this.onceTape;
    this.taping = this.gradients;
    this.phase = 'forward';
    const from = program.entries.length;
    const made = body();
    for (const { tensors } of program.entries.slice(from)) for (const { storage } of Object.values(tensors)) this.roleOfOnce.set(storage, role);
    this.entries = outer.entries;
    this.tape = outer.tape;
    this.taping = outer.taping;
    this.phase = outer.phase;
    this.madeOnce.set(label, made);
    if (this.gradients && made.requiresGrad) this.gradOfParam.set(made.storage, this.make('grad', `grad ${made.label}`, made.shape, 'f32', false));
    return made;
  }

  /** The program that `once` records; null where nothing was. */
  get onceProgram(): Program | null {
    return this.programs.find(({ name }) => name === ONCE) ?? null;
  }

  /**
   * After the micro-batches: passes the gradients of what was made once on to the parameters that it was made from. `more`
   * may make more of them, and give it gradients, which add up with those.
   */
  settle(more: () => void = () => {}): void {
    this.phase = 'backward';
    this.settling = true;
    this.touched = together(this.earlier, this.touched);
    this.unwind(this.onceTape);
    more();
    this.unwind();
    this.settling = false;
  }

  /** Changes with everything that a plan depends on. */
  get state(): string {
    return [this.nextId, this.kept.size, this.unionOf, ...this.programs.map(({ entries }) => entries.length)].join();
  }

  /** Prefixes labels inside `body`, for printing. */
  scope<T>(label: string, body: () => T): T {
    this.scopes.push(label);
    try {
      return body();
    } finally {
      this.scopes.pop();
    }
  }

  /** Marks the rest of the program as `phase`. */
  setPhase(phase: Phase): void {
    this.phase = phase;
  }

  // ---- tensors ------------------------------------------------------------------------------------------------

  /** A persistent tensor by label; asking again returns the same one. */
  declare(role: Role, label: string, shape: readonly number[], dtype: DType = 'f32', requiresGrad = false, cornerOf?: readonly number[]): Tensor {
    const known = this.persistent.get(label);
    if (known) {
      if (sizeOf(known.shape) !== sizeOf(shape)) fail(label, 'declared twice with different shapes', known.shape, shape);
      return known;
    }
    const made = this.make(role, label, shape, dtype, requiresGrad);
    const tensor = cornerOf ? { ...made, cornerOf } : made;
    this.persistent.set(label, tensor);
    return tensor;
  }

  /** A frozen tensor whose values are computed here (an interpolation matrix, a causal mask); uploaded by `Machine.build`. */
  constant(label: string, shape: readonly number[], data: Constant): Tensor {
    const t = this.declare('frozen', label, shape, data instanceof Uint32Array ? 'u32' : 'f32');
    this.constants.set(t, data);
    return t;
  }

  /** A trainable parameter. `group` decides its learning rate and weight decay. */
  param(label: string, shape: readonly number[], group: string): Tensor {
    const known = this.persistent.get(label);
    // Stryker disable next-line StringLiteral: what is known keeps its role
    if (known) return this.declare('param', label, shape);
    const tensor = this.declare('param', label, shape, 'f32', true);
    const grad = this.make('grad', `grad ${label}`, shape, 'f32', false);
    this.flats.add(group, tensor, grad.storage);
    this.gradOfParam.set(tensor.storage, grad);
    return tensor;
  }

  /**
   * Persistent tensors of one shape, one behind the other: (G, ...shape), which one dispatch takes as a whole. Each member
   * is found, loaded, read and counted by its own label. Trained with a `group`, otherwise frozen. Null where that cannot
   * be: a member whose bytes are no multiple of `align` cannot be bound by itself (`whole` says that none is), all of them
   * together may be too large for one binding, or one of them was declared by itself before.
   */
  stack(labels: readonly string[], shape: readonly number[], { dtype = 'f32', group, whole = false }: StackKind): Tensor | null {
    const all = [labels.length, ...shape];
    const role: Role = group === undefined ? 'frozen' : 'param';
    const [first] = labels as [string];
    if (labels.length === 1) return this.view(group === undefined ? this.declare(role, first, shape, dtype) : this.param(first, shape, group), all);
    const label = labels.join(' + ');
    const known = this.stacks.get(label);
    if (known) return known;
    const bytes = bytesOf(shape, dtype);
    const fits = sizeOf(shape) % WHOLE_WORDS[dtype] === 0 && (whole || bytes % this.align === 0) && labels.length * bytes <= this.maxBinding;
    if (!fits || labels.some((name) => this.persistent.has(name))) return null;
    const { storage, ...rest } = this.make(role, label, all, dtype, role === 'param');
    const stacked: Tensor = { ...rest, storage: { ...storage, members: labels } };
    const members = labels.map((name, i): Tensor => ({ ...stacked, label: name, shape, storage: { id: this.nextId++, label: name, role, bytes, part: { of: stacked.storage, offset: i * bytes } } }));
    for (const member of members) this.persistent.set(member.label, member);
    if (group !== undefined) {
      const grad = this.make('grad', `grad ${label}`, all, 'f32', false);
      this.flats.add(group, stacked, grad.storage, members);
      this.gradOfParam.set(stacked.storage, grad);
    }
    this.stacks.set(label, stacked);
    return stacked;
  }

  /** The slot in the flat gradients that belongs to a parameter, or to a part of one. */
  paramGrad(param: Tensor): Tensor {
    const known = this.gradOfParam.get(param.storage);
    if (known) return known;
    let offset = 0;
    for (let { part } = param.storage; part; part = part.of.part) {
      offset += part.offset;
      const whole = this.gradOfParam.get(part.of);
      if (whole) return this.slice(whole, offset, param.shape);
    }
    return fail('paramGrad', `${param.label} is not a parameter`);
  }

  /** A tensor of a parameter's shape that is kept from step to step, and with a run's checkpoints; zero before the first. */
  lastingOf(name: string, param: Tensor): Tensor {
    const tensor = this.declare('state', `${name} ${param.label}`, param.shape);
    this.lasting.set(tensor.label, { name, tensor, members: param.storage.members ?? [param.label] });
    return tensor;
  }

  /** A contiguous piece of one of the flats, for the optimizer. */
  flatRange(name: FlatName, range: FlatRange): Tensor {
    const role: Role = name === 'param' ? 'param' : name === 'grad' ? 'grad' : 'state';
    const label = `flat ${name} ${range.chunk}${range.piece ? ` ${range.piece}` : ''}`;
    const tensor = this.declare(role, label, [range.bytes / 4]);
    tensor.storage.flat = { name, chunk: range.chunk, offset: range.offset };
    return tensor;
  }

  /** A temporary of the program being recorded. */
  temp(label: string, shape: readonly number[], requiresGrad = false, dtype: DType = 'f32'): Tensor {
    return this.make('temp', this.path(label), shape, dtype, requiresGrad);
  }

  /** Another shape over the same bytes; gradients follow. */
  view(t: Tensor, shape: readonly number[]): Tensor {
    if (sizeOf(shape) !== sizeOf(t.shape)) fail('view', `${t.label}: sizes differ`, t.shape, shape);
    return { ...t, shape };
  }

  /** Most bytes that one binding may have. */
  get maxBinding(): number {
    return this.flats.maxBytes;
  }

  /**
   * Rows `first` to `first + count - 1` of a persistent matrix, over the same memory: what is too large for one binding is
   * bound by slices. A parameter's slices have slices of its gradient.
   */
  rows(t: Tensor, first: number, count: number): Tensor {
    const width = defined(t.shape[t.shape.length - 1]);
    const all = sizeOf(t.shape) / width;
    if (first === 0 && count === all) return t;
    if (!['f32', 'u32', 'f16', 'q8'].includes(t.dtype) || t.role === 'temp' || (t.requiresGrad && t.role !== 'param')) fail('rows', `${t.label} cannot be sliced`);
    const offset = first === 0 ? 0 : bytesOf([first * width], t.dtype);
    if (first < 0 || first + count > all || offset % ALIGN || (first * width) % WHOLE_WORDS[t.dtype]) fail('rows', `rows ${first} to ${first + count - 1} of ${t.label} are no slice that can be bound`, t.shape);
    return this.slice(t, offset, [count, width]);
  }

  private slice(t: Tensor, offset: number, shape: readonly number[]): Tensor {
    const key = `${t.storage.id} ${offset} ${shape.join()}`;
    const known = this.slices.get(key);
    if (known) return known;
    const storage: Storage = { id: this.nextId++, label: t.label, role: t.role, bytes: bytesOf(shape, t.dtype), part: { of: t.storage, offset } };
    const made: Tensor = { ...t, storage, shape };
    this.slices.set(key, made);
    return made;
  }

  /** Gives a temporary a buffer of its own, so that `Executable.read` can fetch it after the run. */
  keep(t: Tensor): Tensor {
    if (t.role === 'temp') this.kept.set(t.storage, t);
    return t;
  }

  /** Keeps a tensor of the program being recorded, with its tile statistics if there are any, for forward passes of others. */
  leave(t: Tensor, stats: Tensor | null): Tensor[] {
    if (stats) this.stats.set(t.storage, stats);
    return [t, ...(stats ? [stats] : [])].map((each) => this.keep(each));
  }

  /** Tile statistics that another program has left of a tensor. */
  statsOf(t: Tensor): Tensor | null {
    return this.phase === 'forward' ? (this.stats.get(t.storage) ?? null) : null;
  }

  /** So many bytes are read back together, again and again: the staging buffer is made for them, as far as they fit. */
  readTogether(bytes: number): void {
    this.unionOf = Math.max(this.unionOf, bytes);
  }

  /** All persistent tensors, in the order of declaration. */
  tensors(): Tensor[] {
    return [...this.persistent.values()];
  }

  /** Tensor by label, for loading and reading. */
  find(label: string): Tensor | undefined {
    return this.persistent.get(label);
  }

  /** A number for the next random stream (dropout). Re-recording a checkpointed block gives the same numbers. */
  stream(): number {
    return this.streams++;
  }

  // ---- dispatches ---------------------------------------------------------------------------------------------

  /** Appends a dispatch. Tensors and params go by name; anything missing or unknown is an error with both lists. */
  emit(
    kernel: Kernel,
    call: {
      tensors: Record<string, Tensor | null | undefined>;
      params?: Record<string, number>;
      overrides?: Record<string, number>;
      grid: readonly number[];
      label?: string;
      forms?: Forms;
      work?: number;
    },
  ): void {
    const tensors: Record<string, Tensor> = {};
    const { bindings, params: fields, written, text } = interfaceOf(kernel);
    if (!hasKeys(call.tensors, bindings)) {
      throw new EngineError('shader', `${kernel.name}: binds ${[...bindings].join(', ')}, but was given ${Object.keys(call.tensors).join(', ')}`);
    }
    const params = call.params ?? {};
    if (!hasKeys(params, fields)) {
      throw new EngineError('shader', `${kernel.name}: takes params ${[...fields].join(', ')}, but was given ${Object.keys(params).join(', ')}`);
    }
    for (const b of kernel.bindings) {
      const t = call.tensors[b.name] ?? this.dummy(b);
      if (!defined(ELEMENTS[t.dtype]).test(b.element)) {
        throw new EngineError('shader', `${kernel.name}: ${b.name} is array<${b.element}>, but ${t.label} holds ${t.dtype}`);
      }
      tensors[b.name] = t;
    }
    for (const w of written) {
      const clash = kernel.bindings.find((b) => b !== w && wholeOf(defined(tensors[b.name]).storage) === wholeOf(defined(tensors[w.name]).storage));
      if (clash) throw new EngineError('shader', `${kernel.name}: ${w.name} and ${clash.name} are the same buffer (${defined(tensors[w.name]).label})`);
    }
    const [x = 1, y = 1, z = 1] = call.grid;
    checkGrid(kernel, call.grid);
    for (const form of Object.values(call.forms?.of ?? {})) {
      checkGrid(form.kernel, form.grid);
      if (interfaceOf(form.kernel).text !== text) throw new EngineError('shader', `${form.kernel.name} does not bind what ${kernel.name} binds`);
    }
    this.entries.push({
      kernel,
      tensors,
      params,
      overrides: call.overrides ?? {},
      grid: [x, y, z],
      label: this.path(call.label ?? kernel.name),
      phase: this.phase,
      ...(call.forms && { forms: call.forms }),
      ...(call.work && { work: call.work }),
    });
  }

  /** The dispatch that wrote `t` last, in the phase that is being recorded, after those that are the same one's other cuts; empty where there is none. */
  writersOf(t: Tensor): Entry[] {
    const last = this.entries.findLastIndex((entry) => writes(entry, t));
    const { phase, kernel, label } = this.entries[last] ?? {};
    if (phase !== this.phase) return [];
    let first = last;
    for (let entry = this.entries[first - 1]; entry && entry.kernel === kernel && entry.label === label && writes(entry, t); entry = this.entries[first - 1]) first--;
    return this.entries.slice(first, last + 1);
  }

  /**
   * Says that `what` adds to `t` where it lies. Throws where that would change what others read: `t` must be a temporary that
   * nothing has read since it was written.
   */
  changesInPlace(t: Tensor, what: string): void {
    if (t.role !== 'temp') fail(what, `${t.label} would be changed in place, and others may read it; give a copy`, t.shape);
    for (const entry of this.entries.toReversed()) {
      if (writes(entry, t)) return;
      if (Object.values(entry.tensors).some(({ storage }) => storage === t.storage)) fail(what, `${t.label} would be changed in place, but ${entry.label} has read it; give a copy`, t.shape);
    }
  }

  // ---- gradients ----------------------------------------------------------------------------------------------

  /** True while ops must save what their backward needs. */
  get recordsGradients(): boolean {
    return this.taping;
  }

  /** Pushes the backward of an op; it runs in reverse order inside `backward`. */
  onBackward(closure: () => void): void {
    if (this.taping) {
      const scopes = [...this.scopes];
      this.tape.push(() => {
        const outer = this.scopes;
        this.scopes = scopes;
        closure();
        this.scopes = outer;
      });
    }
  }

  /** True if gradients of `t` add up in a buffer of their own: those of a parameter, and of a tensor made once a step. */
  collects(t: Tensor): boolean {
    return t.role === 'param' || this.gradOfParam.has(t.storage);
  }

  /** The gradient collected so far for an intermediate, in its shape; while settling, also for what was made once a step. */
  gradOf(t: Tensor): Tensor | null {
    const once = this.settling && t.role !== 'param' ? this.gradOfParam.get(t.storage) : undefined;
    const grad = once ? this.touched.has(once.storage) && once : this.grads.get(t.storage);
    return grad ? this.view(grad, t.shape) : null;
  }

  /** Declares `grad` to be the whole gradient of intermediate `t` (which may be shared: it is never written again). */
  setGrad(t: Tensor, grad: Tensor): void {
    if (this.collects(t)) fail('gradient', `that of ${t.label} adds up in a buffer of its own; contribute to it`);
    this.grads.set(t.storage, grad);
  }

  /**
   * Adds one contribution to the gradient of `t`. For an intermediate, `write` must write `contribution + previous`
   * into a fresh `out` (never in place: `dout` may be shared by both sides of a residual). For a parameter, `out` is
   * its place in the flat gradients, `previous` is null and `accumulate` says whether to overwrite or add; likewise for what
   * is made once a step, whose gradient has a buffer of its own. An op that writes only some elements says which. Throws where
   * the dispatch that `write` records would not give the sum.
   */
  contribute(t: Tensor, write: (out: Tensor, previous: Tensor | null, accumulate: Accumulate) => void, elements?: { first: number; count: number }): void {
    if (!t.requiresGrad) return;
    if (this.collects(t)) {
      const grad = this.paramGrad(t);
      const accumulate = this.arrives(t, grad.storage, elements);
      return this.adding(t, { out: this.view(grad, t.shape), previous: null, accumulate }, write);
    }
    const previous = this.gradOf(t);
    const out = this.make('temp', `d ${t.label}`, t.shape, 'f32', false);
    this.adding(t, { out, previous, accumulate: Accumulate.write }, write);
    this.grads.set(t.storage, out);
  }

  /** Books what is about to be written of a parameter's gradient, and says how: over that of the step before, or added. */
  private arrives(t: Tensor, grad: Storage, elements?: { first: number; count: number }): Accumulate {
    const whole = wholeOf(grad);
    const from = offsetIn(grad) + 4 * (elements?.first ?? 0);
    const bytes = elements ? 4 * elements.count : grad.bytes;
    const ranges = this.touched.get(whole) ?? new Ranges();
    const before = ranges.count(from, from + bytes);
    if (before > 0 && before < bytes) {
      fail('gradient', `some of what reaches ${t.label} (${whole.label}) would be added to what is there and some would replace it; bind it whole everywhere, or in the same slices`, t.shape);
    }
    ranges.add(from, from + bytes);
    this.touched.set(whole, ranges);
    return before > 0 ? Accumulate.add : this.settling ? Accumulate.write : Accumulate.addAfterFirst;
  }

  /** Has a contribution recorded, and holds it to its word: the first dispatch that writes `out` reads `previous`, or adds as it was told to. */
  private adding(t: Tensor, how: { out: Tensor; previous: Tensor | null; accumulate: Accumulate }, write: (out: Tensor, previous: Tensor | null, accumulate: Accumulate) => void): void {
    const from = this.entries.length;
    const { out, previous, accumulate } = how;
    write(out, previous, accumulate);
    const first = this.entries.slice(from).find((entry) => writes(entry, out));
    if (!first) return fail('gradient', `no dispatch writes that of ${t.label}`, t.shape);
    const adds = (first.params.accumulate ?? Accumulate.write) === Number(accumulate);
    const reads = !previous || Object.values(first.tensors).some(({ storage }) => storage === previous.storage);
    if (!adds || !reads) fail('gradient', `${first.label} (${first.kernel.name}) would replace what has reached ${t.label} before instead of adding to it; write to a tensor of its own and pass that on`, t.shape);
  }

  /** Says that contributions to the gradient of `t` may be gated where they are made: each alone, since a gate is linear. */
  setGate(t: Tensor, gate: Gate): void {
    this.gates.set(t.storage, gate);
  }

  /** As `contribute`, by an op that can multiply what it writes by the gate of `t`, if there is one (`previous` is gated already). */
  contributeGated(t: Tensor, write: (out: Tensor, previous: Tensor | null, accumulate: Accumulate, gate: Gate | null) => void): void {
    const gate = this.gates.get(t.storage);
    if (!gate || !t.requiresGrad || this.collects(t)) return this.contribute(t, (out, previous, accumulate) => write(out, previous, accumulate, null));
    const out = this.make('temp', `d ${t.label} gated`, t.shape, 'f32', false);
    this.adding(t, { out, previous: this.gatedGradOf(t), accumulate: Accumulate.write }, (...given) => write(...given, gate));
    this.gatedGrads.set(t.storage, out);
  }

  /** The sum of the gated contributions to `t`, which is part of the gradient of its gate's `pre`, not of `t`. */
  gatedGradOf(t: Tensor): Tensor | null {
    const grad = this.gatedGrads.get(t.storage);
    return grad ? this.view(grad, t.shape) : null;
  }

  /** Runs the tape backwards from `out`, whose gradient is `grad`, and from whatever `more` gives gradients besides. */
  backward(out: Tensor, grad: Tensor, more: () => void = () => {}): void {
    this.phase = 'backward';
    this.setGrad(out, grad);
    more();
    this.unwind();
  }

  /** Records `body` without its tape, and records it again inside the backward: activations are not kept. */
  checkpoint(body: () => Tensor): Tensor {
    const stream = this.streams;
    const out = this.untaped(body);
    this.onBackward(() => {
      const grad = this.gradOf(out);
      if (grad) this.replay(body, stream, (again) => this.setGrad(again, grad));
    });
    return out;
  }

  /** Records `body` without pushing to the tape. */
  untaped<T>(body: () => T): T {
    const outer = this.taping;
    this.taping = false;
    try {
      return body();
    } finally {
      this.taping = outer;
    }
  }

  /**
   * Inside a backward: records `body` anew with a tape of its own (and the random streams from `stream` on), lets
   * `seed` give its result a gradient, and runs that tape backwards.
   */
  replay(body: () => Tensor, stream: number, seed: (again: Tensor) => void): void {
    const outer = { tape: this.tape, streams: this.streams, taping: this.taping };
    this.tape = [];
    this.streams = stream;
    this.taping = true;
    const from = this.entries.length;
    const again = body();
    const made = this.entries.splice(from);
    this.streams = outer.streams;
    this.taping = false;
    seed(again);
    this.taping = outer.taping;
    this.unwind();
    // What the backward does not read is made when it is through, so that it needs no memory before.
    const written = new Set(made.flatMap(({ kernel, tensors }) => kernel.bindings.filter((b) => b.access === 'read_write').map((b) => defined(tensors[b.name]).storage)));
    const early = this.entries.slice(from).some(({ tensors }) => Object.values(tensors).some((t) => written.has(t.storage)));
    this.entries.splice(early ? from : this.entries.length, 0, ...made);
    this.tape = outer.tape;
  }

  /** Number of the next random stream, to be given to `replay`. */
  get nextStream(): number {
    return this.streams;
  }

  private unwind(tape = this.tape): void {
    for (let closure = tape.pop(); closure; closure = tape.pop()) closure();
  }

  private make(role: Role, label: string, shape: readonly number[], dtype: DType, requiresGrad: boolean): Tensor {
    if (shape.some((d) => !Number.isInteger(d) || d < 1)) fail(label, 'every dimension must be a positive integer', shape);
    const storage: Storage = { id: this.nextId++, label, role, bytes: bytesOf(shape, dtype) };
    return { storage, label, shape, dtype, role, requiresGrad };
  }

  /** Something to bind where an optional tensor is left out; never read or written by the kernel. */
  private dummy({ name, access, element }: Binding): Tensor {
    const dtype: DType = element === 'u32' || element === 'vec2<u32>' ? 'u32' : element === 'f16' || element === 'vec4<f16>' ? 'f16' : 'f32';
    // What may be written may be bound once.
    const known = this.declare('uniform', `none ${access === 'read' ? access : name}`, [4]);
    return { ...known, dtype: dtype === 'u32' && element !== 'u32' ? 'f16' : dtype };
  }

  private path(label: string): string {
    return [...this.scopes, label].join('.');
  }
}

function checkGrid({ name }: Kernel, [x = 1, y = 1, z = 1]: readonly number[]): void {
  if (Math.max(x, y, z) > MAX_GRID || Math.min(x, y, z) < 1) fail(name, `a grid of ${x} x ${y} x ${z} workgroups is not between 1 and ${MAX_GRID}`);
}

/** The storage that a part is of. */
export const wholeOf = (storage: Storage): Storage => (storage.part ? wholeOf(storage.part.of) : storage);

/** And where in it the part begins. */
// Stryker disable next-line ArithmeticOperator: asked for of gradients alone, whose whole is no part itself
const offsetIn = ({ part }: Storage): number => (part ? part.offset + offsetIn(part.of) : 0);

const writes = ({ kernel, tensors }: Entry, t: Tensor): boolean => kernel.bindings.some((b) => b.access === 'read_write' && defined(tensors[b.name]).storage === t.storage);

/** The union of both. */
function together(...maps: ReadonlyMap<Storage, Ranges>[]): Map<Storage, Ranges> {
  const all = new Map<Storage, Ranges>();
  for (const [storage, ranges] of maps.flatMap((map) => [...map])) {
    if (!all.has(storage)) all.set(storage, new Ranges());
    all.get(storage)!.addAll(ranges);
  }
  return all;
}
