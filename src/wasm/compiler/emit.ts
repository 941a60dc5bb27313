import binaryen from 'binaryen';
import { defined } from '../../numbers/defined';
import { get, i32, make, set, type Code, type Label, type Local, type Step, type Wasm } from './ir';
import { sizeCode, type Lowered } from './lower';
import type { Workgroup } from './phases';

const TYPES: Record<Wasm, binaryen.Type> = { i32: binaryen.i32, f32: binaryen.f32, v128: binaryen.v128 };

type Instruction = (...args: unknown[]) => binaryen.ExpressionRef;

/** Enough for the engines' own compilers, which do the rest but for what is asked for twice: more passes take five times as long and gain nothing. */
const PASSES = ['local-cse', 'simplify-locals', 'vacuum', 'remove-unused-brs', 'coalesce-locals', 'vacuum'];

/**
 * The module of a kernel. It imports `memory` of `env` and exports `run(words, from, to)`, which runs the workgroups of these
 * indices, x first, of the dispatch that is described at `words`; and a global for each override, by its name.
 */
export function emit(kernel: Lowered, { steps }: Workgroup): Uint8Array {
  const m = new binaryen.Module();
  try {
    m.setFeatures(binaryen.Features.SIMD128 | binaryen.Features.BulkMemory | binaryen.Features.BulkMemoryOpt | binaryen.Features.NontrappingFPToInt | binaryen.Features.MutableGlobals | binaryen.Features.SignExt);
    m.setMemory(1, 65536, null, [], false, false, 'memory');
    m.addMemoryImport('memory', 'env', 'memory');
    const words = ['shared', 'frames', 'groups.x', 'groups.y', 'groups.z', ...kernel.bindings.flatMap(({ name }) => [`${name}.at`, `${name}.last`])];
    for (const name of words) m.addGlobal(name, binaryen.i32, true, m.i32.const(0));
    for (const name of Object.keys(kernel.overrides)) {
      m.addGlobal(name, binaryen.i32, true, m.i32.const(0));
      m.addGlobalExport(name, name);
    }
    for (const [name, { parameter, body, result }] of kernel.helpers) {
      const made = new Emitter(m, [parameter]);
      const block = m.block(null, [...made.steps(body), made.code(result)], binaryen.v128);
      m.addFunction(name, binaryen.createType([binaryen.v128]), binaryen.v128, made.variables(), block);
    }
    const [from, now, to] = ['words', 'group', 'to'].map((name): Local => ({ type: 'i32', name, fixed: false })) as [Local, Local, Local];
    const made = new Emitter(m, [from, now, to]);
    const begin = words.map((name, i) => m.global.set(name, m.i32.load(4 * i, 4, made.code(get(from)))));
    const [x, y] = ['groups.x', 'groups.y'].map((name): Code => ({ op: 'global', type: 'i32', name })) as [Code, Code];
    const [gx, gy, gz] = kernel.group;
    const run: Step = {
      kind: 'loop',
      out: { name: 'done' },
      again: { name: 'next group' },
      head: [],
      condition: make('i32', 'i32.lt_u', get(now), get(to)),
      body: [
        set(gx, make('i32', 'i32.rem_u', get(now), x)),
        set(gy, make('i32', 'i32.rem_u', make('i32', 'i32.div_u', get(now), x), y)),
        set(gz, make('i32', 'i32.div_u', get(now), make('i32', 'i32.mul', x, y))),
        ...(kernel.shared.fixed || Object.keys(kernel.shared.by).length ? [{ kind: 'clear', address: { op: 'global', type: 'i32', name: 'shared' }, bytes: sizeCode(i32(0), kernel.shared) } as const] : []),
        ...steps,
      ],
      next: [set(now, make('i32', 'i32.add', get(now), i32(1)))],
    };
    const body = m.block(null, [...begin, ...made.steps([run])]);
    m.addFunction('run', binaryen.createType([binaryen.i32, binaryen.i32, binaryen.i32]), binaryen.none, made.variables(), body);
    m.addFunctionExport('run', 'run');
    if (!m.validate()) throw new Error('the compiler made a module that is not valid');
    m.runPasses(PASSES);
    return m.emitBinary();
  } finally {
    m.dispose();
  }
}

const isProduct = (code: Code | undefined): boolean => code?.op === 'do' && code.name === 'f32x4.mul';

/** Makes the expressions of one function. */
class Emitter {
  private readonly locals = new Map<Local, number>();
  private readonly labels = new Map<Label, string>();

