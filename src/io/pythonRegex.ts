import { quote } from '../errors/text';
import { defined } from '../numbers/defined';
import { FormatError } from './formatError';
import { assertion, character, choice, lookahead, lookbehind, matchesAll, type Node, repeat, sequence } from './regexNodes';

const maxLength = 1000;
const maxText = 500;
/** Depth of groups, and of repeats and look-around within one another: each of these costs a factor of the text's length. */
const maxDepth = 50;
const maxNesting = 3;
const maxCount = 100;
/** Patterns that stay compiled, and answers that are kept of each. */
const maxKept = 64;
const maxAnswers = 4096;

const kept = new Map<string, (text: string) => boolean>();

/**
 * Compiles a regular expression in Python's syntax into a test of whether it matches a whole text, as `re.fullmatch`.
 * Everything that decides a match is understood (groups, classes, repeats, look-around, `(?i)`); references back to groups,
 * conditionals and atomic groups are refused. No pattern can hang it. Throws FormatError saying what and where.
 * Answers are kept: whoever plans asks the same of every layer again, for each setting that is tried.
 */
export function fullMatch(pattern: string): (text: string) => boolean {
  const known = kept.get(pattern);
  if (known) return known;
  const matches = compile(pattern);
  const answers = new Map<string, boolean>();
  const answer = (text: string) => {
    let is = answers.get(text);
    if (is === undefined) {
      is = matches(text);
      if (answers.size >= maxAnswers) answers.clear();
      answers.set(text, is);
    }
    return is;
  };
  if (kept.size >= maxKept) kept.clear();
  kept.set(pattern, answer);
  return answer;
}

function compile(pattern: string): (text: string) => boolean {
  if (pattern.length > maxLength) {
    throw new FormatError(`The pattern ${quote(pattern)} cannot be used: it has ${pattern.length} characters, at most ${maxLength} are accepted.`);
  }
  const node = new Parser(pattern).parse();
  return (text) => text.length <= maxText && matchesAll(node, text);
}

const word = (c: string) => /[\p{L}\p{N}_]/u.test(c);
const classes: Record<string, (c: string) => boolean> = {
  d: (c) => /\p{Nd}/u.test(c), D: (c) => !/\p{Nd}/u.test(c), w: word, W: (c) => !word(c), s: (c) => /\s/.test(c), S: (c) => !/\s/.test(c),
};
const controls: Record<string, string> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07', 0: '\0' };
const isBoundary = (text: string, at: number) => word(text[at - 1] ?? '') !== word(text[at] ?? '');

class Parser {
  private at = 0;
  private depth = 0;
  /** Repeats and look-around around what was parsed last, counted from inside. */
  private nesting = 0;
  private ignoreCase = false;

  constructor(private readonly pattern: string) {}

  parse(): Node {
    if (this.take('(?i)')) this.ignoreCase = true;
    const node = this.alternatives();
    if (this.at < this.pattern.length) this.fail('a ")" closes nothing');
    return node;
  }

  private fail(what: string): never {
    throw new FormatError(`The pattern ${quote(this.pattern)} cannot be used: ${what} (at character ${this.at + 1}).`);
  }

  private take(token: string): boolean {
    const there = this.pattern.startsWith(token, this.at);
    if (there) this.at += token.length;
    return there;
  }

