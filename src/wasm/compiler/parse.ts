import { defined } from '../../numbers/defined';
import { WgslError, type At } from './source';
import type { Attribute, Expression, FunctionDeclaration, ModuleSyntax, Parameter, Statement, TypeName } from './syntax';
import { tokens, type Token } from './tokens';

/** Names behind which `<` opens a template and is no comparison. */
const TEMPLATED = /^(vec[234]|mat[234]x[234]|array|bitcast|ptr|atomic|subgroup\w*)$/;

/** From the loosest to the tightest. */
const LEVELS = [['||'], ['&&'], ['|'], ['^'], ['&'], ['==', '!='], ['<', '>', '<=', '>='], ['<<', '>>'], ['+', '-'], ['*', '/', '%']];
/** The tightest level that has an angle bracket in it is the one before. */
const WITHOUT_ANGLES = 8;

/**
 * The syntax of a module: the part of WGSL that this project's kernels are written in. What is not part of it is an error
 * with its place.
 */
export function parse(text: string): ModuleSyntax {
  return new Parser(tokens(text)).module();
}

class Parser {
  private at = 0;

  constructor(private readonly all: Token[]) {}

  module(): ModuleSyntax {
    const module: ModuleSyntax = { aliases: new Map(), structs: new Map(), constants: new Map(), variables: new Map(), functions: new Map() };
    while (this.now.kind !== 'end') {
      const start = this.now;
      const attributes = this.attributes();
      const { line, column } = this.now;
      if (this.takes('enable') || this.takes('diagnostic') || this.takes('requires')) {
        if (start.text === 'enable' && this.now.text !== 'subgroups') this.fail(`the extension ${this.now.text} is not there on a processor`, start);
        while (!this.takes(';')) this.at++;
      } else if (this.takes('alias')) {
        const name = this.name();
        this.expect('=');
        module.aliases.set(name, this.type());
        this.expect(';');
      } else if (this.takes('struct')) {
        const name = this.name();
        const fields: { name: string; type: TypeName }[] = [];
        this.expect('{');
        while (!this.takes('}')) {
          fields.push(this.typed());
          if (!this.takes(',') && this.now.text !== '}') this.fail(`expected , or } and not ${this.now.text}`);
        }
        this.takes(';');
        module.structs.set(name, fields);
      } else if (this.now.text === 'const' || this.now.text === 'override') {
        const override = this.next().text === 'override';
        const name = this.name();
        const type = this.takes(':') ? this.type() : undefined;
        const value = this.takes('=') ? this.expression() : undefined;
        this.expect(';');
        module.constants.set(name, { name, type, value, override, line, column });
      } else if (this.takes('var')) {
        this.expect('<');
        const space = this.name();
        const access = this.takes(',') ? this.name() : 'read';
        this.closeAngle();
        const { name, type } = this.typed();
        this.expect(';');
        module.variables.set(name, { name, space, access, type, attributes, line, column });
      } else if (this.takes('fn')) {
        const declared = this.functionDeclaration(attributes, { line, column });
        module.functions.set(declared.name, declared);
      } else {
        this.fail(`${this.now.text} begins no declaration that this compiler knows`);
      }
    }
    return module;
  }

  private functionDeclaration(attributes: Attribute[], { line, column }: At): FunctionDeclaration {
    const name = this.name();
    const parameters: Parameter[] = [];
    this.expect('(');
    while (!this.takes(')')) {
      const { line, column } = this.now;
      const attributes = this.attributes();
      parameters.push({ ...this.typed(), attributes, line, column });
      if (!this.takes(',') && this.now.text !== ')') this.fail(`expected , or ) and not ${this.now.text}`);
    }
    const result = this.takes('->') ? this.type() : undefined;
    return { name, attributes, parameters, result, body: this.block(), line, column };
  }

  private attributes(): Attribute[] {
    const found: Attribute[] = [];
    while (this.takes('@')) found.push({ name: this.name(), args: this.now.text === '(' ? this.args() : [] });
    return found;
  }

  private typed(): { name: string; type: TypeName } {
    const name = this.name();
    this.expect(':');
    return { name, type: this.type() };
  }

  private type(): TypeName {
    const { line, column } = this.now;
    const name = this.name();
    const type: TypeName = { name, of: [], line, column };
    if (!TEMPLATED.test(name) || !this.takes('<')) return type;
    do {
      if (name === 'array' && type.of.length === 1) type.count = this.expression(WITHOUT_ANGLES);
      else type.of.push(this.type());
    } while (this.takes(','));
    this.closeAngle();
    return type;
  }

  // ---- statements ---------------------------------------------------------------------------------------------

  private block(): Statement[] {
    const body: Statement[] = [];
    this.expect('{');
    while (!this.takes('}')) if (!this.takes(';')) body.push(this.statement());
    return body;
  }