  constructor(
    private readonly m: binaryen.Module,
    private readonly parameters: Local[],
  ) {
    for (const parameter of parameters) this.indexOf(parameter);
  }

  /** Types of the variables, once everything is made. */
  variables(): binaryen.Type[] {
    return [...this.locals.keys()].slice(this.parameters.length).map(({ type }) => TYPES[type]);
  }

  private indexOf(local: Local): number {
    if (!this.locals.has(local)) this.locals.set(local, this.locals.size);
    return this.locals.get(local)!;
  }

  private labelOf(label: Label): string {
    if (!this.labels.has(label)) this.labels.set(label, `${label.name} ${this.labels.size}`);
    return this.labels.get(label)!;
  }

  steps(list: Step[]): binaryen.ExpressionRef[] {
    return list.map((step) => this.step(step));
  }

  private step(step: Step): binaryen.ExpressionRef {
    const { m } = this;
    switch (step.kind) {
      case 'set':
        return m.local.set(this.indexOf(step.local), this.code(step.value));
      case 'store': {
        const [address, value] = [this.code(step.address), this.code(step.value)];
        if (step.bytes === 8) return m.v128.store64_lane(step.offset, 4, 0, address, value);
        if (step.bytes === 16) return m.v128.store(step.offset, 4, address, value);
        return step.value.type === 'f32' ? m.f32.store(step.offset, 4, address, value) : m.i32.store(step.offset, 4, address, value);
      }
      case 'if':
        return m.if(this.code(step.condition), m.block(null, this.steps(step.then)), step.otherwise.length ? m.block(null, this.steps(step.otherwise)) : undefined);
      case 'block':
        return m.block(this.labelOf(step.out), this.steps(step.body));
      case 'break':
        return m.br(this.labelOf(step.to));
      case 'clear':
        return m.memory.fill(this.code(step.address), m.i32.const(0), this.code(step.bytes));
      case 'loop': {
        const top = `top ${this.labelOf(step.out)}`;
        const leave = m.br_if(this.labelOf(step.out), m.i32.eqz(this.code(step.condition)));
        const body = m.block(this.labelOf(step.again), this.steps(step.body));
        return m.block(this.labelOf(step.out), [m.loop(top, m.block(null, [...this.steps(step.head), leave, body, ...this.steps(step.next), m.br(top)]))]);
      }
      case 'barrier':
        throw new Error('a barrier is left');
    }
  }

  code(code: Code): binaryen.ExpressionRef {
    const { m } = this;
    switch (code.op) {
      case 'const':
        return code.type === 'i32' ? m.i32.const(code.value | 0) : m.f32.const(code.value);
      case 'words':
        return m.v128.const([...new Uint8Array(Int32Array.from(code.words).buffer)]);
      case 'get':
        return m.local.get(this.indexOf(code.local), TYPES[code.type]);
      case 'global':
        return m.global.get(code.name, binaryen.i32);
      case 'load': {
        const address = this.code(code.address);
        if (code.bytes === 8) return m.v128.load64_zero(code.offset, 4, address);
        if (code.bytes === 16) return m.v128.load(code.offset, 4, address);
        return code.type === 'f32' ? m.f32.load(code.offset, 4, address) : m.i32.load(code.offset, 4, address);
      }
      case 'call':
        return m.call(code.name, code.args.map((arg) => this.code(arg)), binaryen.v128);
      case 'select':
        return m.select(this.code(code.args[0]), this.code(code.args[1]), this.code(code.args[2]));
      case 'compose': {
        const { splat, replace_lane: replace } = code.of === 'f32' ? m.f32x4 : m.i32x4;
        const [first, ...others] = code.args;
        return others.reduce((made, arg, i) => replace(made, i + 1, this.code(arg)), splat(this.code(defined(first))));
      }
      case 'do': {
        const [only] = code.args;
        // One instruction, which V8 does not make of the two.
        if (code.name === 'f32x4.splat' && only?.op === 'load' && only.bytes === 4) return m.v128.load32_splat(only.offset, 4, this.code(only.address));
        // A product first: it and the sum can be fused (open.ts).
        const args: unknown[] = (code.name === 'f32x4.add' && isProduct(code.args[1]) && !isProduct(code.args[0]) ? [...code.args].reverse() : code.args).map((arg) => this.code(arg));
        if (code.lane !== undefined) args.splice(1, 0, code.lane);
        if (code.mask) args.push(code.mask);
        const found = code.name.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], m);
        return (found as Instruction)(...args);
      }
    }
  }
}
