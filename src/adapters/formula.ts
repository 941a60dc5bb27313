import { defined } from '../numbers/defined';

const TOKEN = /\d+|min\b|[A-Za-z_]\w*|[-+/()⌈⌉,²]/g;
const isName = (token: string): boolean => /^\w/.test(token) && token !== 'min';

/**
 * Value of a formula and its text with numbers for names: sums, differences, quotients and squares of names, whole numbers, brackets,
 * ⌈rounding up⌉ and min(a, b); what stands side by side is multiplied. Throws of anything else, and where `valueOf` does.
 */
export function evaluate(formula: string, valueOf: (name: string) => number): { value: number; numbers: string } {
  const tokens = formula.match(TOKEN) ?? [];
  if (tokens.join('') !== formula.replace(/\s/g, '')) throw new Error(`${formula} is no formula.`);
  const number = (token: string): number => (/^\d/.test(token) ? Number(token) : valueOf(token));
  let at = 0;
  const take = (expected?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token !== expected)) throw new Error(`${formula} ends early, or lacks ${expected ?? 'a term'}.`);
    return token;
  };
  const atom = (): number => {
    const token = take();
    if (token === '(' || token === '⌈') {
      const inner = sum();
      take(token === '(' ? ')' : '⌉');
      return token === '(' ? inner : Math.ceil(inner);
    }
    if (token !== 'min') return number(token);
    take('(');
    const first = sum();
    take(',');
    const second = sum();
    take(')');
    return Math.min(first, second);
  };
  const factor = (): number => {
    const base = atom();
    return tokens[at] === '²' ? (at++, base * base) : base;
  };
  const product = (): number => {
    let value = factor();
    for (let next = tokens[at]; next !== undefined && !/^[-+),⌉]$/.test(next); next = tokens[at]) value = next === '/' ? (at++, value / factor()) : value * factor();
    return value;
  };
  const sum = (): number => {
    let value = product();
    for (let next = tokens[at]; next === '+' || next === '-'; next = tokens[at]) value = (at++, next === '+') ? value + product() : value - product();
    return value;
  };
  const value = sum();
  if (at < tokens.length) throw new Error(`${formula} goes on after its end.`);
  const plain = formula.replace(/([\w²]) (?=\w)/g, (_, before: string) => `${before} · `);
  return { value, numbers: plain.replace(/min\b|[A-Za-z_]\w*/g, (token) => (isName(token) ? String(defined(number(token))) : token)) };
}
