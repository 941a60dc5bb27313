import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import { cut } from '../errors/text';
import { defined } from '../numbers/defined';
import { ChatError } from './chatError';
import { templateOf, type ChatFiles } from './chatFiles';
import { FormatError, isStumble } from './formatError';

/** One turn of a chat: who speaks and what, and whatever else a template may ask for. */
export interface Message {
  role: string;
  content: string | null;
  [more: string]: unknown;
}

/** A chat as text, and which letters of it are what a template marks as the assistant's (`{% generation %}`); none where it marks nothing. */
export interface RenderedChat {
  text: string;
  marked: (readonly [from: number, to: number])[];
}

/** Letters of a template, and blanks that follow one another in it, at most: the library looks for tags in a time that grows with the square of these. */
const MAX_TEMPLATE = 200_000;
const MAX_BLANKS = 2000;
/** Limits on rendering a chat: steps, and letters of any text and of all that lies in a list on the way. */
const MAX_STEPS = 300_000;
const MAX_LETTERS = 1_000_000;
/** A template that had to be stopped so often is not tried again. */
const MAX_STOPS = 3;
/** Letters that weigh as much as a step, where they are made and where they are only looked up, and as an entry of a list. */
const [MADE, LOOKED_UP, ENTRY] = [256, 4096, 16];

/** Beginning and end of a mark: code points that no text has. */
const [FROM, TO] = ['\uFDD0', '\uFDD1'] as const;
/** Names of the two in a template. */
const [FROM_NAME, TO_NAME] = ['fullrank_from', 'fullrank_to'] as const;

type Statement = NonNullable<Parameters<Interpreter['evaluate']>[0]>;
type Value = ReturnType<Interpreter['evaluate']>;

/**
 * Chats as text by a tokenizer's own template, as `apply_chat_template(messages, tokenize=False)` of transformers writes them. Jinja is
 * Hugging Face's library; a template comes from outside, so what it may take is bounded here. Source: transformers, `chat_template_utils.py`.
 */
export class ChatTemplate {
  private readonly program: ReturnType<typeof parse>;
  private readonly marks: boolean;
  /** Chats at which it was stopped. */
  private stopped = 0;

  /** Throws FormatError. */
  constructor(
    template: string,
    private readonly tokens: ChatFiles['tokens'],
  ) {
    if (template.length > MAX_TEMPLATE) throw new FormatError(`The chat template has ${template.length} letters; at most ${MAX_TEMPLATE} are read.`);
    if (new RegExp(`\\s{${MAX_BLANKS}}`).test(template)) throw new FormatError(`The chat template has more than ${MAX_BLANKS} blanks in a row.`);
    const marked = template.replace(/\{%(-?)\s*(end)?generation\s*(-?)%\}/g, (_, before: string, end: string | undefined, after: string) => `{%${before} if true %}{{ ${end ? TO_NAME : FROM_NAME} }}{% endif ${after}%}`);
    this.marks = marked !== template;
    try {
      this.program = parse(tokenize(marked, { lstrip_blocks: true, trim_blocks: true }));
    } catch (error) {
      throw new FormatError(`The chat template is not Jinja that can be read here: ${reason(error)}`);
    }
  }

  /** The template of a tokenizer's files, of several the one called default; null where there is none. Throws FormatError. */
  static of(files: ChatFiles): ChatTemplate | null {
    const template = templateOf(files);
    return template === null ? null : new ChatTemplate(template, files.tokens);
  }

  /** A chat as text; with `asks` what begins the assistant's next turn stands at its end. Throws ChatError. */
  render(messages: readonly Message[], { asks = false } = {}): RenderedChat {
    const text = this.written(messages, asks, '', '');
    if (!this.marks) return { text, marked: [] };
    const marked: [number, number][] = [];
    let plain = '';
    for (const part of this.written(messages, asks, FROM, TO).split(/(?=[\uFDD0\uFDD1])/)) {
      if (part.startsWith(FROM)) marked.push([plain.length, plain.length]);
      if (part.startsWith(TO) && marked.length > 0) marked.at(-1)![1] = plain.length;
      plain += part.replace(/^[\uFDD0\uFDD1]/, '');
    }
    // A template that looks at what it has written, or a text with such marks, writes another one.
    return { text, marked: plain === text ? marked.filter(([from, to]) => to > from) : [] };
  }

  private written(messages: readonly Message[], asks: boolean, from: string, to: string): string {
    const letters = messages.reduce((sum, { content }) => sum + (content?.length ?? 0), 0);
    if (letters > MAX_LETTERS / 2) throw new ChatError(`A chat has ${letters} letters; at most ${MAX_LETTERS / 2} are read.`);
    if (this.stopped >= MAX_STOPS) throw tooMuch();
    const environment = new Environment();
    const globals = { true: true, false: false, none: null, True: true, False: false, None: null, range, strftime_now: now, raise_exception: refuse, ...this.tokens, messages, add_generation_prompt: asks, tools: null, documents: null, [FROM_NAME]: from, [TO_NAME]: to };
    for (const [name, value] of Object.entries(globals)) if (!environment.variables.has(name)) environment.set(name, value);
    try {
      return new BoundedInterpreter(environment).run(this.program).toString();
    } catch (error) {
      if (error instanceof EndlessError) this.stopped++;
      if (error instanceof ChatError) throw error;
      throw new ChatError(`The chat template cannot write it: ${reason(error)}`);
    }
  }
}

