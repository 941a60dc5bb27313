import { defined, several } from '../../numbers/defined';
import { binary, unary } from './arithmetic';
import { builtin, isBuiltin } from './builtins';
import { compose, constantOf, get, i32, make, set, type Code, type Label, type Local, type Step } from './ir';
import { LIBRARY } from './library';
import { mayChange, mostOf } from './most';
import { parse } from './parse';
import { element, elementOf, field, fitsMemory, read, write, type Place } from './places';
import { WgslError, type At } from './source';
import type { BufferBinding, Size } from '../template';
import type { Expression, FunctionDeclaration, ModuleSyntax, Statement, TypeName } from './syntax';
import { isAbstract, layoutOf, leavesOf, nameOf, scalar, strideOf, vec, type Element, type Type } from './types';
import { bitcast, convert, named, part, settle, settled, spread, swizzle, valueOf, vectorOf, wasmOf, zeroOf, type Numbers, type Value } from './values';

/** A kernel as steps of one invocation. Its overrides are globals of their names, which are filled in when it is loaded. */
export interface Lowered {
  /** Overrides by name with their usual values. */
  overrides: Record<string, number>;
  /** Invocations of a workgroup. */
  invocations: Code;
  bindings: BufferBinding[];
  /** Bytes of workgroup memory. */
  shared: Size;
  /** Index of the invocation in its workgroup; `head` makes its other numbers from it and from `group`, the index of the workgroup. */
  lane: Local;
  group: [Local, Local, Local];
  head: Step[];
  body: Step[];
  /** Functions of the library that it calls, each of one vector. */
  helpers: Map<string, { parameter: Local; body: Step[]; result: Code }>;
}

type Bound = { kind: 'value'; value: Value } | { kind: 'place'; place: Place } | { kind: 'pointer'; place: Place };

/** A call that is being written out. */
interface Frame {
  result?: Type;
  /** Value that it returns, if known without a branch. */
  value?: Value;
  /** Target of returns from inside a branch or loop, and the locals that they leave the value in. */
  out?: Label;
  left?: Local[];
  /** Branches and loops around the statement. */
  depth: number;
  loops: { out: Label; again: Label }[];
}

const library = parse(LIBRARY);
const MAXIMUM_CALLS = 32;

/**
 * A kernel's entry point with every call written out where it is made, constants put in, and what they rule out left out.
 * Structs, matrices and small arrays become variables of one number each.
 */
export function lower(module: ModuleSyntax): Lowered {
  return new Lowering(module).kernel();
}

class Lowering {
  private out: Step[] = [];
  private scopes: Map<string, Bound>[] = [new Map<string, Bound>()];
  private frames: Frame[] = [];
  private readonly helpers: Lowered['helpers'] = new Map();
  private readonly known = new Map<string, Value>();
  private readonly overrides: Record<string, number> = {};

  constructor(private readonly module: ModuleSyntax) {}

  kernel(): Lowered {
    const main = this.module.functions.get('main');
    if (!main) throw new WgslError({ line: 1, column: 1 }, 'there is no function main');
    const size = main.attributes.find(({ name }) => name === 'workgroup_size');
    for (const { name, override } of this.module.constants.values()) if (override) this.moduleConstant(name);
    const sides = [0, 1, 2].map((i) => (size?.args[i] ? this.whole(size.args[i]) : i32(1)));
    const { bindings, shared } = this.variables();
    const local = (name: string): Local => ({ type: 'i32', name, fixed: true });
    const lane = local('lane');
    if (sides.every((side) => constantOf(side) !== undefined)) lane.most = sides.reduce((count, side) => count * constantOf(side)!, 1) - 1;
    const group: Lowered['group'] = [local('group.x'), local('group.y'), local('group.z')];
    const inputs = this.inputs(main, sides, lane, group);
    this.frames.push({ depth: 0, loops: [] });
    const head = this.out;
    this.out = [];
    this.scopes.push(inputs);
    this.statements(main.body);
    const { out } = this.frames.pop()!;
    const invocations = sides.reduce((a, b) => make('i32', 'i32.mul', a, b));
    return { overrides: this.overrides, invocations, bindings, shared, lane, group, head, body: out ? [{ kind: 'block', out, body: this.out }] : this.out, helpers: this.helpers };
  }

