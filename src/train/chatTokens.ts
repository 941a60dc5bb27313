import { ChatError } from '../io/chatError';
import type { ChatTemplate, Message } from '../io/chatTemplate';
import type { TextTokenizer } from '../io/textTokenizer';

/** A chat as tokens. */
export interface ChatRow {
  ids: readonly number[];
  /** Tokens of the assistant's turns, from one place up to another, in order: what it says, and what ends its turn. */
  counts: readonly (readonly [from: number, to: number])[];
  /** Turns of the assistant that were not found in the text, because the template writes them otherwise inside a chat than at its end. */
  missed: number;
  /** Reason why there are no tokens, if the template refuses the chat. */
  refused?: string;
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
    const upTo = (beginning: string) => alike(tokenizer, tokenizer.plain(beginning), ids);
    if (marked.length > 0) {
      // A token that reaches over a mark counts, as it does for transformers.
      const counts = marked.map(([from, to]) => {
        const end = upTo(text.slice(0, to));
        return [upTo(text.slice(0, from)).tokens, end.tokens + Number(end.rest !== '')] as const;
      });
      return { ids, counts, missed: 0 };
    }
    const counts: [number, number][] = [];
    const turns = messages.flatMap(({ role }, i) => (role === 'assistant' ? [i] : []));
    for (const i of turns) {
      // Nothing stands before a chat that the assistant begins, and few templates write nothing.
      const from = i === 0 ? 0 : upTo(template.render(messages.slice(0, i), { asks: true }).text).tokens;
      const end = i === messages.length - 1 ? { tokens: ids.length, words: '' } : upTo(template.render(messages.slice(0, i + 1)).text);
      // What ends a chat may stand behind its last turn alone; words that the whole does not have are a turn written otherwise.
      if (end.tokens > from && end.words === '') counts.push([from, end.tokens]);
    }
    return { ids, counts, missed: turns.length - counts.length };
  } catch (error) {
    if (error instanceof ChatError) return { ids: [], counts: [], missed: 0, refused: error.message };
    throw error;
  }
}

/**
 * Finds how much of a whole lies within a beginning of it: its tokens, as far as the texts agree, since the end of a text may be tokenized
 * differently; the rest of the beginning, and the words in that.
 */
function alike(tokenizer: TextTokenizer, beginning: readonly number[], whole: readonly number[]): { tokens: number; rest: string; words: string } {
  let same = 0;
  while (same < beginning.length && beginning[same] === whole[same]) same++;
  const tail = beginning.slice(same);
  const letters = (ids: readonly number[], special = true) => tokenizer.decode(ids, { special });
  const text = letters(tail);
  let tokens = same;
  while (tokens < whole.length && text !== '' && text.startsWith(letters(whole.slice(same, tokens + 1)))) tokens++;
  const found = whole.slice(same, tokens);
  return { tokens, rest: text.slice(letters(found).length), words: letters(tail, false).slice(letters(found, false).length).trim() };
}

/** A typed text as a user's turn of a chat, in tokens that the assistant goes on from, and the token that ends its turn, if there is one. Throws FormatError. */
export function askedInChat(tokenizer: TextTokenizer, template: ChatTemplate, typed: string): { ids: number[]; end: number | null } {
  const turn: Message = { role: 'user', content: typed };
  const ids = tokenizer.plain(template.render([turn], { asks: true }).text);
  const { ids: answered, counts } = chatRow(tokenizer, template, [turn, { role: 'assistant', content: 'a' }]);
  const end = counts.flatMap(([from, to]) => answered.slice(from, to)).find((id) => tokenizer.added.has(id));
  return { ids, end: end ?? null };
}
