import { defined } from '../../numbers/defined';
import { compose, constantOf, get, i32, laneOf, make, partsOf, set, splat, type Code, type Label, type Local, type Step } from './ir';

/** Invocations side by side. */
export const SIDE = 4;

/**
 * The steps of an invocation for four of them, `lane` and the next three: what is the same in all, or grows evenly from one to the
 * next, stays one number, that of the first; other numbers become lanes of vectors. Where the four part ways a mask says who goes
 * on, and each way is gone by those who take it. Nothing where the steps have vectors of their own. `agreed` are variables that
 * all invocations set alike. Bits are those of one invocation at a time: each lane is rounded as a number alone is.
 */
export function widen(steps: Step[], lane: Local, agreed: ReadonlySet<Local>): Step[] | undefined {
  if (!steps.every(isScalar)) return undefined;
  const facts: Facts = { growth: new Map([[lane, 1]]), parts: new Set(), news: true };
  // Each round knows what the last one found out about loops, until there is nothing new.
  for (;;) {
    facts.news = false;
    const made = new Widening(steps, lane, agreed, facts).made();
    if (!facts.news) return made;
  }
}

/** Facts about the steps, at first the best that could be. */
interface Facts {
  /** Growth of a variable from one invocation to the next; undefined for a vector. */
  growth: Map<Local, number | undefined>;
  /** Loops that not all leave at once, and labels that not all go to at once. */
  parts: Set<Step | Label>;
  news: boolean;
}

/** A function of four numbers, as it is called for one. */
function ofFour(code: Code): Extract<Code, { op: 'call' }> | undefined {
  if (code.op !== 'do' || code.name !== 'f32x4.extract_lane' || code.lane !== 0) return undefined;
  const [four] = code.args;
  return four?.op === 'call' ? four : undefined;
}

const argumentOf = ({ args: [given] }: Extract<Code, { op: 'call' }>): Code | undefined => (given?.op === 'do' && given.name === 'f32x4.splat' ? given.args[0] : undefined);

function isOne(code: Code): boolean {
  const call = ofFour(code);
  if (call) return argumentOf(call) !== undefined && isOne(argumentOf(call)!);
  return code.type !== 'v128' && partsOf(code).every(isOne);
}

/** True of a step that has no vector of its own. */
function isScalar(step: Step): boolean {
  switch (step.kind) {
    case 'set':
      return step.local.type !== 'v128' && isOne(step.value);
    case 'store':
      return step.bytes === 4 && isOne(step.address) && isOne(step.value);
    case 'if':
      return isOne(step.condition) && [...step.then, ...step.otherwise].every(isScalar);
    case 'loop':
      return isOne(step.condition) && [...step.head, ...step.body, ...step.next].every(isScalar);
    case 'block':
      return step.body.every(isScalar);
    case 'break':
      return true;
    case 'clear':
    case 'barrier':
      return false;
  }
}

/** Numbers of reads and sets of each variable. */
type Uses = Map<Local, { read: number; set: number }>;

function usesOf(steps: readonly Step[], uses: Uses = new Map()): Uses {
  const of = (local: Local) => uses.get(local) ?? uses.set(local, { read: 0, set: 0 }).get(local)!;
  const code = (c: Code): void => {
    if (c.op === 'get') of(c.local).read++;
    partsOf(c).forEach(code);
  };
  for (const step of steps) {
    if (step.kind === 'set') {
      of(step.local).set++;
      code(step.value);
    } else if (step.kind === 'store') {
      code(step.address);
      code(step.value);
    } else if (step.kind === 'if') {
      code(step.condition);
      usesOf([...step.then, ...step.otherwise], uses);
    } else if (step.kind === 'loop') {
      code(step.condition);
      usesOf([...step.head, ...step.body, ...step.next], uses);
    } else if (step.kind === 'block') usesOf(step.body, uses);
  }
  return uses;
}

/** Steps that some of the four may not go through. */
interface Region {
  uses: Uses;
  /** A loop does not begin again for who has left it: what is set right before it counts as its own. */
  fresh?: ReadonlySet<Local>;
}

/** An index that is held inside: as long as it grows evenly up to `last`, it lies inside by itself. */
interface Held {
  index: Code;
  last: Code;
  growth: number;
}

interface Target {
  label: Label;
  /** Identity of the invocations active where it began. */
  who: object;
  /** Mask of those that wait there. */
  waiting?: Local;
}

