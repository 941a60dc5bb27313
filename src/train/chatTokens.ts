import type { ChatTemplate, Message } from '../io/chatTemplate';
import { FormatError } from '../io/formatError';
import type { TextTokenizer } from '../io/textTokenizer';
import type { SaidValue } from '../said/said';

/** A chat as tokens. */
export interface ChatRow {
  ids: readonly number[];
  /** Tokens of the assistant's turns, from one place up to another, in order: what it says, and what ends its turn. */
  counts: readonly (readonly [from: number, to: number])[];
  /** Turns of the assistant that were not found in the text, because the template writes them otherwise inside a chat than at its end. */
  missed: number;
  /** Why there are no tokens, where the template refuses the chat. */
  refused?: SaidValue;
}

/**
 * A chat as tokens, without anything around it: the template has written what begins it. What counts is what the template marks, as TRL's
 * `assistant_only_loss` has it. Where it marks nothing each turn of the assistant is found by rendering the chat up to it: its tokens begin
 * where the whole parts from the chat before it as the assistant is asked, and end where it parts from the chat that ends with it.
 */
export function chatRow(tokenizer: TextTokenizer, template: ChatTemplate, messages: readonly Message[]): ChatRow {
  try {
    const { text, marked } = template.render(messages);
    const ids = tokenizer.plain(text);
    const same = (other: string) => common(tokenizer.plain(other), ids);
    // A token that reaches over a mark counts, as it does for transformers.
    const upTo = (to: number) => (to === text.length ? ids.length : reached(tokenizer.plain(text.slice(0, to)), ids));
    if (marked.length > 0) return { ids, counts: marked.map(([from, to]) => [same(text.slice(0, from)), upTo(to)] as const), missed: 0 };
    const counts: [number, number][] = [];
    const turns = messages.flatMap(({ role }, i) => (role === 'assistant' ? [i] : []));
    for (const i of turns) {
      // Nothing stands before a chat that the assistant begins, and few templates write nothing.
      const from = i === 0 ? 0 : same(template.render(messages.slice(0, i), { asks: true }).text);
      const to = i === messages.length - 1 ? ids.length : same(template.render(messages.slice(0, i + 1)).text);
      if (to > Math.max(from, counts.at(-1)?.[1] ?? 0)) counts.push([from, to]);
    }
    return { ids, counts, missed: turns.length - counts.length };
  } catch (error) {
    if (error instanceof FormatError && error.name === 'ChatError') return { ids: [], counts: [], missed: 0, refused: error.said };
    throw error;
  }
}

/** Tokens that two lists begin with alike. */
function common(a: readonly number[], b: readonly number[]): number {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return same;
}

/** Tokens of a whole that hold a beginning of it: one more than they have alike, where the beginning ends inside one. */
function reached(beginning: readonly number[], whole: readonly number[]): number {
  const same = common(beginning, whole);
  return Math.min(whole.length, same + Number(same < beginning.length));
}

/** A typed text as a user's turn of a chat, as tokens of which the assistant goes on, and the token that ends its turn, where there is one. Throws FormatError. */
export function askedInChat(tokenizer: TextTokenizer, template: ChatTemplate, typed: string): { ids: number[]; end: number | null } {
  const turn: Message = { role: 'user', content: typed };
  const ids = tokenizer.plain(template.render([turn], { asks: true }).text);
  const { ids: answered, counts } = chatRow(tokenizer, template, [turn, { role: 'assistant', content: 'a' }]);
  const end = counts.flatMap(([from, to]) => answered.slice(from, to)).find((id) => tokenizer.added.has(id));
  return { ids, end: end ?? null };
}
