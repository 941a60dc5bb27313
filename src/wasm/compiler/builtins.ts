import { defined } from '../../numbers/defined';
import { dot, select, transpose, unify, type Keep } from './arithmetic';
import { choose, laneOf, make, splat, type Code } from './ir';
import { concrete, machineOf, named, settled, valueOf, type Numbers, type Value } from './values';

/** Instructions on numbers of f32, scalar or vector alike. */
const PLAIN: Record<string, string> = { sqrt: 'sqrt', floor: 'floor', ceil: 'ceil', trunc: 'trunc', round: 'nearest', abs: 'abs' };

/** Functions of the library that take a vector of four. */
const WIDE: Record<string, string> = { exp: 'exp4', log: 'log4' };

/** True if a name is a function that is built in here. */
export const isBuiltin = (name: string): boolean => name in PLAIN || name in WIDE || ['min', 'max', 'clamp', 'sign', 'select', 'dot', 'transpose'].includes(name);

/** The value of a built-in function, or the reason why there is none. */
export function builtin(name: string, args: Value[], keep: Keep): Value | string {
  const none = `${name}(${args.map(named).join(', ')}) is not supported`;
  const [a, b, c] = args;
  if (!a) return none;
  if (PLAIN[name] || WIDE[name]) {
    const value = settled(a.type.kind === 'scalar' && a.type.of === 'abstract-int' ? valueOf({ kind: 'scalar', of: 'abstract-float' }, { op: 'const', type: 'f32', value: (a.leaves[0] as { value: number }).value }) : a);
    const type = value.type;
    if ((type.kind !== 'scalar' && type.kind !== 'vec') || type.of !== 'f32') return none;
    const code = defined(value.leaves[0]);
    if (PLAIN[name]) return valueOf(type, type.kind === 'vec' ? make('v128', `f32x4.${PLAIN[name]}`, code) : make('f32', `f32.${PLAIN[name]}`, code));
    const called: Code = { op: 'call', type: 'v128', name: defined(WIDE[name]), args: [type.kind === 'vec' ? code : splat('f32', code)] };
    return valueOf(type, type.kind === 'vec' ? called : laneOf('f32', called, 0));
  }
  switch (name) {
    case 'min':
    case 'max':
      return (b && extreme(name, a, b, keep)) ?? none;
    case 'clamp': {
      const above = b && extreme('max', a, b, keep);
      return (above && c && extreme('min', above, c, keep)) ?? none;
    }
    case 'sign': {
      const { type, leaves } = keep(a);
      if (type.kind !== 'scalar' || type.of !== 'f32') return none;
      const zero: Code = { op: 'const', type: 'f32', value: 0 };
      const is = (how: string): Code => make('f32', 'f32.convert_u.i32', make('i32', `f32.${how}`, defined(leaves[0]), zero));
      return valueOf(type, make('f32', 'f32.sub', is('gt'), is('lt')));
    }
    case 'select':
      return (b && c && select(a, b, c)) ?? none;
    case 'dot':
      return b && a.type.kind === 'vec' && b.type.kind === 'vec' && a.type.of === 'f32' && b.type.of === 'f32' && a.type.size === b.type.size ? dot(a, b, keep) : none;
    case 'transpose':
      return a.type.kind === 'mat' ? transpose(keep(a)) : none;
  }
  return none;
}

/** The smaller or the larger of two. Where the first is no number it is the result, so that it is not lost on the way. */
function extreme(name: 'min' | 'max', left: Value, right: Value, keep: Keep): Value | undefined {
  const pair = unify(left, right);
  if (!pair) return undefined;
  const [a, b] = pair.map((value) => keep(settled(value))) as [Value, Value];
  const type = a.type as Numbers;
  const of = concrete(type.of);
  if (of === 'bool') return undefined;
  const [x, y] = [defined(a.leaves[0]), defined(b.leaves[0])];
  const sign = of === 'i32' ? '_s' : '_u';
  if (type.kind === 'vec') return valueOf(type, of === 'f32' ? make('v128', `f32x4.p${name}`, x, y) : make('v128', `i32x4.${name}${sign}`, x, y));
  const how = `${name === 'min' ? 'lt' : 'gt'}${of === 'f32' ? '' : sign}`;
  return valueOf(type, choose(make('i32', `${machineOf(of)}.${how}`, y, x), y, x));
}
