import { nearest } from '../../../errors/near';
import { compareText } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import type { Fact, FactValue } from './facts';
import { filterWords } from '../words/table';

/**
 * Filters as they are typed: `method == "lora" and accuracy > 0.8 and r <= 8`. A grammar of its own, so that nothing typed
 * is ever run:
 *
 *     or = and ("or" and)*      and = not ("and" not)*      not = "not" not | comparison
 *     comparison = value [(order value)+ | ["not"] "in" list | "contains" value]      order = "==" | "!=" | "<" | "<=" | ">" | ">="
 *     value = name | number | "text" | true | false | none | "(" or ")"      list = "[" value ("," value)* "]"
 *
 * Several orders in a row hold for each pair, as in `4 <= r <= 8`. Of what was measured a list of two numbers, the smaller first, is a
 * range: `trainable in [30000, 60000]`.
 */
export const mostText = 500;
const mostDepth = 40;

type Kind = Fact['kind'] | 'none';
type Op = '==' | '!=' | '<' | '<=' | '>' | '>=';
type Node =
  | { is: 'value'; value: FactValue; kind: Kind; text: string }
  | { is: 'name'; fact: Fact; kind: Kind; text: string }
  | { is: 'compare'; op: Op | 'contains'; left: Node; right: Node }
  | { is: 'in'; left: Node; list: FactValue[] }
  | { is: 'and' | 'or'; parts: Node[] }
  | { is: 'not'; of: Node };

export type Filter = Node;
/** Place where a filter stops making sense, and the reason. */
export interface FilterError {
  message: string;
  from: number;
  to: number;
}

interface Token {
  is: 'name' | 'number' | 'text' | 'op' | 'end';
  text: string;
  /** Without quotes. */
  value: string;
  from: number;
  to: number;
}

class Wrong extends Error {
  constructor(
    message: string,
    readonly from: number,
    readonly to: number,
  ) {
    super(message);
  }
}

const pattern = /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|-\d+\.?\d*(?:e[-+]?\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|(==|!=|<=|>=|&&|\|\||[<>=!()[\],]))/iy;

const signs = new Map([['&&', 'and'], ['||', 'or'], ['!', 'not']]);

function tokens(text: string): Token[] {
  const found: Token[] = [];
  pattern.lastIndex = 0;
  for (let at = 0; text.slice(at).trim() !== ''; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    const from = at + (/^\s*/.exec(text.slice(at))![0].length);
    if (!match) {
      const letter = text.charAt(from);
      const unclosed = letter === '"' || letter === "'";
      throw new Wrong(unclosed ? filterWords.unclosed : filterWords.stray(letter), from, unclosed ? text.length : from + 1);
    }
    const [, quoted, number, name, op] = match;
    const is = quoted !== undefined ? 'text' : number !== undefined ? 'number' : name !== undefined ? 'name' : 'op';
    const own = defined(quoted ?? number ?? name ?? op);
    const word = signs.get(own);
    if (word) found.push({ is: 'name', text: own, value: word, from, to: pattern.lastIndex });
    else found.push({ is, text: own, value: quoted ? quoted.slice(1, -1).replace(/\\(.)/g, '$1') : own, from, to: pattern.lastIndex });
  }
  found.push({ is: 'end', text: '', value: '', from: text.length, to: text.length });
  return found;
}

const words = ['and', 'or', 'not', 'in', 'contains', 'true', 'false', 'none'];
const orders = ['<', '<=', '>', '>='];
const operators = ['==', '!=', ...orders];
/** Tokens after which comes the value of a comparison. */
const comesAfter = [...operators, 'contains', '[', ','];

/** Reads a filter. Nothing typed lets everything through. */
export function parseFilter(text: string, facts: readonly Fact[]): { ok: true; filter: Filter | null } | { ok: false; error: FilterError } {
  try {
    if (text.length > mostText) throw new Wrong(filterWords.long(mostText), mostText, text.length);
    if (text.trim() === '') return { ok: true, filter: null };
    return { ok: true, filter: new Parser(tokens(text), facts).whole() };
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return { ok: false, error: { message: error.message, from: error.from, to: Math.max(error.to, error.from) } };
  }
}

class Parser {
  private at = 0;
  private depth = 0;
  constructor(
    private readonly all: Token[],
    private readonly facts: readonly Fact[],
  ) {}

  whole(): Node {
    const node = this.or();
    if (this.now.is !== 'end') throw this.wrong(this.now.value === '=' ? filterWords.single : filterWords.expected(this.now.text));
    return node;
  }

  private get now(): Token {
    return defined(this.all[this.at]);
  }

  private take(): Token {
    return defined(this.all[this.at++]);
  }

  private wrong(message: string, token = this.now, to = token): Wrong {
    return new Wrong(message, token.from, to.to);
  }