  /** Buffers and workgroup memory by name. */
  private variables(): { bindings: BufferBinding[]; shared: Size } {
    const bindings: BufferBinding[] = [];
    const shared: Size = { fixed: 0, by: {} };
    for (const variable of this.module.variables.values()) {
      const { name, space } = variable;
      const open = this.openCount(variable.type);
      const type = this.type(open ? { ...variable.type, count: undefined } : variable.type);
      if (!fitsMemory(type)) this.fail(variable, `${nameOf(type)} in memory is not supported`);
      if (space === 'workgroup') {
        // Each variable begins at a multiple of 16, wherever those before it end.
        const address = sizeCode({ op: 'global', type: 'i32', name: 'shared' }, { fixed: 0, by: shared.by });
        this.bind(name, { kind: 'place', place: { kind: 'memory', type, address, offset: shared.fixed, writable: true, ...(open && { last: make('i32', 'i32.sub', globalOf(open), i32(1)) }) } });
        if (open && type.kind === 'array') shared.by[open] = (shared.by[open] ?? 0) + Math.ceil(strideOf(type.of) / 16) * 16;
        else shared.fixed += Math.ceil(layoutOf(type).size / 16) * 16;
      } else if (space === 'storage' || space === 'uniform') {
        const binding = variable.attributes.find((attribute) => attribute.name === 'binding');
        if (!binding) this.fail(variable, `${name} has no binding`);
        const unsized = type.kind === 'array' && type.count === undefined;
        bindings.push({ name, binding: this.wholeNumber(defined(binding.args[0])), stride: unsized ? strideOf(type.of) : 0, bytes: unsized ? strideOf(type.of) : layoutOf(type).size });
        const address: Code = { op: 'global', type: 'i32', name: `${name}.at` };
        this.bind(name, { kind: 'place', place: { kind: 'memory', type, address, offset: 0, writable: variable.access === 'read_write', ...(unsized && { last: { op: 'global', type: 'i32', name: `${name}.last` } }) } });
      } else this.fail(variable, `variables of the space ${space} are not supported`);
    }
    return { bindings, shared };
  }

  /** The override that says how many elements an array has, if one does. */
  private openCount({ count }: TypeName): string | undefined {
    return count?.kind === 'name' && this.module.constants.get(count.name)?.override ? count.name : undefined;
  }

  /** Values given to the entry point. */
  private inputs(main: FunctionDeclaration, sides: Code[], lane: Local, group: Local[]): Map<string, Bound> {
    const number = (name: string, value: Code): Code => {
      const local: Local = { type: 'i32', name, fixed: true, most: mostOf(value) };
      this.out.push(set(local, value));
      return get(local);
    };
    const by = (value: Code, name: 'div' | 'rem', n: Code): Code => (constantOf(n) === 1 ? (name === 'div' ? value : i32(0)) : make('i32', `i32.${name}_u`, value, n));
    const within = [by(get(lane), 'rem', defined(sides[0])), by(by(get(lane), 'div', defined(sides[0])), 'rem', defined(sides[1])), by(get(lane), 'div', make('i32', 'i32.mul', defined(sides[0]), defined(sides[1])))];
    const flat = constantOf(defined(sides[1])) === 1 && constantOf(defined(sides[2])) === 1;
    const local = flat ? [get(lane), i32(0), i32(0)] : within.map((code, i) => number(`local.${'xyz'[i]}`, code));
    const three = (numbers: Code[]): Value => valueOf(vec(3, 'u32'), compose('i32', [...numbers, i32(0)], true));
    const given: Record<string, () => Value> = {
      local_invocation_index: () => valueOf(scalar('u32'), get(lane)),
      local_invocation_id: () => three(local),
      workgroup_id: () => three(group.map(get)),
      global_invocation_id: () => three(local.map((code, i) => number(`global.${'xyz'[i]}`, make('i32', 'i32.add', make('i32', 'i32.mul', get(defined(group[i])), defined(sides[i])), code)))),
      num_workgroups: () => three(['x', 'y', 'z'].map((side) => ({ op: 'global', type: 'i32', name: `groups.${side}` }))),
    };
    return new Map(
      main.parameters.map((parameter) => {
        const name = parameter.attributes.find((attribute) => attribute.name === 'builtin')?.args[0];
        const make = name?.kind === 'name' ? given[name.name] : undefined;
        if (!make) this.fail(parameter, `${parameter.name} is none of ${Object.keys(given).join(', ')}`);
        return [parameter.name, { kind: 'value', value: make() }];
      }),
    );
  }

