/**
 * Regular expressions as functions from the positions where a match may start to the positions where it may end. Working
 * on sets, they never try the same way twice, so a pattern that would hang a backtracking engine takes moments.
 */
import { defined } from '../numbers/defined';

export type Node = (text: string, starts: ReadonlySet<number>) => ReadonlySet<number>;

/** True if the node matches the whole text. */
export function matchesAll(node: Node, text: string): boolean {
  return node(text, new Set([0])).has(text.length);
}

export function character(test: (c: string) => boolean): Node {
  return (text, starts) => {
    const ends = new Set<number>();
    for (const at of starts) if (at < text.length && test(defined(text[at]))) ends.add(at + 1);
    return ends;
  };
}

/** Holds or not at a position, and takes no text. */
export function assertion(test: (text: string, at: number) => boolean): Node {
  return (text, starts) => new Set([...starts].filter((at) => test(text, at)));
}

export function sequence(nodes: Node[]): Node {
  return (text, starts) => {
    let ends = starts;
    for (const node of nodes) {
      // Stryker disable next-line ConditionalExpression: from no place nothing leads anywhere
      if (ends.size === 0) break;
      ends = node(text, ends);
    }
    return ends;
  };
}

export function choice(nodes: Node[]): Node {
  // Stryker disable next-line ConditionalExpression: the ends of one are the same in a set of their own
  if (nodes.length === 1) return defined(nodes[0]);
  return (text, starts) => new Set(nodes.flatMap((node) => [...node(text, starts)]));
}

/** From `least` to `most` times (Infinity: any number). Greedy and lazy allow the same ends. */
export function repeat(node: Node, least: number, most: number): Node {
  return (text, starts) => {
    let fresh = starts;
    for (let i = 0; i < least; i++) {
      // Stryker disable next-line ConditionalExpression: from no place nothing leads anywhere
      if (fresh.size === 0) break;
      fresh = node(text, fresh);
    }
    const ends = new Set(fresh);
    for (let i = least; i < most && fresh.size > 0; i++) {
      fresh = new Set([...node(text, fresh)].filter((end) => !ends.has(end)));
      for (const end of fresh) ends.add(end);
    }
    return ends;
  };
}

export function lookahead(node: Node, wanted: boolean): Node {
  return assertion((text, at) => node(text, new Set([at])).size > 0 === wanted);
}

export function lookbehind(node: Node, wanted: boolean): Node {
  return assertion((text, at) => node(text, new Set(Array.from({ length: at + 1 }, (_, i) => i))).has(at) === wanted);
}