const COMPARE = /^[if]32\.(eq|ne|[lg][te](_[su])?)$/;
const all: Code = { op: 'words', type: 'v128', words: [-1, -1, -1, -1] };
const nobody: Code = { op: 'words', type: 'v128', words: [0, 0, 0, 0] };
const vector = (name: string): Local => ({ type: 'v128', name, fixed: false });
const and = (a: Code, b: Code): Code => make('v128', 'v128.and', a, b);
const without = (a: Code, b: Code): Code => (a === all ? make('v128', 'v128.not', b) : make('v128', 'v128.andnot', a, b));
const some = (mask: Code): Code => make('i32', 'v128.any_true', mask);

class Widening {
  private out: Step[] = [];
  private readonly vectors = new Map<Local, Local>();
  private readonly uses: Uses;
  private readonly active = vector('active');
  /** Another object as soon as others may go on: everybody at first. */
  private readonly everybody = {};
  private who: object = this.everybody;
  private readonly targets: Target[] = [];
  private readonly regions: Region[] = [];
  /** Labels to which somebody has gone, within each of the regions. */
  private gone = new Set<Label>();
  /** Labels to go to once no invocation is left here. */
  private readonly ends: Label[] = [];

  constructor(
    private readonly steps: Step[],
    private readonly lane: Local,
    private readonly agreed: ReadonlySet<Local>,
    private readonly facts: Facts,
  ) {
    this.uses = usesOf(steps);
  }

  made(): Step[] {
    this.out.push(set(this.active, all));
    this.list(this.steps);
    return this.out;
  }

  // ---- steps --------------------------------------------------------------------------------------------------

  /** True where nobody goes on behind them. */
  private list(steps: Step[]): boolean {
    const fresh = new Set<Local>();
    for (const step of steps) {
      if (this.step(step, fresh)) return true;
      if (step.kind === 'set') fresh.add(step.local);
    }
    return false;
  }

  private step(step: Step, fresh: ReadonlySet<Local>): boolean {
    switch (step.kind) {
      case 'set':
        this.set(step.local, step.value);
        return false;
      case 'store':
        this.store(step);
        return false;
      case 'if':
        return this.branch(step);
      case 'block':
        this.block(step);
        return false;
      case 'loop':
        this.loop(step, fresh);
        return false;
      case 'break':
        this.leave(step.to);
        return true;
      default:
        throw new Error(`a ${step.kind} is no step of an invocation`);
    }
  }

  private set(local: Local, value: Code): void {
    if (this.agreed.has(local)) {
      this.out.push(set(local, this.growth(value) === 0 ? value : some(and(this.mask(value), get(this.active)))));
      return;
    }
    const free = this.regions.every((region) => this.isWithin(local, region));
    const found = free ? this.growth(value) : undefined;
    const growth = !this.facts.growth.has(local) || this.facts.growth.get(local) === found ? found : undefined;
    if (!this.facts.growth.has(local) || this.facts.growth.get(local) !== growth) {
      this.facts.growth.set(local, growth);
      this.facts.news = true;
    }
    if (growth !== undefined) return void this.out.push(set(local, value));
    const to = this.vectorOf(local);
    const four = this.four(value);
    this.out.push(set(to, free ? four : make('v128', 'v128.bitselect', four, get(to), get(this.active))));
  }

  /** True if invocations that skip a region never look at the variable: then it may be set for all of them. */
  private isWithin(local: Local, { uses, fresh }: Region): boolean {
    const [total, inside] = [this.uses.get(local)!, uses.get(local) ?? { read: 0, set: 0 }];
    return inside.read === total.read && (inside.set === total.set || (fresh?.has(local) ?? false));
  }

  private store({ address, value, offset }: Extract<Step, { kind: 'store' }>): void {
    const held: Held[] = [];
    const growth = this.growth(address, held);
    const guarded = this.who !== this.everybody;
    if (growth === 0 && this.growth(value) === 0) {
      const one: Step = { kind: 'store', bytes: 4, address, offset, value };
      this.out.push(guarded ? { kind: 'if', condition: some(get(this.active)), then: [one], otherwise: [] } : one);
      return;
    }
    const of = value.type as 'i32' | 'f32';
    const four = this.kept(this.four(value));
    const together: Step = { kind: 'store', bytes: 16, address, offset, value: four };
    const sure = growth === 4 ? this.sure(held, guarded) : undefined;
    if (sure === true) return void this.out.push(together);
    const each = this.apart(() => {
      const places = growth === 0 ? undefined : this.kept(this.four(address));
      for (let i = 0; i < SIDE; i++) {
        const one: Step = { kind: 'store', bytes: 4, address: places ? laneOf('i32', places, i) : address, offset, value: laneOf(of, four, i) };
        this.out.push(guarded ? { kind: 'if', condition: laneOf('i32', get(this.active), i), then: [one], otherwise: [] } : one);
      }
    });
    this.either(sure, [together], each);
  }

