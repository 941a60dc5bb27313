import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { Recorder, type Program } from '../engine/record';
import { noStep } from '../engine/step';
import type { Tensor } from '../engine/tensor';
import type { TensorSource } from '../io/safetensors';
import { upload } from '../models/load';
import { defined } from '../numbers/defined';
import { addInto } from '../ops/add';
import type { Form } from '../player/form';

/** Deltas of some weights on the device, in f32. */
interface Deltas {
  names: ReadonlySet<string>;
  machine: Machine;
  /** W = W0 + w delta of each weight, and W += w delta. */
  set: Program;
  more: Program;
}

/** Weights that adapters change, with a copy W0 of each as the checkpoint has it. */
class Group {
  /** Weights that are others than W0 now. */
  private changed: ReadonlySet<string> = new Set();

  private constructor(
    private readonly device: Device,
    private readonly form: Form,
    readonly names: ReadonlySet<string>,
    /** It has W0, and W of the form's machine. */
    readonly machine: Machine,
    private readonly reset: Program,
  ) {}

  static async open(device: Device, form: Form, source: TensorSource, names: ReadonlySet<string>): Promise<Group> {
    const rec = new Recorder();
    const reset = rec.program('reset', () => names.forEach((name) => addInto(weight(rec, form, name), copy(rec, form, name), 0)), { gradients: false });
    const machine = await Machine.build(device, rec, undefined, { machine: form.machine, holds: () => true });
    machine.setStep(noStep);
    try {
      for (const name of names) upload(machine, copy(rec, form, name), await source.readF32Checked(name));
    } catch (error) {
      machine.destroy();
      throw error;
    }
    return new Group(device, form, names, machine, reset);
  }

  async add(deltas: ReadonlyMap<string, Float32Array>): Promise<Deltas> {
    const rec = new Recorder();
    const given = [...deltas].map(([name, data]) => ({ name, data, delta: rec.declare('bases', `delta ${name}`, this.form.weight(name).shape) }));
    const into = (isFirst: boolean) => () => given.forEach(({ name, delta }) => addInto(weight(rec, this.form, name), delta, isFirst ? copy(rec, this.form, name) : 'out'));
    const set = rec.program('set', into(true), { gradients: false });
    const more = rec.program('more', into(false), { gradients: false });
    const machine = await Machine.build(this.device, rec, undefined, { machine: this.machine, holds: () => true });
    machine.setStep(noStep);
    for (const { delta, data } of given) upload(machine, delta, data);
    return { names: new Set(deltas.keys()), machine, set, more };
  }

  async write(parts: readonly (readonly [Deltas, number])[]): Promise<void> {
    const [first, ...rest] = parts;
    const names = new Set(parts.flatMap(([deltas]) => [...deltas.names]));
    // Where the first writes all that is changed now, what the others add to is as it should be.
    const covers = [...this.changed].every((name) => first?.[0].names.has(name));
    // If it fails on the way, any of these may be changed.
    this.changed = new Set([...this.changed, ...names]);
    if (!covers) await this.machine.run(this.reset);
    const run = async ({ machine }: Deltas, program: Program, w: number) => {
      machine.setParam(program, 'alpha', w);
      await machine.run(program);
    };
    if (first) await run(first[0], covers ? first[0].set : first[0].more, first[1]);
    for (const [deltas, w] of rest) await run(deltas, deltas.more, w);
    this.changed = names;
  }
}

const weight = (rec: Recorder, form: Form, name: string): Tensor => rec.declare('frozen', name, form.weight(name).shape);
const copy = (rec: Recorder, form: Form, name: string): Tensor => rec.declare('frozen', `base ${name}`, form.weight(name).shape);

/** An adapter's deltas, by the groups that their weights are in. */
export type Update = ReadonlyMap<Group, Deltas>;

/**
 * The base's weights on a device, and updates beside them: W = W0 + sum of w delta is written where the model reads W, by one
 * dispatch for each weight and part. It begins with the copy W0 each time, so nothing adds up from blend to blend.
 */
export class Weights {
  /** Disjoint. */
  private readonly groups: Group[] = [];
  private readonly updates = new Set<Update>();

  constructor(
    private readonly device: Device,
    private readonly form: Form,
    private readonly source: TensorSource,
  ) {}

  /** Puts updates (delta, by weight) on the device. Throws EngineError, or FormatError of the checkpoint. */
  async add(deltas: ReadonlyMap<string, Float32Array>): Promise<Update> {
    const fresh = new Set([...deltas.keys()].filter((name) => !this.groups.some((group) => group.names.has(name))));
    if (fresh.size) this.groups.push(await Group.open(this.device, this.form, this.source, fresh));
    const update = new Map<Group, Deltas>();
    this.updates.add(update);
    try {
      for (const group of this.groups) {
        const own = new Map([...deltas].filter(([name]) => group.names.has(name)));
        if (own.size) update.set(group, await group.add(own));
      }
    } catch (error) {
      this.remove(update);
      throw error;
    }
    return update;
  }

  /** Writes a blend: updates with a weight each; the base's own weights where it has no part. */
  async write(parts: readonly (readonly [update: Update, weight: number])[]): Promise<void> {
    for (const group of this.groups) await group.write(parts.flatMap(([update, w]) => (w !== 0 && update.has(group) ? [[defined(update.get(group)), w] as const] : [])));
  }

  /** Takes an update off the device; it must not be written. */
  remove(update: Update): void {
    this.updates.delete(update);
    for (const { machine } of update.values()) machine.destroy();
  }

  /** Bytes on the device of an update's own. */
  bytesOf = (update: Update): number => bytes(update.values());

  /** And of the copies of the base's weights. */
  get copiedBytes(): number {
    return bytes(this.groups);
  }

  destroy(): void {
    for (const update of this.updates) this.remove(update);
    for (const { machine } of this.groups) machine.destroy();
  }
}

const bytes = (all: Iterable<{ machine: Machine }>): number => [...all].reduce((sum, { machine }) => sum + machine.plan.total, 0);
