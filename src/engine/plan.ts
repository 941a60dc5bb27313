import { defined } from '../numbers/defined';
import { fail } from './errors';
import { wholeOf, type Entry, type Program, type Recorder } from './record';
import type { BytesByRole, Role, Storage } from './tensor';

/** A GPU buffer to be created. */
export interface BufferSpec {
  label: string;
  role: Role;
  bytes: number;
  /** The most that one dispatch binds of it. */
  bound: number;
  /** Labels of the tensors in it, where it is a stack's. */
  members?: readonly string[];
  /** Its index among the lender's buffers, where it is borrowed: it costs nothing then. */
  lent?: number;
}

/** Place of a storage: buffer, offset and size in bytes. */
export interface Place {
  buffer: number;
  offset: number;
  bytes: number;
}

/** Everything that will be allocated, known without a GPU. */
export interface MemoryPlan {
  buffers: BufferSpec[];
  places: Map<Storage, Place>;
  /** Contents of the uniform buffer: one 256-byte slot per distinct set of params. */
  uniforms: Uint8Array;
  /** Offset of each entry's params in `uniforms`, or -1. */
  paramOffsets: Map<Program, number[]>;
  bytes: BytesByRole;
  total: number;
}

/** Bytes of the `step` uniform (lib/step.wgsl). */
export const STEP_BYTES = 64;
/** Bytes of the staging buffer through which everything is read back, where nothing larger is known to be read together. */
export const STAGING_BYTES = 256 * 1024;
/** And the most it has, whatever is read: a copy of so much takes far longer than the wait for it. */
export const MOST_STAGING_BYTES = 4 * 1024 * 1024;
/** Buffers in flight for metrics that are read late. */
export const METRIC_RING = 4;
/** Bytes of one metrics read-back. */
export const METRIC_BYTES = 256;

/**
 * Memory of another machine that is used instead of memory of one's own, by machines of which one runs at a time: frozen
 * weights that `holds` (by label) says are the same, and whatever is written anew at each run.
 */
export interface Loan {
  plan: Pick<MemoryPlan, 'buffers'>;
  holds: (label: string) => boolean;
}

/** First and last entry of a program that touch a temporary. */
interface Life {
  storage: Storage;
  program: Program;
  first: number;
  last: number;
}

/** The plan of each recorder as it was last planned. */
const planned = new WeakMap<Recorder, { state: string; plan: MemoryPlan }>();

/**
 * Plans the memory of all programs of a recorder: persistent tensors get buffers of their own, parameters share flat
 * buffers, and temporaries share whole buffers by disjoint lifetimes (greedy by size). One dispatch may not bind a
 * buffer both for reading and writing, so lifetimes that meet in an entry never share. What one program leaves for others
 * (`Recorder.once`, or where it is kept) lives as long as the run; another temporary is one program's alone. With a loan, `bytes` and `total` count only what is added to it. What is recorded
 * is planned once: whoever chooses by bytes, says them, and allocates them has the same plan.
 */
export function planMemory(rec: Recorder, loan?: Loan): MemoryPlan {
  rec.flats.seal();
  const known = planned.get(rec);
  const plan = known?.state === rec.state ? known.plan : layOut(rec);
  planned.set(rec, { state: rec.state, plan });
  if (!loan) return plan;
  const buffers = plan.buffers.map((b) => ({ ...b }));
  borrow(buffers, loan, new Set([...rec.constants.keys()].map((t) => t.label)));
  return { ...plan, buffers, ...sums(buffers) };
}

/** Bytes of temporaries that a program has when its backward begins: what the forward pass leaves for it. */
export function heldForBackward({ entries }: Program): number {
  const turn = entries.findIndex(({ phase }) => phase === 'backward');
  const temps = (some: readonly Entry[]) => new Set(some.flatMap(({ tensors }) => Object.values(tensors).map(({ storage }) => wholeOf(storage))).filter(({ role }) => role === 'temp'));
  if (turn < 0) return 0;
  const before = temps(entries.slice(0, turn));
  return [...temps(entries.slice(turn))].reduce((sum, storage) => sum + (before.has(storage) ? storage.bytes : 0), 0);
}

/** Bytes that are one's own, by role and in all. */
function sums(buffers: readonly BufferSpec[]): Pick<MemoryPlan, 'bytes' | 'total'> {
  const own = buffers.filter((b) => b.lent === undefined);
  const bytes: BytesByRole = {};
  for (const b of own) bytes[b.role] = (bytes[b.role] ?? 0) + b.bytes;
  return { bytes, total: own.reduce((n, b) => n + b.bytes, 0) };
}