  private branch(step: Extract<Step, { kind: 'if' }>): boolean {
    if (this.growth(step.condition) === 0) return this.together(step);
    const who = this.who;
    const before = this.before();
    const mask = this.kept(this.mask(step.condition));
    const outside = this.gone;
    this.gone = new Set();
    for (const [steps, go] of [[step.then, before === all ? mask : and(before, mask)], [step.otherwise, without(before, mask)]] as const) {
      if (!steps.length) continue;
      this.who = {};
      const end: Label = { name: 'way' };
      this.out.push(set(this.active, go));
      const way = this.within({ uses: usesOf(steps) }, end, () => this.list(steps));
      this.out.push({ kind: 'if', condition: some(get(this.active)), then: [{ kind: 'block', out: end, body: way }], otherwise: [] });
    }
    this.rejoin(before, who, outside);
    return false;
  }

  /** A branch that all take alike. */
  private together(step: Extract<Step, { kind: 'if' }>): boolean {
    const [who, outside] = [this.who, this.gone];
    this.gone = new Set();
    let ends = true;
    const ways = [step.then, step.otherwise].map((steps) => {
      this.who = who;
      return this.apart(() => {
        ends = this.list(steps) && ends;
      });
    });
    this.out.push({ kind: 'if', condition: step.condition, then: defined(ways[0]), otherwise: defined(ways[1]) });
    const left = this.gone;
    this.gone = new Set([...outside, ...left]);
    this.who = left.size ? {} : who;
    if (left.size && !ends) this.endIfNobody();
    return ends;
  }

  private block(step: Extract<Step, { kind: 'block' }>): void {
    const { who, gone: outside } = this;
    if (!this.facts.parts.has(step.out)) {
      // All leave it at once, but for who goes farther.
      this.gone = new Set();
      const body = this.apart(() => this.to(step.out, undefined, () => void this.list(step.body)));
      this.out.push({ kind: 'block', out: step.out, body });
      const left = this.gone;
      this.gone = new Set([...outside, ...left]);
      if (left.size) {
        this.who = {};
        this.endIfNobody();
      }
      return;
    }
    const before = this.before();
    const waiting = vector('waiting');
    this.gone = new Set();
    this.out.push(set(waiting, nobody));
    const body = this.to(step.out, waiting, () => this.within({ uses: usesOf(step.body) }, step.out, () => this.list(step.body)));
    this.gone.delete(step.out);
    this.out.push({ kind: 'block', out: step.out, body });
    this.rejoin(before, who, outside);
  }

  private loop(step: Extract<Step, { kind: 'loop' }>, fresh: ReadonlySet<Local>): void {
    const { who, gone: outside } = this;
    const parts = this.facts.parts.has(step) || this.facts.parts.has(step.out);
    const before = this.before();
    this.gone = new Set();
    let head: Step[] = [];
    let [body, next]: [Step[], Step[]] = [[], []];
    let condition: Code = step.condition;
    const go = (): void => {
      head = this.apart(() => {
        this.list(step.head);
        if (this.growth(step.condition) !== 0) {
          if (!parts) this.learn(step);
          this.out.push(set(this.active, and(get(this.active), this.mask(step.condition))));
          condition = some(get(this.active));
        } else if (parts) condition = make('i32', 'i32.and', step.condition, some(get(this.active)));
      });
      body = this.apart(() => {
        const inside = this.who;
        const waits = this.facts.parts.has(step.again);
        const waiting = vector('waiting');
        if (waits) {
          this.out.push(set(waiting, nobody));
          this.out.push({ kind: 'block', out: step.again, body: this.to(step.again, waiting, () => this.within({ uses: usesOf(step.body) }, step.again, () => this.list(step.body))) });
          this.out.push(set(this.active, make('v128', 'v128.or', get(this.active), get(waiting))));
        } else this.to(step.again, undefined, () => void this.list(step.body));
        this.gone.delete(step.again);
        this.who = inside;
      });
      next = this.apart(() => void this.list(step.next));
    };
    const waiting = vector('left');
    this.to(step.out, waiting, () => {
      if (!parts) return go();
      this.who = {};
      this.out.push(set(waiting, nobody));
      this.within({ uses: usesOf([step]), fresh }, step.out, go);
    });
    // Who leaves a loop for somewhere behind it leaves others in it.
    if (this.gone.size && !parts) this.learn(step);
    this.gone.delete(step.out);
    // Those who go on with the next turn wait at the end of a block of their own.
    const again = this.facts.parts.has(step.again) ? { name: 'turn' } : step.again;
    this.out.push({ kind: 'loop', out: step.out, again, head, condition, body, next });
    if (parts) this.rejoin(before, who, outside);
    else this.gone = new Set([...outside, ...this.gone]);
  }