  private statement(): Statement {
    const { line, column, text } = this.now;
    const at = { line, column };
    switch (text) {
      case '{':
        return { kind: 'block', body: this.block(), ...at };
      case 'if': {
        this.at++;
        const condition = this.expression();
        const then = this.block();
        const otherwise = !this.takes('else') ? [] : this.now.text === 'if' ? [this.statement()] : this.block();
        return { kind: 'if', condition, then, otherwise, ...at };
      }
      case 'for': {
        this.at++;
        this.expect('(');
        const first = this.now.text === ';' ? undefined : this.simple();
        this.expect(';');
        const condition = this.now.text === ';' ? undefined : this.expression();
        this.expect(';');
        const next = this.now.text === ')' ? undefined : this.simple();
        this.expect(')');
        return { kind: 'for', first, condition, next, body: this.block(), ...at };
      }
      case 'while': {
        this.at++;
        const condition = this.expression();
        return { kind: 'for', condition, body: this.block(), ...at };
      }
      case 'return': {
        this.at++;
        const value = this.now.text === ';' ? undefined : this.expression();
        this.expect(';');
        return { kind: 'return', value, ...at };
      }
      case 'break':
      case 'continue':
        this.at++;
        this.expect(';');
        return { kind: text, ...at };
      case 'loop':
      case 'switch':
      case 'discard':
      case 'const_assert':
        return this.fail(`${text} is not supported`);
    }
    const simple = this.simple();
    this.expect(';');
    return simple;
  }

  /** Parses a statement that may also stand in the brackets of a `for`. */
  private simple(): Statement {
    const { line, column, text } = this.now;
    const at = { line, column };
    if (text === 'let' || text === 'const' || text === 'var') {
      this.at++;
      if (this.takes('<')) {
        if (this.name() !== 'function') this.fail('variables of a function are in its own space');
        this.closeAngle();
      }
      const name = this.name();
      const type = this.takes(':') ? this.type() : undefined;
      const value = this.takes('=') ? this.expression() : undefined;
      return { kind: 'declare', how: text, name, type, value, ...at };
    }
    const to = this.unary();
    const sign = this.next();
    if (to.kind === 'call') {
      this.at--;
      return { kind: 'call', call: to, ...at };
    }
    if (sign.text === '++' || sign.text === '--') return { kind: 'assign', op: defined(sign.text[0]), to, value: { kind: 'number', text: '1', ...at }, ...at };
    if (sign.kind !== 'sign' || !sign.text.endsWith('=') || ['==', '!=', '<=', '>='].includes(sign.text)) this.fail(`expected an assignment and not ${sign.text}`, sign);
    return { kind: 'assign', op: sign.text.slice(0, -1), to, value: this.expression(), ...at };
  }

  // ---- expressions --------------------------------------------------------------------------------------------

  private expression(level = 0): Expression {
    if (level === LEVELS.length) return this.unary();
    let left = this.expression(level + 1);
    while (this.now.kind === 'sign' && defined(LEVELS[level]).includes(this.now.text)) {
      const { text: op, line, column } = this.next();
      left = { kind: 'binary', op, left, right: this.expression(level + 1), line, column };
    }
    return left;
  }

  private unary(): Expression {
    const { line, column, text } = this.now;
    if (this.now.kind === 'sign' && (text === '-' || text === '!' || text === '~' || text === '*' || text === '&')) {
      this.at++;
      return { kind: 'unary', op: text, of: this.unary(), line, column };
    }
    let found = this.primary();
    for (;;) {
      const { line, column } = this.now;
      if (this.takes('.')) found = { kind: 'member', of: found, name: this.name(), line, column };
      else if (this.takes('[')) {
        found = { kind: 'index', of: found, index: this.expression(), line, column };
        this.expect(']');
      } else return found;
    }
  }

  private primary(): Expression {
    const { line, column, kind, text } = this.now;
    const at = { line, column };
    if (this.takes('(')) {
      const inner = this.expression();
      this.expect(')');
      return inner;
    }
    if (kind === 'number') {
      this.at++;
      return { kind, text, ...at };
    }
    if (kind !== 'name') this.fail(`${text} begins no expression`);
    if (text === 'true' || text === 'false') {
      this.at++;
      return { kind: 'bool', value: text === 'true', ...at };
    }
    const callee = this.type();
    if (this.now.text === '(') return { kind: 'call', callee, args: this.args(), ...at };
    return { kind: 'name', name: text, ...at };
  }

  private args(): Expression[] {
    const args: Expression[] = [];
    this.expect('(');
    while (!this.takes(')')) {
      args.push(this.expression());
      if (!this.takes(',') && this.now.text !== ')') this.fail(`expected , or ) and not ${this.now.text}`);
    }
    return args;
  }

  // ---- tokens -------------------------------------------------------------------------------------------------

  private get now(): Token {
    return defined(this.all[this.at]);
  }

  private next(): Token {
    return defined(this.all[this.at++]);
  }

  private takes(text: string): boolean {
    if (this.now.text !== text || this.now.kind === 'end') return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.takes(text)) this.fail(`expected ${text} and not ${this.now.text}`);
  }

  private name(): string {
    if (this.now.kind !== 'name') this.fail(`expected a name and not ${this.now.text}`);
    return this.next().text;
  }

  /** `>`, also as the first part of a longer sign, whose rest stays. */
  private closeAngle(): void {
    const token = this.now;
    if (token.text.startsWith('>') && token.text.length > 1) this.all[this.at] = { ...token, text: token.text.slice(1), column: token.column + 1 };
    else this.expect('>');
  }

  private fail(reason: string, at: At = this.now): never {
    throw new WgslError({ line: at.line, column: at.column }, reason);
  }
}
