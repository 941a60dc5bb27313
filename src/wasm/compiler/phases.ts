import { defined } from '../../numbers/defined';
import { constantOf, get, i32, make, partsOf, set, type Code, type Label, type Local, type Step } from './ir';
import type { Lowered } from './lower';
import { SIDE, widen } from './wide';

/** Steps of a workgroup, and the memory that each invocation needs between its phases. */
export interface Workgroup {
  steps: Step[];
  /** Bytes of an invocation's memory at the global `frames`. */
  frame: number;
}

/**
 * One invocation's steps as those of a whole workgroup. Barriers cut them into phases, each a loop over the invocations; branches
 * and loops with a barrier inside are gone through once for all, as WGSL demands that all invocations agree on them.
 * Values that live from one phase to another are kept in memory: of each variable the values of all invocations in a row. Where a phase
 * has only scalars four invocations go through it side by side (wide.ts).
 */
export function phases({ body, head, lane, invocations }: Lowered): Workgroup {
  const split = new Split();
  const steps = split.steps(body, []);
  const homes = split.homes();
  const bytes = Math.ceil(homes.bytes / 16) * 16;
  const frames: Code = { op: 'global', type: 'i32', name: 'frames' };
  const fours = constantOf(invocations) !== undefined && constantOf(invocations)! % SIDE === 0;
  /** Address of an invocation's value of a variable. */
  const place = (local: Local) => {
    const size = local.type === 'v128' ? 16 : 4;
    const row = make('i32', 'i32.mul', invocations, i32(homes.of.get(local)!));
    const [address, offset] = row.op === 'const' ? [frames, row.value] : [make('i32', 'i32.add', frames, row), 0];
    return { bytes: size, address: make('i32', 'i32.add', address, make('i32', 'i32.mul', get(lane), i32(size))), offset } as const;
  };
  const written = (list: Step[]): Step[] =>
    list.flatMap((step): Step[] => {
      if (step.kind === 'if') return [{ ...step, then: written(step.then), otherwise: written(step.otherwise) }];
      if (step.kind === 'block') return [{ ...step, body: written(step.body) }];
      if (step.kind !== 'loop') return [step];
      const phase = split.phases.get(step);
      if (!phase) return [{ ...step, head: written(step.head), body: written(step.body), next: written(step.next) }];
      const [read, changed] = [phase.touched, phase.changed].map((locals) => [...locals].filter((local) => homes.of.has(local)));
      const one: Step[] = [
        ...head,
        ...defined(read).map((local) => set(local, { op: 'load', type: local.type, ...place(local) })),
        ...step.body,
        ...defined(changed).map((local): Step => ({ kind: 'store', ...place(local), value: get(local) })),
      ];
      const four = fours ? widen(one, lane, split.agreed) : undefined;
      return [set(lane, i32(0)), { ...step, condition: make('i32', 'i32.lt_u', get(lane), invocations), body: four ?? one, next: [set(lane, make('i32', 'i32.add', get(lane), i32(four ? SIDE : 1)))] }];
    });
  return { steps: written(steps), frame: bytes };
}

const PHASE = 'phase';

interface Phase {
  touched: Set<Local>;
  changed: Set<Local>;
}

class Split {
  readonly phases = new Map<Step, Phase>();
  /** Variables of the workgroup: what all invocations agree on. */
  readonly agreed = new Set<Local>();

  /** `around`: what a break can lead to that is gone through once for all. */
  steps(list: Step[], around: Label[]): Step[] {
    const made: Step[] = [];
    let run: Step[] = [];
    const flush = (): void => {
      if (run.length) made.push(...this.phase(run, around));
      run = [];
    };
    for (const step of list) {
      if (step.kind === 'barrier') flush();
      else if (!hasBarrier(step)) run.push(step);
      else if (step.kind === 'if') {
        const condition = this.agree('condition');
        run.push(set(condition, step.condition));
        flush();
        made.push({ kind: 'if', condition: get(condition), then: this.steps(step.then, around), otherwise: this.steps(step.otherwise, around) });
      } else if (step.kind === 'block') {
        flush();
        made.push({ kind: 'block', out: step.out, body: this.steps(step.body, [...around, step.out]) });
      } else if (step.kind === 'loop') {
        flush();
        const condition = this.agree('goes on');
        const within = [...around, step.out, step.again];
        made.push({
          kind: 'loop',
          out: step.out,
          again: step.again,
          head: this.steps([...step.head, set(condition, step.condition)], around),
          condition: get(condition),
          body: this.steps(step.body, within),
          next: this.steps(step.next, around),
        });
      }
    }
    flush();
    return made;
  }