  /** Goes to a label: all together where all who began it are here, else by turns. */
  private leave(to: Label): void {
    const target = this.targets.find(({ label }) => label === to)!;
    if (target.who === this.who) return void this.out.push({ kind: 'break', to });
    this.learn(to);
    const waiting = target.waiting ?? vector('waiting');
    this.gone.add(to);
    this.out.push(set(waiting, make('v128', 'v128.or', get(waiting), get(this.active))), set(this.active, nobody));
  }

  /** The mask of who goes on, kept for when they come together again. */
  private before(): Code {
    return this.who === this.everybody ? all : this.kept(get(this.active), true);
  }

  /** All who were there before go on, but for those who have gone farther. */
  private rejoin(before: Code, who: object, outside: Set<Label>): void {
    const left = [...this.gone].flatMap((label) => this.targets.find((target) => target.label === label)?.waiting ?? []);
    this.out.push(set(this.active, left.reduce<Code>((mask, waiting) => without(mask, get(waiting)), before)));
    this.who = this.gone.size ? {} : who;
    const more = this.gone.size > 0;
    this.gone = new Set([...outside, ...this.gone]);
    if (more) this.endIfNobody();
  }

  private endIfNobody(): void {
    const to = this.ends.at(-1);
    if (to) this.out.push({ kind: 'if', condition: make('i32', 'i32.eqz', some(get(this.active))), then: [{ kind: 'break', to }], otherwise: [] });
  }

  private to<T>(label: Label, waiting: Local | undefined, body: () => T): T {
    this.targets.push({ label, who: this.who, ...(waiting && { waiting }) });
    const made = body();
    this.targets.pop();
    return made;
  }

  /** The steps of a region, at whose end those wait who are not in it. */
  private within(region: Region, end: Label, body: () => void): Step[] {
    this.regions.push(region);
    this.ends.push(end);
    const made = this.apart(body);
    this.regions.pop();
    this.ends.pop();
    return made;
  }

  /** Four at once where that is told when it runs, else one after another. */
  private either(sure: Code | undefined, together: Step[], each: Step[]): void {
    if (sure) this.out.push({ kind: 'if', condition: sure, then: together, otherwise: each });
    else this.out.push(...each);
  }

  private learn(what: Step | Label): void {
    if (this.facts.parts.has(what)) return;
    this.facts.parts.add(what);
    this.facts.news = true;
  }

  private apart(body: () => void): Step[] {
    const before = this.out;
    this.out = [];
    body();
    const made = this.out;
    this.out = before;
    return made;
  }

  // ---- numbers ------------------------------------------------------------------------------------------------