  // ---- names and types ----------------------------------------------------------------------------------------

  private bind(name: string, bound: Bound): void {
    this.scopes.at(-1)!.set(name, bound);
  }

  private find(name: string): Bound | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const found = defined(this.scopes[i]).get(name);
      if (found) return found;
    }
    const value = this.moduleConstant(name);
    return value && { kind: 'value', value };
  }

  private moduleConstant(name: string): Value | undefined {
    const known = this.known.get(name);
    const declared = this.module.constants.get(name);
    if (known || !declared) return known;
    if (!declared.value) return this.fail(declared, `${name} has no value`);
    const type = declared.type && this.type(declared.type);
    const scopes = this.scopes;
    this.scopes = [defined(scopes[0])];
    let value = this.typed(this.value(declared.value), type, declared);
    this.scopes = scopes;
    if (declared.override) {
      const usual = constantOf(defined(value.leaves[0]));
      if (usual === undefined || value.type.kind !== 'scalar' || value.type.of === 'f32') return this.fail(declared, `an override is a bool or a whole number, and its usual value is known`);
      this.overrides[name] = usual;
      value = valueOf(value.type, globalOf(name));
    }
    this.known.set(name, value);
    return value;
  }

  private type(written: TypeName): Type {
    const { name, of } = written;
    const vector = /^vec([234])$/.exec(name);
    const short = /^vec([234])([fiu])$/.exec(name);
    const matrix = /^mat([234])x([234])$/.exec(name);
    const alias = this.module.aliases.get(name);
    const struct = this.module.structs.get(name);
    if (name === 'f32' || name === 'i32' || name === 'u32' || name === 'bool') return scalar(name);
    if (vector && of[0]) {
      const inner = this.type(of[0]);
      if (inner.kind === 'scalar') return vec(Number(vector[1]), inner.of);
    }
    if (short) return vec(Number(short[1]), `${short[2] as 'f' | 'i' | 'u'}32`);
    if (matrix && of[0]?.name === 'f32') return { kind: 'mat', columns: Number(matrix[1]), rows: Number(matrix[2]) };
    if (name === 'array' && of[0]) return { kind: 'array', of: this.type(of[0]), ...(written.count && { count: this.wholeNumber(written.count) }) };
    if (alias) return this.type(alias);
    if (struct) return { kind: 'struct', name, fields: struct.map((one) => ({ name: one.name, type: this.type(one.type) })) };
    return this.fail(written, `the type ${name} is not supported`);
  }

  private isType(name: string): boolean {
    return /^(f32|i32|u32|bool|vec[234][fiu]?|mat[234]x[234]|array)$/.test(name) || this.module.aliases.has(name) || this.module.structs.has(name);
  }

  private whole(written: Expression): Code {
    const { leaves, type } = this.value(written);
    return type.kind === 'scalar' ? defined(leaves[0]) : this.fail(written, `this is ${nameOf(type)} and not a whole number`);
  }

  private wholeNumber(written: Expression): number {
    const { leaves, type } = this.value(written);
    const known = constantOf(defined(leaves[0]));
    if (known === undefined || type.kind !== 'scalar') return this.fail(written, 'this must be known before it runs');
    return known;
  }

  // ---- statements ---------------------------------------------------------------------------------------------

  /** True where what follows is never reached. */
  private statements(list: Statement[]): boolean {
    this.scopes.push(new Map());
    const ended = list.some((statement) => this.statement(statement));
    this.scopes.pop();
    return ended;
  }

  private statement(s: Statement): boolean {
    switch (s.kind) {
      case 'block':
        return this.statements(s.body);
      case 'declare':
        this.declare(s);
        return false;
      case 'assign':
        this.assign(s);
        return false;
      case 'call':
        this.callStatement(s.call);
        return false;
      case 'if':
        return this.branch(s);
      case 'for':
        this.loop(s);
        return false;
      case 'return':
        this.giveBack(s);
        return true;
      case 'break':
      case 'continue': {
        const loop = this.frame.loops.at(-1);
        if (!loop) this.fail(s, `there is no loop to ${s.kind}`);
        this.out.push({ kind: 'break', to: s.kind === 'break' ? loop.out : loop.again });
        return true;
      }
    }
  }

  private declare(s: Extract<Statement, { kind: 'declare' }>): void {
    const type = s.type && this.type(s.type);
    if (s.how !== 'var') {
      if (!s.value) this.fail(s, `${s.name} has no value`);
      let value = this.value(s.value);
      value = s.how === 'const' && !type ? value : this.typed(value, type, s);
      this.bind(s.name, { kind: 'value', value: this.keep(value) });
      return;
    }
    const value = s.value ? this.typed(this.value(s.value), type, s) : type ? zeroOf(type) : this.fail(s, `${s.name} has neither type nor value`);
    const place: Place = { kind: 'locals', type: value.type, locals: leavesOf(value.type).map((leaf): Local => ({ type: wasmOf(leaf), name: s.name, fixed: false })) };
    this.out.push(...write(place, value));
    this.bind(s.name, { kind: 'place', place });
  }

  private assign(s: Extract<Statement, { kind: 'assign' }>): void {
    if (s.to.kind === 'name' && s.to.name === '_') return void this.keep(this.value(s.value));
    const place = this.place(s.to);
    if (!place) this.fail(s, 'this cannot be assigned to');
    if (place.kind === 'memory' && !place.writable) this.fail(s, 'this is only to be read');
    let value = this.value(s.value);
    if (s.op) value = this.combined(s.op, read(place), value, s);
    value = this.typed(value, place.type, s);
    // A matrix that is made of itself must be whole before the first column of it changes.
    this.out.push(...write(place, value.leaves.length > 1 || place.kind === 'choice' || place.kind === 'lane' ? this.keep(value) : value));
  }

  private callStatement(call: Expression): void {
    if (call.kind !== 'call') return;
    const { name } = call.callee;
    if (name === 'workgroupBarrier' || name === 'storageBarrier') {
      this.out.push({ kind: 'barrier' });
      return;
    }
    const declared = this.module.functions.get(name);
    if (!declared) this.fail(call, `${name} is no function that can stand alone`);
    this.call(declared, call.args, call);
  }

  private branch(s: Extract<Statement, { kind: 'if' }>): boolean {
    const condition = this.condition(s.condition);
    const known = constantOf(condition);
    if (known !== undefined) return this.statements(known ? s.then : s.otherwise);
    this.frame.depth++;
    let ends = true;
    const [then, otherwise] = [s.then, s.otherwise].map((list) =>
      this.apart(() => {
        ends = this.statements(list) && ends;
      }),
    ) as [Step[], Step[]];
    this.frame.depth--;
    this.out.push({ kind: 'if', condition, then, otherwise });
    return ends;
  }

  private loop(s: Extract<Statement, { kind: 'for' }>): void {
    this.scopes.push(new Map());
    if (s.first) this.statement(s.first);
    const [out, again]: [Label, Label] = [{ name: 'out' }, { name: 'again' }];
    let condition: Code = i32(1);
    const head = this.apart(() => {
      if (s.condition) condition = this.condition(s.condition);
    });
    if (constantOf(condition) !== 0) {
      this.frame.depth++;
      this.frame.loops.push({ out, again });
      const counter = counterOf(condition, s);
      if (counter) counter.local.most = counter.most;
      const body = this.apart(() => void this.statements(s.body));
      if (counter) delete counter.local.most;
      this.frame.loops.pop();
      const next = this.apart(() => void (s.next && this.statement(s.next)));
      this.frame.depth--;
      this.out.push({ kind: 'loop', out, again, head, condition, body, next });
    }
    this.scopes.pop();
  }

  private giveBack(s: Extract<Statement, { kind: 'return' }>): void {
    const { frame } = this;
    const value = s.value && this.typed(this.value(s.value), frame.result, s);
    if (frame.depth === 0 && !frame.out) {
      frame.value = value && this.keep(value);
      return;
    }
    frame.out ??= { name: 'return' };
    if (value) {
      frame.left ??= leavesOf(value.type).map((leaf): Local => ({ type: wasmOf(leaf), name: 'result', fixed: false }));
      const kept = this.keep(value);
      this.out.push(...frame.left.map((local, i) => set(local, defined(kept.leaves[i]))));
    }
    this.out.push({ kind: 'break', to: frame.out });
  }

  // ---- expressions --------------------------------------------------------------------------------------------

  private value(e: Expression): Value {
    switch (e.kind) {
      case 'number':
        return literal(e.text) ?? this.fail(e, `${e.text} is not supported`);
      case 'bool':
        return valueOf(scalar('bool'), i32(Number(e.value)));
      case 'unary':
        if (e.op === '-' || e.op === '!' || e.op === '~') return this.must(unary(e.op, this.value(e.of)), e);
        break;
      case 'binary': {
        if (e.op === '&&' || e.op === '||') return this.shortCircuit(e);
        const [left, right] = several(this.values([e.left, e.right]), 2);
        return this.combined(e.op, left, right, e);
      }
      case 'call':
        return this.callValue(e);
      default:
    }
    const place = this.place(e);
    if (place) return read(place);
    if (e.kind === 'name') {
      const found = this.find(e.name);
      if (found?.kind === 'value') return found.value;
      this.fail(e, `there is nothing called ${e.name}`);
    }
    if (e.kind === 'member') return this.member(this.value(e.of), e);
    if (e.kind === 'index') {
      const [of, index] = several(this.values([e.of, e.index]), 2);
      return elementOf(this.keep(of), this.index(index, e)) ?? this.fail(e, `${named(of)} has no elements`);
    }
    return this.fail(e, 'this is not supported here');
  }

  /** Values in their order: one that a later call could change is put aside first. */
  private values(list: Expression[]): Value[] {
    return list.map((e, i) => {
      const value = this.value(e);
      return list.slice(i + 1).some((later) => this.calls(later)) ? this.keep(value) : value;
    });
  }

  /** True if an expression calls a function of the module. */
  private calls(e: Expression): boolean {
    switch (e.kind) {
      case 'call':
        return this.module.functions.has(e.callee.name) || e.args.some((arg) => this.calls(arg));
      case 'unary':
      case 'member':
        return this.calls(e.of);
      case 'binary':
        return this.calls(e.left) || this.calls(e.right);
      case 'index':
        return this.calls(e.of) || this.calls(e.index);
      default:
        return false;
    }
  }

  private combined(op: string, left: Value, right: Value, at: At): Value {
    return this.must(binary(op, left, right, (value) => this.keep(value)), at);
  }

  private shortCircuit(e: Extract<Expression, { kind: 'binary' }>): Value {
    const left = this.condition(e.left);
    const known = constantOf(left);
    const decides = e.op === '||';
    if (known !== undefined && Boolean(known) === decides) return valueOf(scalar('bool'), i32(known));
    let right!: Code;
    const steps = this.apart(() => void (right = this.condition(e.right)));
    if (known !== undefined) {
      this.out.push(...steps);
      return valueOf(scalar('bool'), right);
    }
    if (!steps.some(hasEffect)) {
      // Nothing but what is read: both may be asked for.
      const first = defined(this.keep(valueOf(scalar('bool'), left)).leaves[0]);
      this.out.push(...steps);
      return valueOf(scalar('bool'), make('i32', decides ? 'i32.or' : 'i32.and', first, right));
    }
    const result: Local = { type: 'i32', name: 'both', fixed: false };
    this.out.push(set(result, left));
    const more = [...steps, set(result, right)];
    this.out.push({ kind: 'if', condition: get(result), then: decides ? [] : more, otherwise: decides ? more : [] });
    return valueOf(scalar('bool'), get(result));
  }

  private condition(e: Expression): Code {
    const { type, leaves } = this.value(e);
    if (type.kind !== 'scalar' || type.of !== 'bool') this.fail(e, `a condition is a bool and not ${nameOf(type)}`);
    return defined(leaves[0]);
  }

  private member(of: Value, e: Extract<Expression, { kind: 'member' }>): Value {
    if (of.type.kind === 'vec') {
      const lanes = lanesOf(e.name, of.type.size);
      if (!lanes) this.fail(e, `${named(of)} has no ${e.name}`);
      return lanes.length === 1 ? part(of, defined(lanes[0]))! : swizzle(of, lanes);
    }
    return part(of, e.name) ?? this.fail(e, `${named(of)} has no ${e.name}`);
  }

  private index(value: Value, at: At): Code {
    const { type } = value;
    if (type.kind !== 'scalar' || (type.of !== 'u32' && type.of !== 'i32' && type.of !== 'abstract-int')) this.fail(at, `an index is a whole number and not ${nameOf(type)}`);
    return defined(this.keep(settled(value)).leaves[0]);
  }

  /** Place of an expression, if it has one. */
  private place(e: Expression): Place | undefined {
    if (e.kind === 'name') {
      const found = this.find(e.name);
      return found?.kind === 'place' ? found.place : undefined;
    }
    if (e.kind === 'unary' && e.op === '*') {
      const found = e.of.kind === 'name' ? this.find(e.of.name) : undefined;
      return found?.kind === 'pointer' ? found.place : undefined;
    }
    if (e.kind === 'member') {
      const of = this.place(e.of);
      if (!of) return undefined;
      if (of.type.kind !== 'vec') return field(of, e.name) ?? this.fail(e, `${nameOf(of.type)} has no ${e.name}`);
      const lanes = lanesOf(e.name, of.type.size);
      return lanes?.length === 1 ? element(of, i32(defined(lanes[0]))) : undefined;
    }
    if (e.kind === 'index') {
      const of = this.place(e.of);
      if (!of) return undefined;
      return element(of, this.index(this.value(e.index), e)) ?? this.fail(e, `${nameOf(of.type)} has no elements that can be asked for here`);
    }
    return undefined;
  }

  // ---- calls --------------------------------------------------------------------------------------------------

  private callValue(e: Extract<Expression, { kind: 'call' }>): Value {
    const { callee } = e;
    const declared = this.module.functions.get(callee.name);
    if (declared) return this.call(declared, e.args, e) ?? this.fail(e, `${callee.name} returns nothing`);
    if (callee.name === 'bitcast' && callee.of[0]) {
      const [value] = several(this.values(e.args), 1);
      const to = this.type(callee.of[0]);
      const from = settled(value);
      if ((to.kind !== 'scalar' && to.kind !== 'vec') || from.type.kind !== to.kind) return this.fail(e, `bitcast of ${named(value)} to ${nameOf(to)} is not supported`);
      return bitcast(from, to.of);
    }
    if (this.isType(callee.name)) return this.construct(e);
    const args = this.values(e.args);
    if (isBuiltin(callee.name)) {
      const value = this.must(builtin(callee.name, args, (value) => this.keep(value)), e);
      value.leaves.forEach((leaf) => this.askFor(leaf));
      return value;
    }
    const signed = args[0]?.type.kind === 'scalar' && args[0].type.of === 'i32';
    const own = library.functions.get(callee.name === 'extractBits' ? (signed ? 'extract_signed' : 'extract_unsigned') : callee.name);
    if (!own) return this.fail(e, `the function ${callee.name} is not supported`);
    return this.fromLibrary((lowering) => lowering.called(own, args.map((value) => ({ kind: 'value', value: this.keep(settled(value)) })), e)!);
  }

  /** Lets code of the library run in this kernel, where no name of the kernel is in its way. */
  private fromLibrary<T>(body: (lowering: Lowering) => T): T {
    const own = new Lowering(library);
    own.out = this.out;
    return body(own);
  }

  /** Takes a function of the library along that the code calls. */
  private askFor(code: Code): void {
    if (code.op === 'do') return code.args.forEach((arg) => this.askFor(arg));
    if (code.op !== 'call' || this.helpers.has(code.name)) return;
    const parameter: Local = { type: 'v128', name: 'given', fixed: true };
    const own = new Lowering(library);
    const value = own.called(library.functions.get(code.name)!, [{ kind: 'value', value: valueOf(vec(4, 'f32'), get(parameter)) }], { line: 1, column: 1 })!;
    this.helpers.set(code.name, { parameter, body: own.out, result: defined(value.leaves[0]) });
  }

  private call(declared: FunctionDeclaration, args: Expression[], at: At): Value | undefined {
    if (args.length !== declared.parameters.length) this.fail(at, `${declared.name} takes ${declared.parameters.length} values and not ${args.length}`);
    const bound = args.map((arg, i): Bound => {
      const parameter = defined(declared.parameters[i]);
      if (parameter.type.name !== 'ptr') return { kind: 'value', value: this.keep(this.typed(this.value(arg), this.type(parameter.type), arg)) };
      const place = arg.kind === 'unary' && arg.op === '&' ? this.place(arg.of) : undefined;
      const passed = arg.kind === 'name' ? this.find(arg.name) : undefined;
      if (place) return { kind: 'pointer', place };
      return passed?.kind === 'pointer' ? passed : this.fail(arg, 'a pointer is made with & of a variable');
    });
    return this.called(declared, bound, at);
  }

  /** Writes a function out. */
  private called(declared: FunctionDeclaration, args: Bound[], at: At): Value | undefined {
    if (this.frames.length > MAXIMUM_CALLS) this.fail(at, `${declared.name} calls itself`);
    const frame: Frame = { result: declared.result && this.type(declared.result), depth: 0, loops: [] };
    const scopes = this.scopes;
    this.scopes = [defined(scopes[0]), new Map(declared.parameters.map(({ name }, i) => [name, defined(args[i])]))];
    this.frames.push(frame);
    const body = this.apart(() => void this.statements(declared.body));
    this.frames.pop();
    this.scopes = scopes;
    if (frame.out) this.out.push({ kind: 'block', out: frame.out, body });
    else this.out.push(...body);
    return frame.left ? { type: frame.result!, leaves: frame.left.map(get) } : frame.value;
  }

  /** `vec4<f32>(...)`, `u32(...)`, `Rows8(...)`. */
  private construct(e: Extract<Expression, { kind: 'call' }>): Value {
    const { callee } = e;
    const args = this.values(e.args);
    const alias = this.module.aliases.get(callee.name);
    const size = /^vec([234])$/.exec(callee.name)?.[1];
    if (size && !callee.of[0] && !alias) {
      const kinds = args.map((arg) => (arg.type as Numbers).of);
      const of = kinds.find((kind) => !isAbstract(kind)) ?? (kinds.includes('abstract-float') ? 'f32' : 'i32');
      return this.vector(Number(size), of, args, e);
    }
    const type = this.type(callee);
    if (!args.length) return zeroOf(type);
    if (type.kind === 'scalar') return (args.length === 1 ? convert(defined(args[0]), type.of) : undefined) ?? this.fail(e, `${type.of}(${args.map(named).join(', ')}) is not supported`);
    if (type.kind === 'vec') return this.vector(type.size, type.of, args, e);
    const parts = type.kind === 'mat' ? Array.from({ length: type.columns }, () => vec(type.rows, 'f32')) : type.kind === 'array' ? Array.from({ length: type.count ?? 0 }, () => type.of) : type.fields.map((one) => one.type);
    if (parts.length !== args.length) this.fail(e, `${nameOf(type)} of ${args.length} values is not supported`);
    return { type, leaves: args.flatMap((arg, i) => this.typed(arg, parts[i], e).leaves) };
  }

  private vector(size: number, of: Element, args: Value[], at: At): Value {
    const failed = (): never => this.fail(at, `vec${size}<${of}>(${args.map(named).join(', ')}) is not supported`);
    const [only] = args;
    if (args.length === 1 && only?.type.kind === 'scalar') return spread(settle(only, of) ?? failed(), size);
    if (args.length === 1 && only?.type.kind === 'vec' && only.type.size === size) return convert(only, of) ?? failed();
    const numbers = args.flatMap((arg): Code[] => {
      const value = settle(arg, of) ?? failed();
      if ((value.type.kind !== 'scalar' && value.type.kind !== 'vec') || value.type.of !== of) return failed();
      if (value.type.kind === 'scalar') return value.leaves;
      const kept = this.keep(value);
      return Array.from({ length: value.type.size }, (_, i) => defined(part(kept, i)!.leaves[0]));
    });
    return numbers.length === size ? vectorOf(of, numbers) : failed();
  }

  // ---- help ---------------------------------------------------------------------------------------------------

  private get frame(): Frame {
    return this.frames.at(-1)!;
  }

  /** The steps that something makes, apart from the others. */
  private apart(body: () => void): Step[] {
    const before = this.out;
    this.out = [];
    body();
    const made = this.out;
    this.out = before;
    return made;
  }

  /** The value with nothing in it that costs, or changes when it is looked at later. */
  private keep(value: Value): Value {
    return { type: value.type, leaves: value.leaves.map((code) => this.kept(code)) };
  }

  private kept(code: Code): Code {
    if (code.op === 'const' || code.op === 'words' || (code.op === 'get' && code.local.fixed) || (code.op === 'compose' && code.free)) return code;
    const local: Local = { type: code.type, name: 'kept', fixed: true, ...(code.type === 'i32' && { most: mostOf(code) }) };
    this.out.push(set(local, code));
    return get(local);
  }

  /** A value as a type that it must have; literals are what they are by themselves where none is asked. */
  private typed(value: Value, type: Type | undefined, at: At): Value {
    if (!type) return settled(value);
    const made = type.kind === 'scalar' || type.kind === 'vec' ? settle(value, type.of) : value;
    if (!made || nameOf(made.type) !== nameOf(type)) this.fail(at, `this is ${named(value)} and not ${nameOf(type)}`);
    return made;
  }

  private must(value: Value | string, at: At): Value {
    return typeof value === 'string' ? this.fail(at, value) : value;
  }

  private fail(at: At, reason: string): never {
    throw new WgslError({ line: at.line, column: at.column }, reason);
  }
}