  private alternatives(): Node {
    if (++this.depth > maxDepth) this.fail(`groups are nested more than ${maxDepth} deep`);
    const nodes: Node[] = [];
    let deepest = 0;
    do {
      const parts: Node[] = [];
      while (this.at < this.pattern.length && !/[|)]/.test(defined(this.pattern[this.at]))) {
        this.nesting = 0;
        parts.push(this.quantified());
        deepest = Math.max(deepest, this.nesting);
      }
      nodes.push(sequence(parts));
    } while (this.take('|'));
    this.depth--;
    this.nesting = deepest;
    return choice(nodes);
  }

  private nest(): void {
    if (++this.nesting > maxNesting) this.fail(`repeats and look-around are nested more than ${maxNesting} deep`);
  }

  private quantified(): Node {
    const node = this.atom();
    const counts = this.counts();
    if (!counts) return node;
    if (counts[1] > 1) this.nest();
    this.take('?'); // lazy: the same whole texts
    if (/[*+?]/.test(this.pattern.charAt(this.at)) || this.counts()) this.fail('a repeat follows a repeat');
    return repeat(node, ...counts);
  }

  private counts(): [number, number] | null {
    if (this.take('*')) return [0, Infinity];
    if (this.take('+')) return [1, Infinity];
    if (this.take('?')) return [0, 1];
    const braces = /^\{(\d*)(,?)(\d*)\}/.exec(this.pattern.slice(this.at, this.at + 24));
    // Python takes other braces literally.
    if (!braces || (braces[1] === '' && braces[2] === '')) return null;
    const least = Number(braces[1]);
    const most = braces[2] === '' ? least : braces[3] === '' ? Infinity : Number(braces[3]);
    if (least > most) this.fail('a repeat has its larger number first');
    if (least > maxCount || (most > maxCount && most !== Infinity)) this.fail(`a repeat counts above ${maxCount}`);
    this.at += braces[0].length;
    return [least, most];
  }

  private atom(): Node {
    const c = defined(this.pattern[this.at]);
    if (/[*+?]/.test(c)) this.fail('nothing to repeat');
    if (c === '(') return this.group();
    this.at++;
    if (c === '.') return character((x) => x !== '\n');
    if (c === '^') return assertion((_, at) => at === 0);
    if (c === '$') return assertion((text, at) => at === text.length || (at === text.length - 1 && text[at] === '\n'));
    if (c === '[') return character(this.set());
    if (c === '\\') return this.escape();
    return character(this.folded((x) => x === c));
  }

  private group(): Node {
    const kinds: [string, (node: Node) => Node][] = [
      ['(?:', (node) => node], ['(?=', (node) => lookahead(node, true)], ['(?!', (node) => lookahead(node, false)],
      ['(?<=', (node) => lookbehind(node, true)], ['(?<!', (node) => lookbehind(node, false)],
    ];
    const [opening, found] = kinds.find(([start]) => this.take(start)) ?? [];
    let wrap = found;
    if (!wrap) {
      const named = /^\(\?P<\w+>/.exec(this.pattern.slice(this.at));
      if (named) this.at += named[0].length;
      else if (this.take('(?')) this.fail('this kind of group is not supported');
      else this.at++;
      wrap = (node) => node;
    }
    const inner = this.alternatives();
    if (!this.take(')')) this.fail('a "(" is not closed');
    if (opening !== undefined && opening !== '(?:') this.nest();
    return wrap(inner);
  }

  private escape(): Node {
    if (this.take('b')) return assertion((text, at) => isBoundary(text, at));
    if (this.take('B')) return assertion((text, at) => !isBoundary(text, at));
    if (this.take('A')) return assertion((_, at) => at === 0);
    if (this.take('Z')) return assertion((text, at) => at === text.length);
    if (/[1-9]/.test(this.pattern.charAt(this.at))) this.fail('it refers back to a group');
    return character(this.folded(this.escaped()));
  }

  /** The characters that an escape stands for, after its backslash. */
  private escaped(): (c: string) => boolean {
    const c = this.pattern[this.at++];
    if (c === undefined) this.fail('it ends in a backslash');
    if (Object.hasOwn(classes, c)) return defined(classes[c]);
    const literal = this.escapedLiteral(c);
    return (x) => x === literal;
  }

  private escapedLiteral(c: string): string {
    const digits = { x: 2, u: 4 }[c];
    if (digits !== undefined) {
      const code = this.pattern.slice(this.at, this.at + digits);
      if (!new RegExp(`^[0-9a-fA-F]{${digits}}$`).test(code)) this.fail(`\\${c} needs ${digits} hexadecimal digits`);
      this.at += digits;
      return String.fromCharCode(parseInt(code, 16));
    }
    if (Object.hasOwn(controls, c)) return defined(controls[c]);
    if (/[A-Za-z0-9]/.test(c)) this.fail(`\\${c} is not known`);
    return c;
  }

  /** A character class after its `[`; a `]` that comes first is a member. */
  private set(): (c: string) => boolean {
    const negated = this.take('^');
    const tests: ((c: string) => boolean)[] = [];
    for (let first = true; first || this.pattern[this.at] !== ']'; first = false) {
      const low = this.member();
      if (this.pattern[this.at] === '-' && this.pattern[this.at + 1] !== ']') {
        this.at++;
        const high = this.member();
        if (typeof low !== 'string' || typeof high !== 'string' || high < low) this.fail('a range in a class runs backwards');
        tests.push((c) => c >= low && c <= high);
      } else tests.push(typeof low === 'string' ? (c) => c === low : low);
    }
    this.at++;
    const member = this.folded((c) => tests.some((test) => test(c)));
    return (c) => member(c) !== negated;
  }

  private member(): string | ((c: string) => boolean) {
    const c = this.pattern[this.at++];
    if (c === undefined) this.fail('a "[" is not closed');
    if (c !== '\\') return c;
    const escaped = this.pattern[this.at++];
    if (escaped === undefined) this.fail('a "[" is not closed');
    if (escaped === 'b') return '\b';
    return Object.hasOwn(classes, escaped) ? defined(classes[escaped]) : this.escapedLiteral(escaped);
  }

  private folded(test: (c: string) => boolean): (c: string) => boolean {
    return this.ignoreCase ? (c) => test(c) || test(c.toLowerCase()) || test(c.toUpperCase()) : test;
  }
}