function layOut(rec: Recorder): MemoryPlan {
  const buffers: BufferSpec[] = [];
  const places = new Map<Storage, Place>();
  const flatBuffers = new Map<string, number>();
  const used = new Map<Storage, string>();
  const lives = new Map<Storage, Life>();
  const left = leftByOnce(rec);
  for (const program of rec.programs) {
    program.entries.forEach((entry, i) => {
      for (const t of Object.values(entry.tensors)) {
        const { storage } = t;
        if (storage.role !== 'temp' || rec.kept.has(storage) || left.has(storage)) used.set(storage, storage.label);
        else {
          const life = lives.get(storage);
          // Another program has its own use for the buffer of this one's.
          if (life && life.program !== program) fail(storage.label, `a temporary of program ${life.program.name} is used in program ${program.name} too; keep it (Recorder.keep), or make it once a step (Recorder.once)`);
          if (life) life.last = i;
          else lives.set(storage, { storage, program, first: i, last: i });
        }
      }
    });
  }
  for (const storage of [...used.keys()]) for (let { part } = storage; part; part = part.of.part) used.set(part.of, part.of.label);
  for (const storage of used.keys()) {
    if (storage.part) continue;
    if (storage.flat) {
      const { name, chunk, offset } = storage.flat;
      const key = `${name} ${chunk}`;
      let buffer = flatBuffers.get(key);
      if (buffer === undefined) {
        buffer = buffers.push({ label: `flat ${key}`, role: storage.role, bytes: defined(rec.flats.chunks[chunk]), bound: 0 }) - 1;
        flatBuffers.set(key, buffer);
      }
      places.set(storage, { buffer, offset, bytes: storage.bytes });
    } else {
      const role: Role = rec.kept.has(storage) ? 'output' : left.has(storage) ? rec.roleOfOnce.get(storage)! : storage.role;
      // The none tensors and f16 tails are padded to a whole vec4, which kernels may declare as the element.
      const bytes = Math.ceil(storage.bytes / 16) * 16;
      places.set(storage, { buffer: buffers.push({ label: storage.label, role, bytes, bound: 0, ...(storage.members ? { members: storage.members } : {}) }) - 1, offset: 0, bytes });
    }
  }
  // A parameter that no op reads is still updated with its neighbours, so it can be written and read as well.
  for (const { tensor } of rec.flats.params()) {
    const whole = tensor.storage.part?.of ?? tensor.storage;
    const buffer = whole.flat && flatBuffers.get(`${whole.flat.name} ${whole.flat.chunk}`);
    if (buffer !== undefined) places.set(whole, { buffer, offset: whole.flat!.offset, bytes: whole.bytes });
  }
  for (const storage of used.keys()) places.set(storage, placeOf(places, storage)!);
  planTemps([...lives.values()], buffers, places);
  for (const { entries } of rec.programs) {
    for (const entry of entries) {
      for (const { storage } of Object.values(entry.tensors)) {
        const { buffer, offset, bytes } = places.get(storage)!;
        if (offset % rec.align) fail(storage.label, `lies at byte ${offset} of its buffer, where it can be bound only with the stack it is in`);
        defined(buffers[buffer]).bound = Math.max(defined(buffers[buffer]).bound, bytes);
      }
    }
  }

  const { uniforms, paramOffsets } = planUniforms(rec.programs);
  if (uniforms.length) buffers.push({ label: 'params', role: 'uniform', bytes: uniforms.length, bound: 256 });
  buffers.push({ label: 'step', role: 'uniform', bytes: STEP_BYTES, bound: STEP_BYTES });
  buffers.push({ label: 'staging', role: 'staging', bytes: stagingBytes(rec, sums(buffers).total + METRIC_RING * METRIC_BYTES), bound: 0 });
  for (let i = 0; i < METRIC_RING; i++) buffers.push({ label: `staging metrics ${i}`, role: 'staging', bytes: METRIC_BYTES, bound: 0 });

  return { buffers, places, uniforms, paramOffsets, ...sums(buffers) };
}

/** As much as is read together, within what a device allows and what the `rest` of the plan leaves of the memory that it should take. */
function stagingBytes({ unionOf, maxBinding, memory }: Recorder, rest: number): number {
  const most = Math.floor(Math.min(MOST_STAGING_BYTES, maxBinding, memory - rest) / 16) * 16;
  return Math.max(STAGING_BYTES, Math.min(unionOf, most));
}

/** A buffer of a plan that is larger than a device allows, or bound with more bytes; null where there is none. */
export function beyond({ buffers }: Pick<MemoryPlan, 'buffers'>, { maxBufferSize = Infinity, maxStorageBufferBindingSize = Infinity }: Partial<Record<string, number>> = {}): { label: string; role: Role; what: 'bytes' | 'bound'; needed: number; limit: number } | null {
  for (const [what, limit] of [['bytes', maxBufferSize], ['bound', maxStorageBufferBindingSize]] as const) {
    const { label, role, [what]: needed } = buffers.reduce((a, b) => (b[what] > a[what] ? b : a));
    if (needed > limit) return { label, role, what, needed, limit };
  }
  return null;
}