  private is(value: string): boolean {
    return this.now.is === 'op' && this.now.value === value;
  }

  private word(value: string): boolean {
    const is = this.now.is === 'name' && this.now.value.toLowerCase() === value;
    if (is) this.at++;
    return is;
  }

  private or(): Node {
    const parts = [this.and()];
    while (this.word('or')) parts.push(this.and());
    return parts.length === 1 ? defined(parts[0]) : { is: 'or', parts };
  }

  private and(): Node {
    const parts = [this.not()];
    while (this.word('and')) parts.push(this.not());
    return parts.length === 1 ? defined(parts[0]) : { is: 'and', parts };
  }

  private not(): Node {
    if (++this.depth > mostDepth) throw this.wrong(filterWords.deep);
    const node: Node = this.word('not') ? { is: 'not', of: this.not() } : this.comparison();
    this.depth--;
    return node;
  }

  private comparison(): Node {
    const first = this.now;
    const left = this.value();
    if (this.now.is === 'op' && this.now.value === '=') throw this.wrong(filterWords.single);
    if (this.isOrder()) return this.chain(left, first);
    const away = this.all[this.at + 1]?.value.toLowerCase() === 'in' && this.word('not');
    if (this.word('in')) {
      const list = within(left, this.list(left, first));
      return away ? { is: 'not', of: list } : list;
    }
    if (this.word('contains')) {
      const right = this.value();
      if (kind(left) !== 'text' || kind(right) !== 'text') throw this.wrong(filterWords.containsText, first, this.all[this.at - 1]);
      return { is: 'compare', op: 'contains', left, right };
    }
    // A flag, or something in brackets, stands for itself.
    if (kind(left) !== 'flag') throw this.wrong(filterWords.compareWith(first.text), first);
    return left;
  }

  private isOrder(): boolean {
    return this.now.is === 'op' && operators.includes(this.now.value);
  }

  /** One order, or several in a row, each of which holds for its two sides. */
  private chain(left: Node, first: Token): Node {
    const parts: Node[] = [];
    let [from, one] = [first, left];
    while (this.isOrder()) {
      const op = this.take().value as Op;
      const start = this.now;
      const right = this.value();
      this.fits(one, right, op, from);
      parts.push({ is: 'compare', op, left: inUnitOf(right, one), right: inUnitOf(one, right) });
      [from, one] = [start, right];
    }
    return parts.length === 1 ? defined(parts[0]) : { is: 'and', parts };
  }

  private list(left: Node, first: Token): FactValue[] {
    if (!this.is('[')) throw this.wrong(filterWords.list);
    const list: FactValue[] = [];
    do {
      this.at++;
      const item = this.value();
      if (item.is !== 'value') throw this.wrong(filterWords.list, this.all[this.at - 1]);
      this.fits(left, item, '==', first);
      list.push((inUnitOf(left, item) as typeof item).value);
    } while (this.is(','));
    if (!this.is(']')) throw this.wrong(filterWords.list);
    this.at++;
    return list;
  }

  private value(): Node {
    const token = this.take();
    if (token.is === 'number') return { is: 'value', value: Number(token.value), kind: 'number', text: token.text };
    if (token.is === 'text') return { is: 'value', value: token.value, kind: 'text', text: token.text };
    if (token.is === 'op' && token.value === '(') {
      if (++this.depth > mostDepth) throw this.wrong(filterWords.deep, token);
      const node = this.or();
      this.depth--;
      if (!this.is(')')) throw this.wrong(filterWords.bracket);
      this.at++;
      return node;
    }
    if (token.is === 'name') {
      const name = token.value.toLowerCase();
      if (name === 'true' || name === 'false') return { is: 'value', value: name === 'true', kind: 'flag', text: token.text };
      if (name === 'none') return { is: 'value', value: null, kind: 'none', text: token.text };
      const fact = this.facts.find((one) => one.name === token.value) ?? this.facts.find((one) => one.name.toLowerCase() === name);
      if (fact) return { is: 'name', fact, kind: fact.kind, text: token.text };
      if (!words.includes(name)) throw this.wrong(filterWords.unknown(token.text, nearest(token.value, this.facts.map((fact) => fact.name)), comesAfter.includes(this.all[this.at - 2]?.value.toLowerCase() ?? '')), token);
    }
    throw this.wrong(token.is === 'end' ? filterWords.ends : filterWords.needsValue(token.text), token);
  }