  /** A loop over the invocations; what breaks out of it does so once all of them have. */
  private phase(body: Step[], around: Label[]): Step[] {
    const left = around.filter((label) => body.some((step) => breaksTo(step, label)));
    const again: Label = { name: 'next invocation' };
    const where = left.length ? this.agree('leaves') : undefined;
    const steps = where ? body.map((step) => redirected(step, left, where, again)) : body;
    const phase: Phase = { touched: new Set(), changed: new Set() };
    const inner: Step[] = where ? [{ kind: 'block', out: again, body: steps }] : steps;
    for (const step of inner) touch(step, phase);
    const loop: Step = { kind: 'loop', out: { name: PHASE }, again: { name: PHASE }, head: [], condition: i32(1), body: inner, next: [] };
    this.phases.set(loop, phase);
    if (!where) return [loop];
    return [
      set(where, i32(0)),
      loop,
      ...left.map((to, i): Step => ({ kind: 'if', condition: make('i32', 'i32.eq', get(where), i32(i + 1)), then: [{ kind: 'break', to }], otherwise: [] })),
    ];
  }

  private agree(name: string): Local {
    const local: Local = { type: 'i32', name, fixed: false };
    this.agreed.add(local);
    return local;
  }

  /** Offsets, in an invocation's memory, of the variables that more than one phase touches. */
  homes(): { of: Map<Local, number>; bytes: number } {
    const count = new Map<Local, number>();
    const made = new Set<Local>();
    for (const { touched, changed } of this.phases.values()) {
      for (const local of touched) count.set(local, (count.get(local) ?? 0) + 1);
      for (const local of changed) made.add(local);
    }
    const kept = [...count].filter(([local, n]) => n > 1 && made.has(local) && !this.agreed.has(local)).map(([local]) => local);
    kept.sort((a, b) => Number(b.type === 'v128') - Number(a.type === 'v128'));
    const of = new Map<Local, number>();
    let bytes = 0;
    for (const local of kept) {
      of.set(local, bytes);
      bytes += local.type === 'v128' ? 16 : 4;
    }
    return { of, bytes };
  }
}

function within(step: Step): Step[] {
  switch (step.kind) {
    case 'if':
      return [...step.then, ...step.otherwise];
    case 'loop':
      return [...step.head, ...step.body, ...step.next];
    case 'block':
      return step.body;
    default:
      return [];
  }
}

const hasBarrier = (step: Step): boolean => step.kind === 'barrier' || within(step).some(hasBarrier);

const breaksTo = (step: Step, label: Label): boolean => (step.kind === 'break' ? step.to === label : within(step).some((inner) => breaksTo(inner, label)));

function redirected(step: Step, left: Label[], where: Local, to: Label): Step {
  const all = (list: Step[]): Step[] => list.flatMap((inner) => (inner.kind === 'break' && left.includes(inner.to) ? [set(where, i32(left.indexOf(inner.to) + 1)), { kind: 'break', to } as const] : [redirected(inner, left, where, to)]));
  if (step.kind === 'break' && left.includes(step.to)) return { kind: 'block', out: { name: 'leaves' }, body: all([step]) };
  if (step.kind === 'if') return { ...step, then: all(step.then), otherwise: all(step.otherwise) };
  if (step.kind === 'block') return { ...step, body: all(step.body) };
  if (step.kind === 'loop') return { ...step, head: all(step.head), body: all(step.body), next: all(step.next) };
  return step;
}

/** Notes which variables a step reads and sets. */
function touch(step: Step, phase: Phase): void {
  const code = (c: Code): void => {
    if (c.op === 'get') phase.touched.add(c.local);
    partsOf(c).forEach(code);
  };
  if (step.kind === 'set') {
    phase.touched.add(step.local);
    phase.changed.add(step.local);
    code(step.value);
  } else if (step.kind === 'store') {
    code(step.address);
    code(step.value);
  } else if (step.kind === 'if' || step.kind === 'loop') code(step.condition);
  for (const inner of within(step)) touch(inner, phase);
}
