import type { Entry, Program } from '../engine/record';
import type { Storage, Tensor } from '../engine/tensor';
import type { Trace } from '../models/trace';
import { defined } from '../numbers/defined';
import type { StepFacts, StepPart } from './stepLook.meta';

/** Number of the block that a layer or a weight is in, by its name; null outside of blocks. */
export function blockOf(name: string): number | null {
  const found = /\.(\d+)\./.exec(name);
  return found ? Number(found[1]) : null;
}

const nothing = (): StepFacts => ({ dispatches: 0, work: 0, weights: 0, written: 0 });

/** Parts of a model in a recorded step: dispatches are told by the names of weights in their labels, else by those of what they bind, else they belong to the one before. */
export class Places {
  /** Modules by name, with their parts: 0 before the blocks, then the blocks, and one behind them. */
  private readonly modules = new Map<string, number>();
  private readonly count: number;
  /** The modules that end blocks: who reads what they make, and is no module, comes behind. */
  private readonly ends = new Set<string>();

  constructor({ weights }: Pick<Trace, 'weights'>) {
    const names = [...weights.keys()];
    const blocks = names.map(blockOf);
    const last = Math.max(...blocks.map((block) => block ?? 0));
    const firstInside = blocks.findIndex((block) => block !== null);
    this.count = last + 3;
    for (const [i, name] of names.entries()) {
      const block = defined(blocks[i]);
      const module = name.replace(/\.[^.]*$/, '');
      this.modules.set(module, block !== null ? block + 1 : i < firstInside ? 0 : last + 2);
      if (block !== null && block !== blocks[i + 1]) this.ends.add(module);
    }
  }

  /** Facts of every part of the model in a program. */
  parts(program: Program): StepPart[] {
    const parts = Array.from({ length: this.count }, (_, i): StepPart => ({ block: i > 0 && i < this.count - 1 ? i - 1 : null, shape: [], forward: nothing(), backward: nothing() }));
    const seen = parts.map(() => ({ forward: new Set<Storage>(), backward: new Set<Storage>() }));
    let at = 0;
    for (const entry of program.entries) {
      at = this.placeOf(entry) ?? at;
      const phase = entry.phase === 'backward' ? 'backward' : 'forward';
      const part = defined(parts[at]);
      this.add(part[phase], defined(seen[at])[phase], entry);
      const { out } = entry.tensors;
      if (phase === 'forward' && out) parts[at] = { ...part, shape: out.shape };
    }
    return parts;
  }

  private add(facts: StepFacts, seen: Set<Storage>, { kernel, tensors, work = 0 }: Entry): void {
    facts.dispatches++;
    // Two operations are one multiply-add; what reads no weight is attention's own.
    if (tensors.weight) facts.work += work / 2;
    for (const { name, access } of kernel.bindings) {
      const { storage, role } = defined(tensors[name]);
      if (role === 'uniform' || seen.has(storage)) continue;
      seen.add(storage);
      if (access === 'read_write') facts.written += storage.bytes;
      else if (role === 'frozen' || role === 'bases' || role === 'param') facts.weights += storage.bytes;
    }
  }

  private placeOf({ label, kernel, tensors, phase }: Entry): number | null {
    const bound = (access: string): Tensor[] => kernel.bindings.filter((b) => b.access === access).map(({ name }) => defined(tensors[name]));
    const own = this.first([label, ...bound('read_write').map((t) => t.label)]);
    if (own) return own.part;
    const read = this.first(bound('read').map((t) => t.label));
    return read && read.part + (phase === 'forward' && this.ends.has(read.module) ? 1 : 0);
  }

  private first(labels: readonly string[]): { module: string; part: number } | null {
    for (const label of labels) {
      const found = this.named(label);
      if (found) return found;
    }
    return null;
  }

  /** The module that a label begins with, behind what marks a gradient. */
  private named(label: string): { module: string; part: number } | null {
    const [text] = label.replace(/^(d |grad )*(base_model\.model\.)?/, '').split(/ |\.d /);
    for (let module = defined(text); module !== ''; module = module.replace(/(^|\.)[^.]*$/, '')) {
      const part = this.modules.get(module);
      if (part !== undefined) return { module, part };
    }
    return null;
  }
}
