import { defined } from '../../numbers/defined';
import { constantOf, type Code } from './ir';
import type { Expression, Statement } from './syntax';

const LARGEST = 2 ** 32 - 1;

/** The largest number that code can give, of those without a sign: what is known to lie inside needs no clamping. */
export function mostOf(code: Code): number {
  const known = constantOf(code);
  if (known !== undefined) return known >>> 0;
  if (code.op === 'get') return code.local.most ?? LARGEST;
  if (code.op === 'select') {
    const [condition, yes, no] = code.args;
    const [a, b] = [mostOf(yes), mostOf(no)];
    // The smaller of two.
    const smaller = condition.op === 'do' && condition.name === 'i32.lt_u' && condition.args[0] === yes && condition.args[1] === no;
    return smaller ? Math.min(a, b) : Math.max(a, b);
  }
  if (code.op !== 'do' || code.type !== 'i32') return LARGEST;
  const [a, b] = code.args.map((arg) => (arg.type === 'i32' ? mostOf(arg) : LARGEST)) as [number, number];
  // What goes beyond begins anew at zero.
  const whole = (most: number): number => (most > LARGEST ? LARGEST : most);
  switch (code.name) {
    case 'i32.add':
      return whole(a + b);
    case 'i32.mul':
      return whole(a * b);
    case 'i32.and':
      return Math.min(a, b);
    case 'i32.div_u':
      return Math.floor(a / (constantOf(defined(code.args[1])) || 1));
    case 'i32.rem_u':
      return Math.min(a, b === 0 ? LARGEST : b - 1);
    case 'i32.shr_u':
      return Math.floor(a / 2 ** (constantOf(defined(code.args[1])) ?? 0));
    default:
      return LARGEST;
  }
}

/** True if statements may change a variable: by its name, whatever that means there, or through a pointer to it. */
export function mayChange(list: readonly Statement[], name: string): boolean {
  const points = (e: Expression): boolean => {
    switch (e.kind) {
      case 'unary':
        return (e.op === '&' && rootOf(e.of) === name) || points(e.of);
      case 'call':
        return e.args.some(points);
      case 'binary':
        return points(e.left) || points(e.right);
      case 'member':
        return points(e.of);
      case 'index':
        return points(e.of) || points(e.index);
      default:
        return false;
    }
  };
  return list.some((s): boolean => {
    switch (s.kind) {
      case 'declare':
      case 'return':
        return s.value !== undefined && points(s.value);
      case 'assign':
        return rootOf(s.to) === name || points(s.to) || points(s.value);
      case 'call':
        return points(s.call);
      case 'if':
        return points(s.condition) || mayChange(s.then, name) || mayChange(s.otherwise, name);
      case 'for':
        return mayChange([...(s.first ? [s.first] : []), ...(s.next ? [s.next] : []), ...s.body], name) || (s.condition !== undefined && points(s.condition));
      case 'block':
        return mayChange(s.body, name);
      default:
        return false;
    }
  });
}

/** The name that an expression begins with. */
function rootOf(e: Expression): string | undefined {
  if (e.kind === 'name') return e.name;
  return e.kind === 'member' || e.kind === 'index' || e.kind === 'unary' ? rootOf(e.of) : undefined;
}