  private fits(left: Node, right: Node, op: Op, first: Token): void {
    const [a, b] = [kind(left), kind(right)];
    const last = this.all[this.at - 1];
    if (orders.includes(op) && (a === 'flag' || b === 'flag' || a === 'none' || b === 'none')) throw this.wrong(filterWords.noOrder, first, last);
    if (a === b || a === 'none' || b === 'none') return;
    const named = left.is === 'name' ? left : right.is === 'name' ? right : null;
    throw this.wrong(named ? filterWords.kind(named.text, filterWords.kinds[kind(named)], ((named === left ? right : left) as { text?: string }).text ?? '') : filterWords.unlike, first, last);
  }
}

/** A list; of what was measured, which is hardly ever the same twice, two numbers in their order are the ends of a range. */
function within(left: Node, list: FactValue[]): Node {
  const [low, high, ...more] = list;
  const isRange = left.is === 'name' && left.fact.measured && more.length === 0 && typeof low === 'number' && typeof high === 'number' && low < high;
  if (!isRange) return { is: 'in', left, list };
  const end = (value: number): Node => ({ is: 'value', value, kind: 'number', text: '' });
  return { is: 'and', parts: [{ is: 'compare', op: '>=', left, right: end(low) }, { is: 'compare', op: '<=', left, right: end(high) }] };
}

/** A number beside a share is one from 0 to 1, or a percentage as the table shows it: above 1 it can be nothing else. */
function inUnitOf(named: Node, node: Node): Node {
  const percent = named.is === 'name' && named.fact.share && node.is === 'value' && typeof node.value === 'number' && node.value > 1;
  return percent ? { ...node, value: (node.value as number) / 100 } : node;
}

const kind = (node: Node): Kind => (node.is === 'value' || node.is === 'name' ? node.kind : 'flag');

/** True when what is known of a run passes. What is not known is equal to none and to nothing else, and before or after nothing. */
export function passes(filter: Filter | null, of: (fact: Fact) => FactValue): boolean {
  if (!filter) return true;
  const value = (node: Node): FactValue => (node.is === 'value' ? node.value : node.is === 'name' ? of(node.fact) : test(node));
  const test = (node: Node): boolean => {
    switch (node.is) {
      case 'and':
        return node.parts.every(test);
      case 'or':
        return node.parts.some(test);
      case 'not':
        return !test(node.of);
      case 'in': {
        const left = value(node.left);
        return node.list.some((one) => same(left, one));
      }
      case 'compare':
        return compare(node.op, value(node.left), value(node.right));
      default:
        return value(node) === true;
    }
  };
  return test(filter);
}

const same = (a: FactValue, b: FactValue): boolean => (typeof a === 'string' && typeof b === 'string' ? a.toLowerCase() === b.toLowerCase() : a === b);

function compare(op: Op | 'contains', a: FactValue, b: FactValue): boolean {
  if (op === '==') return same(a, b);
  if (op === '!=') return !same(a, b);
  if (a === null || b === null) return false;
  if (op === 'contains') return String(a).toLowerCase().includes(String(b).toLowerCase());
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : compareText(String(a), String(b));
  return op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0;
}

/** Continuations possible at the end of the typed text; `from` is where they go. */
export interface Completion {
  from: number;
  items: string[];
}

const most = 12;

/** Start of the name or the unclosed text that is being typed; the end if there is none. */
function startOfLast(text: string): number {
  try {
    const last = tokens(text).at(-2);
    return last?.is === 'name' && last.to === text.length ? last.from : text.length;
  } catch (error) {
    return error instanceof Wrong && /["']/.test(text[error.from] ?? '') ? error.from : text.length;
  }
}

/** Names, operators or values that can go on from here. `values` are those that the runs have. */
export function complete(text: string, facts: readonly Fact[], values: (fact: Fact) => string[]): Completion {
  const from = startOfLast(text);
  const partial = text.slice(from);
  let before: Token[];
  try {
    before = tokens(text.slice(0, from)).slice(0, -1);
  } catch {
    return { from, items: [] };
  }
  const last = before.at(-1);
  const named = (token: Token | undefined) => (token?.is === 'name' ? facts.find((one) => one.name === token.value) : undefined);
  const starting = (items: string[]) => items.filter((item) => item.toLowerCase().startsWith(partial.toLowerCase()) && item !== partial).slice(0, most);
  const fact = named(last);
  if (fact && !words.includes(fact.name)) return { from, items: starting(fact.kind === 'flag' ? ['and', 'or'] : fact.kind === 'text' ? ['==', '!=', 'contains', 'in'] : operators) };
  if (last && (operators.includes(last.value) || last.value === 'contains' || last.value === '[' || last.value === ',')) {
    const about = before.findLast((token) => named(token));
    return { from, items: starting(about ? values(named(about)!) : []) };
  }
  if (!last || ['and', 'or', 'not', '('].includes(last.value.toLowerCase())) return { from, items: starting([...facts.map((one) => one.name), 'not']) };
  return { from, items: starting(['and', 'or']) };
}