/** The library's message, as a sentence that ends. */
function reason(error: unknown): string {
  if (isStumble(error) || !(error instanceof Error) || error.message === '') return 'its parts do not fit together.';
  const text = cut(error.message, 200);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

const refuse = (why: unknown): never => {
  throw new ChatError(typeof why === 'string' && why !== '' ? `The chat template refuses it: ${cut(why, 200)}` : 'The chat template refuses it, and does not say why.');
};

/** Python's range. Throws ChatError where it is longer than a chat needs. */
function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const count = Math.max(0, Math.ceil((to - from) / step));
  if (!(count <= MAX_LETTERS / (2 * ENTRY))) throw tooMuch();
  return Array.from({ length: count }, (_, i) => from + i * step);
}

class EndlessError extends ChatError {}
const tooMuch = () => new EndlessError('The chat template takes more steps or letters than any chat needs, and was stopped.');

/** A part of a template, as the library has it. */
interface Node extends Statement {
  value?: unknown;
  operand?: Node;
  filter?: Node;
  callee?: Node;
  object?: Node;
  property?: Node;
  computed?: boolean;
  args?: Node[];
  iterable?: Node;
  lhs?: Node;
}

/** Entries of a list or table; none of anything else. */
const sizeOf = ({ value }: Value): number => (Array.isArray(value) ? value.length : value instanceof Map ? value.size : 0);

/** Text that a part of a template strips, and of which letters: `text.strip('x')` or `text | trim`. */
function stripIn(node: Node | undefined): { text: Node; method: string; letters?: Node } | null {
  const { callee, filter } = node ?? {};
  if (node?.type === 'FilterExpression') return (filter!.callee ?? filter!).value === 'trim' ? { text: node.operand!, method: 'strip', letters: filter!.args?.[0] } : null;
  const method = node?.type === 'CallExpression' && callee?.type === 'MemberExpression' && !callee.computed ? String(callee.property!.value) : '';
  return /^[lr]?strip$/.test(method) ? { text: callee!.object!, method, letters: node!.args?.[0] } : null;
}

/** Blanks of Python's strip. */
const BLANK = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Python's strip, lstrip and rstrip, of blanks or of certain letters. */
function stripOf(text: string, method: string, letters: string | null): string {
  const all = Array.from(text);
  const goes = (letter: string) => (letters === null ? BLANK.test(letter) : letters.includes(letter));
  let [from, to] = [0, all.length];
  if (method !== 'rstrip') while (from < to && goes(defined(all[from]))) from++;
  if (method !== 'lstrip') while (to > from && goes(defined(all[to - 1]))) to--;
  return all.slice(from, to).join('');
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** Today by Python's strftime, in its own language, which the library's is not. */
function now(format: string): string {
  const date = new Date();
  const two = (n: number) => String(n).padStart(2, '0');
  const [day, month] = [defined(DAYS[date.getDay()]), defined(MONTHS[date.getMonth()])];
  const parts: Record<string, string> = { Y: String(date.getFullYear()), y: two(date.getFullYear() % 100), m: two(date.getMonth() + 1), d: two(date.getDate()), B: month, b: month.slice(0, 3), A: day, a: day.slice(0, 3), H: two(date.getHours()), M: two(date.getMinutes()), S: two(date.getSeconds()), '%': '%' };
  return format.replace(/%([A-Za-z%])/g, (whole, name: string) => parts[name] ?? whole);
}

/** Runs a template within bounds. Throws ChatError beyond them. */
class BoundedInterpreter extends Interpreter {
  private steps = 0;
  /** Parts of the template that loops go through. */
  private readonly loops = new WeakSet<Statement>();
  /** Of lists and tables, which do not change once they are there. */
  private readonly weights = new WeakMap<Value, number>();

  override evaluate(statement: Statement | undefined, environment: Environment): Value {
    this.take(1);
    const { type, iterable } = (statement ?? {}) as Partial<Node>;
    if (iterable) this.loops.add(iterable.lhs ?? iterable);
    const value = this.stripped(statement, environment) ?? super.evaluate(statement, environment);
    if (statement && this.loops.has(statement)) this.take(sizeOf(value));
    const weight = this.weight(value, new Map());
    if (weight > MAX_LETTERS) throw tooMuch();
    this.take(weight / (type === 'Identifier' || type === 'MemberExpression' ? LOOKED_UP : MADE));
    return value;
  }

  /** Strips as Python does: the library takes no letters to strip, and other blanks. Undefined for anything else. */
  private stripped(statement: Statement | undefined, environment: Environment): Value | undefined {
    const strip = stripIn(statement);
    const value = strip && this.evaluate(strip.text, environment);
    if (value?.type !== 'StringValue') return undefined;
    const letters = strip!.letters && this.evaluate(strip!.letters, environment);
    return new Environment().set('stripped', stripOf(value.value as string, strip!.method, letters?.type === 'StringValue' ? (letters.value as string) : null));
  }

  private take(steps: number): void {
    this.steps += steps;
    if (this.steps > MAX_STEPS) throw tooMuch();
  }

  /** Letters and things in a value, those of its parts included. A namespace changes, so nothing may hold one but another. */
  private weight(value: Value, seen: Map<Value, number>): number {
    if (value.type === 'StringValue') return (value.value as string).length;
    if (sizeOf(value) === 0) return 1;
    const known = this.weights.get(value) ?? seen.get(value);
    if (known !== undefined) return known;
    const changes = value.type === 'NamespaceValue';
    // One that holds itself has no end.
    if (changes) seen.set(value, Infinity);
    let sum = 1;
    for (const part of (value.value as Value[] | Map<string, Value>).values()) {
      if (part.type === 'NamespaceValue' && !changes) throw tooMuch();
      sum += ENTRY + this.weight(part, seen);
    }
    if (changes) seen.set(value, sum);
    else this.weights.set(value, sum);
    return sum;
  }
}