/** Storages made in the program `once` and used in another. */
function leftByOnce(rec: Recorder): Set<Storage> {
  const once = rec.onceProgram;
  if (!once) return new Set();
  const storagesOf = ({ entries }: Program) => entries.flatMap(({ tensors }) => Object.values(tensors).map(({ storage }) => storage));
  const others = new Set(rec.programs.filter((program) => program !== once).flatMap(storagesOf));
  return new Set(storagesOf(once).filter((storage) => storage.role === 'temp' && others.has(storage)));
}

/** Place of a storage, be it within another; undefined if no program uses it. */
export function placeOf(places: ReadonlyMap<Storage, Place>, storage: Storage): Place | undefined {
  const known = places.get(storage);
  if (known || !storage.part) return known;
  const whole = placeOf(places, storage.part.of);
  const { offset } = storage.part;
  return whole && { buffer: whole.buffer, offset: whole.offset + offset, bytes: Math.min(Math.ceil(storage.bytes / 16) * 16, whole.bytes - offset) };
}

/** Marks the buffers that can lie in the lender's: by label where sizes are equal, or what is only passed through is no smaller there, temporaries in any that is large enough. */
function borrow(buffers: BufferSpec[], { plan, holds }: Loan, constants: ReadonlySet<string>): void {
  const named = new Map(plan.buffers.map((b, i) => [`${b.role} ${b.label}`, i]));
  const temps = [...plan.buffers.entries()].filter(([, b]) => b.role === 'temp').sort(([, a], [, b]) => a.bytes - b.bytes);
  for (const b of buffers) {
    if (b.role === 'temp') {
      const at = temps.findIndex(([, lent]) => lent.bytes >= b.bytes);
      if (at >= 0) b.lent = defined(temps.splice(at, 1)[0])[0];
      continue;
    }
    const rewritten = b.role === 'input' || b.role === 'staging' || (b.role === 'uniform' && b.label !== 'params');
    const same = b.role === 'frozen' && (b.members ?? [b.label]).every(holds) && !constants.has(b.label);
    const at = named.get(`${b.role} ${b.label}`);
    if (!(rewritten || same) || at === undefined) continue;
    const { bytes } = defined(plan.buffers[at]);
    if (b.role === 'staging' ? bytes >= b.bytes : bytes === b.bytes) b.lent = at;
  }
}

function planTemps(lives: Life[], buffers: BufferSpec[], places: Map<Storage, Place>): void {
  const slots: { bytes: number; lives: Life[] }[] = [];
  const overlaps = (a: Life, b: Life) => a.program === b.program && a.first <= b.last && b.first <= a.last;
  const order = [...lives].sort((a, b) => b.storage.bytes - a.storage.bytes || a.storage.id - b.storage.id);
  for (const life of order) {
    const free = slots.find((slot) => !slot.lives.some((other) => overlaps(life, other)));
    if (free) free.lives.push(life);
    else slots.push({ bytes: Math.ceil(life.storage.bytes / 16) * 16, lives: [life] });
  }
  slots.forEach((slot, i) => {
    const buffer = buffers.push({ label: `temp ${i}`, role: 'temp', bytes: slot.bytes, bound: 0 }) - 1;
    for (const life of slot.lives) {
      places.set(life.storage, { buffer, offset: 0, bytes: Math.ceil(life.storage.bytes / 16) * 16 });
    }
  });
}

function planUniforms(programs: Program[]): Pick<MemoryPlan, 'uniforms' | 'paramOffsets'> {
  const slots = new Map<string, number>();
  const blocks: Uint8Array[] = [];
  // One block, filled again and again: only those that are new are kept. Every platform with WebGPU is little-endian.
  const words = new Uint32Array(64);
  const floats = new Float32Array(words.buffer);
  const paramOffsets = new Map<Program, number[]>();
  for (const program of programs) {
    paramOffsets.set(
      program,
      program.entries.map(({ kernel, params }) => {
        if (kernel.paramsBinding < 0) return -1;
        words.fill(0);
        kernel.params.forEach((field, i) => {
          const value = defined(params[field.name]);
          if (field.type === 'f32') floats[i] = value;
          // The bits of a negative i32 are those of a u32.
          else words[i] = value;
        });
        const key = words.subarray(0, 1 + words.findLastIndex((word) => word !== 0)).join();
        let offset = slots.get(key);
        if (offset === undefined) {
          offset = blocks.push(new Uint8Array(words.slice().buffer)) * 256 - 256;
          slots.set(key, offset);
        }
        return offset;
      }),
    );
  }
  const uniforms = new Uint8Array(blocks.length * 256);
  blocks.forEach((b, i) => uniforms.set(b, i * 256));
  return { uniforms, paramOffsets };
}