  /**
   * Growth of a number from one invocation to the next; undefined if it does not grow evenly. With `held`, an index that is
   * held inside counts as the index, and is put on the list.
   */
  private growth(code: Code, held?: Held[]): number | undefined {
    switch (code.op) {
      case 'const':
      case 'global':
        return 0;
      case 'get':
        return this.facts.growth.has(code.local) ? this.facts.growth.get(code.local) : 0;
      case 'load':
        return this.growth(code.address) === 0 ? 0 : undefined;
      case 'select': {
        const [condition, yes, no] = code.args;
        const [a, b] = [this.growth(yes), this.growth(no)];
        if (a === b && this.growth(condition) === 0) return a;
        const holds = condition.op === 'do' && condition.name === 'i32.gt_u' && condition.args[0] === no && condition.args[1] === yes;
        if (!held || !holds || a !== 0 || !b || b < 0) return undefined;
        held.push({ index: no, last: yes, growth: b });
        return b;
      }
      case 'do': {
        const [x, y] = code.args as [Code, Code | undefined];
        const [a, b] = [this.growth(x, held), y && this.growth(y, held)];
        if (a === 0 && (!y || b === 0)) return 0;
        if (code.type !== 'i32' || !y || a === undefined || b === undefined) return undefined;
        const [left, right] = [constantOf(x), constantOf(y)];
        if (code.name === 'i32.add') return (a + b) | 0;
        if (code.name === 'i32.sub') return (a - b) | 0;
        if (code.name === 'i32.mul' && (left ?? right) !== undefined) return Math.imul(left ?? a, right ?? b);
        if (code.name === 'i32.shl' && right !== undefined) return a << right;
        // Four that begin at a multiple of four stay in one row of a multiple of four.
        if (a !== 1 || right === undefined || !this.isAligned(x)) return undefined;
        if (code.name === 'i32.rem_u' && right > 0 && right % SIDE === 0) return 1;
        if (code.name === 'i32.div_u' && right > 0 && right % SIDE === 0) return 0;
        if (code.name === 'i32.and' && (right & (SIDE - 1)) === SIDE - 1) return 1;
        return code.name === 'i32.shr_u' && right >= 2 ? 0 : undefined;
      }
      default:
        return undefined;
    }
  }

  /** True if a number of the first of the four is certainly a multiple of four. */
  private isAligned(code: Code): boolean {
    if (code.op === 'const') return code.value % SIDE === 0;
    if (code.op === 'get') return code.local === this.lane;
    if (code.op !== 'do') return false;
    const [a, b] = code.args as [Code, Code];
    if (code.name === 'i32.add') return this.isAligned(a) && this.isAligned(b);
    return code.name === 'i32.mul' && (this.isAligned(a) || this.isAligned(b));
  }

  /** True if the addresses of four numbers are four in a row within bounds, or the code that tests this at run time. */
  private sure(held: Held[], guarded: boolean): true | Code {
    const asked = held.flatMap(({ index, last, growth }) => [make('i32', 'i32.le_u', index, last), make('i32', 'i32.le_u', make('i32', 'i32.add', index, i32((SIDE - 1) * growth)), last)]);
    if (guarded) asked.push(make('i32', 'i32x4.all_true', get(this.active)));
    return asked.length ? asked.reduce((a, b) => make('i32', 'i32.and', a, b)) : true;
  }

  private vectorOf(local: Local): Local {
    const known = this.vectors.get(local) ?? vector(local.name);
    this.vectors.set(local, known);
    return known;
  }

  /** Code that costs nothing to use again; with `copy`, also that of a variable which may change. */
  private kept(code: Code, copy = false): Code {
    if (code.op === 'const' || code.op === 'words' || (code.op === 'get' && !copy)) return code;
    const local: Local = { type: code.type, name: 'kept', fixed: true };
    this.out.push(set(local, code));
    return get(local);
  }

  /** The four numbers side by side. */
  private four(code: Code): Code {
    const growth = this.growth(code);
    const of = code.type as 'i32' | 'f32';
    if (growth !== undefined) return growth === 0 ? splat(of, code) : make('v128', 'i32x4.add', splat('i32', code), compose('i32', [0, 1, 2, 3].map((i) => i32(i * growth))));
    switch (code.op) {
      case 'get':
        return get(this.vectorOf(code.local));
      case 'load':
        return this.load(code);
      case 'select': {
        const [condition, yes, no] = code.args;
        if (this.growth(condition) === 0) return { op: 'select', type: 'v128', args: [condition, this.four(yes), this.four(no)] };
        return make('v128', 'v128.bitselect', this.four(yes), this.four(no), this.mask(condition));
      }
      case 'do':
        return this.instruction(code);
      default:
        throw new Error(`${code.op} is no number of an invocation`);
    }
  }

