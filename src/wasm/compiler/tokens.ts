import { WgslError, type At } from './source';

export interface Token extends At {
  kind: 'name' | 'number' | 'sign' | 'end';
  text: string;
}

const NUMBER = /0[xX][\da-fA-F]+[iu]?|(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?[iufh]?/y;
const NAME = /[A-Za-z_]\w*/y;
const SIGN = /<<=|>>=|->|\+\+|--|&&|\|\||<=|>=|==|!=|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|<<|>>|[-+*/%&|^~!<>=(){}[\],;:.@]/y;
const SPACE = /(?:\s|\/\/[^\n]*)+/y;

/** The tokens of a text, with one of kind `end` behind them. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (at < text.length) {
    const space = take(SPACE);
    if (space) {
      for (let i = 0; i < space.length; i++) {
        if (space[i] === '\n') {
          line++;
          lineStart = at + i + 1;
        }
      }
      at += space.length;
      continue;
    }
    const where = { line, column: at - lineStart + 1 };
    const name = take(NAME);
    const number = name === undefined ? take(NUMBER) : undefined;
    const taken = name ?? number ?? take(SIGN);
    if (taken === undefined) throw new WgslError(where, `'${text[at]}' is not part of WGSL as this compiler knows it`);
    found.push({ kind: name !== undefined ? 'name' : number !== undefined ? 'number' : 'sign', text: taken, ...where });
    at += taken.length;
  }
  found.push({ kind: 'end', text: 'the end of the text', line, column: at - lineStart + 1 });
  return found;
}