const globalOf = (name: string): Code => ({ op: 'global', type: 'i32', name });

/** A size on top of another number. */
export const sizeCode = (on: Code, { fixed, by }: Size): Code =>
  Object.entries(by).reduce((sum, [name, bytes]) => make('i32', 'i32.add', sum, make('i32', 'i32.mul', globalOf(name), i32(bytes))), make('i32', 'i32.add', on, i32(fixed)));

/** The variable of `for (var i = ...; i < most; ...)` that nothing in the body changes, and what it is there at most. */
function counterOf(condition: Code, { first, body }: Extract<Statement, { kind: 'for' }>): { local: Local; most: number } | undefined {
  if (first?.kind !== 'declare' || condition.op !== 'do' || condition.name !== 'i32.lt_u') return undefined;
  const [counter, end] = condition.args as [Code, Code];
  if (counter.op !== 'get' || counter.local.name !== first.name || mayChange(body, first.name)) return undefined;
  return { local: counter.local, most: mostOf(end) - 1 };
}

const hasEffect = (step: Step): boolean => step.kind !== 'set' || !step.local.fixed;

function literal(text: string): Value | undefined {
  const hexadecimal = /^0[xX]/.test(text);
  const suffix = /[iuh]$/.exec(text)?.[0] ?? (!hexadecimal && text.endsWith('f') ? 'f' : '');
  const value = Number(suffix ? text.slice(0, -1) : text);
  if (suffix === 'h') return undefined;
  if (suffix === 'u') return valueOf(scalar('u32'), i32(value));
  if (suffix === 'i') return valueOf(scalar('i32'), i32(value));
  if (suffix === 'f') return valueOf(scalar('f32'), { op: 'const', type: 'f32', value: Math.fround(value) });
  const whole = hexadecimal || /^\d+$/.test(text);
  return valueOf(scalar(whole ? 'abstract-int' : 'abstract-float'), { op: 'const', type: whole ? 'i32' : 'f32', value });
}

/** The places that a swizzle names, if a vector of this size has them. */
function lanesOf(name: string, size: number): number[] | undefined {
  const lanes = [...name].map((letter) => Math.max('xyzw'.indexOf(letter), 'rgba'.indexOf(letter)));
  return lanes.length <= 4 && lanes.every((lane) => lane >= 0 && lane < size) ? lanes : undefined;
}