  private instruction(code: Extract<Code, { op: 'do' }>): Code {
    const call = ofFour(code);
    if (call) return { ...call, args: [this.four(argumentOf(call)!)] };
    const { name, args } = code;
    if (COMPARE.test(name) || name === 'i32.eqz') return and(this.mask(code), splat('i32', i32(1)));
    const [kind, what] = name.split('.') as [string, string];
    if (/^f32\.(add|sub|mul|div|sqrt|floor|ceil|trunc|nearest|abs|neg)$/.test(name) || /^i32\.(add|sub|mul)$/.test(name)) return make('v128', `${kind}x4.${what}`, ...args.map((arg) => this.four(arg)));
    if (/^i32\.(and|or|xor)$/.test(name)) return make('v128', `v128.${what}`, ...args.map((arg) => this.four(arg)));
    if (/^i32\.(shl|shr_[su])$/.test(name) && this.growth(defined(args[1])) === 0) return make('v128', `i32x4.${what}`, this.four(defined(args[0])), defined(args[1]));
    if (what === 'reinterpret') return this.four(defined(args[0]));
    const converted = /^f32\.convert_([su])\.i32$/.exec(name);
    if (converted) return make('v128', `f32x4.convert_i32x4_${defined(converted[1])}`, this.four(defined(args[0])));
    const truncated = /^i32\.trunc_([su])_sat\.f32$/.exec(name);
    if (truncated) return make('v128', `i32x4.trunc_sat_f32x4_${defined(truncated[1])}`, this.four(defined(args[0])));
    // No instruction for four: one after another.
    const parts = args.map((arg) => (this.growth(arg) === 0 ? undefined : this.kept(this.four(arg))));
    return compose(code.type as 'i32' | 'f32', [0, 1, 2, 3].map((i): Code => ({ ...code, args: args.map((arg, k) => (parts[k] ? laneOf(arg.type as 'i32' | 'f32', parts[k], i) : arg)) })));
  }

  /** A condition of each: minus one where it holds, zero where it does not. */
  private mask(code: Code): Code {
    if (code.op === 'do' && this.growth(code) === undefined) {
      const { name, args } = code;
      const [kind, what] = name.split('.') as [string, string];
      if (COMPARE.test(name)) return make('v128', `${kind}x4.${what}`, ...args.map((arg) => this.four(arg)));
      if (name === 'i32.eqz' && isBool(defined(args[0]))) return make('v128', 'v128.not', this.mask(defined(args[0])));
      if ((name === 'i32.and' || name === 'i32.or') && args.every(isBool)) return make('v128', `v128.${what}`, ...args.map((arg) => this.mask(arg)));
      if (name === 'i32.eqz') return make('v128', 'i32x4.eq', this.four(defined(args[0])), nobody);
    }
    return make('v128', 'i32x4.ne', this.four(code), nobody);
  }

  /** Four numbers from memory: in a row where they lie so, else one by one. Who does not go on looks at the beginning of memory where nothing holds the address inside. */
  private load(code: Extract<Code, { op: 'load' }>): Code {
    const of = code.type as 'i32' | 'f32';
    const { address, offset } = code;
    const held: Held[] = [];
    const growth = this.growth(address, held);
    const guarded = this.who !== this.everybody && !isHeld(address);
    const together: Code = { op: 'load', type: 'v128', bytes: 16, address, offset };
    const sure = growth === 4 ? this.sure(held, guarded) : undefined;
    if (sure === true) return this.kept(together);
    const found = vector('found');
    const each = this.apart(() => {
      const four = this.four(address);
      const places = this.kept(guarded ? and(four, get(this.active)) : four);
      this.out.push(set(found, compose(of, [0, 1, 2, 3].map((i): Code => ({ op: 'load', type: of, bytes: 4, address: laneOf('i32', places, i), offset })))));
    });
    this.either(sure, [set(found, together)], each);
    return get(found);
  }
}

/** True of numbers that are one or zero. */
function isBool(code: Code): boolean {
  if (code.op === 'const') return code.value === 0 || code.value === 1;
  if (code.op !== 'do') return false;
  return COMPARE.test(code.name) || code.name === 'i32.eqz' || ((code.name === 'i32.and' || code.name === 'i32.or') && code.args.every(isBool));
}

/** True if every index of an address is held inside at run time, whatever it is. */
function isHeld(code: Code): boolean {
  if (code.op === 'global' || code.op === 'const') return true;
  if (code.op === 'select') return code.args[0].op === 'do' && code.args[0].name === 'i32.gt_u' && code.args[0].args[0] === code.args[2] && code.args[0].args[1] === code.args[1];
  return code.op === 'do' && (code.name === 'i32.add' || code.name === 'i32.mul') && code.args.every(isHeld);
}
