import { cut } from '../errors/text';
import type { Message } from '../io/chatTemplate';
import type { Table } from '../io/table';
import { defined } from '../numbers/defined';
import { findColumn } from './columns';
import type { TextRow } from './source';
import { listIn } from './texts';

/** Names of a column of chats. */
const chatNames = ['messages', 'conversations', 'conversation'];
/** Speakers, by the names of chat templates; ShareGPT's own for two of them. */
const roles = new Map(['system', 'developer', 'user', 'assistant', 'tool'].map((role) => [role, role]));
const shareNames = new Map([...roles, ['human', 'user'], ['gpt', 'assistant']]);

/** Rows that are looked at to tell whether a column holds chats. */
const LOOKED = 100;

/** Reason that a row is no chat to learn from. */
type Fault = 'empty' | 'none' | 'unanswered' | 'blank' | { role: string };

/** The column of a table that holds chats, by its usual names, or null. */
export const chatColumn = (table: Table): string | null => chatNames.map((name) => findColumn(table.columns, [name])).find((column) => column !== undefined && holdsChats(table, column)) ?? null;

/** True if a column holds chats: its first cell that is not empty is a list of turns. */
export function holdsChats({ rows, value }: Table, column: string): boolean {
  for (let row = 0; row < Math.min(rows, LOOKED); row++) {
    const turns = listIn(value(row, column));
    if (turns !== null && turns.length > 0) return turns.every((turn) => isTurn(turn));
    if (turns === null && value(row, column) !== null && value(row, column) !== undefined && value(row, column) !== '') return false;
  }
  return false;
}

/** Chats of a table's column, row by row, null where one is left out; and why those are that are not empty. */
export function readChats({ rows, value }: Table, column: string): { texts: (TextRow | null)[]; faults: Fault[] } {
  const texts: (TextRow | null)[] = [];
  const faults: Fault[] = [];
  for (let row = 0; row < rows; row++) {
    const read = chatOf(value(row, column));
    texts.push('messages' in read ? read : null);
    if ('fault' in read && read.fault !== 'empty') faults.push(read.fault);
  }
  return { texts, faults };
}

/** Sentences on rows that are left out. */
export function faultNotes(faults: readonly Fault[]): string[] {
  const count = (kind: Fault) => faults.filter((fault) => fault === kind).length;
  const [none, unanswered, blank] = (['none', 'unanswered', 'blank'] as const).map(count) as [number, number, number];
  const strangers = faults.flatMap((fault) => (typeof fault === 'object' ? [fault.role] : []));
  const notes: string[] = [];
  if (none > 0) notes.push(none === 1 ? '1 row that is not a list of turns with a role and a content left out.' : `${none} rows that are not lists of turns with a role and a content left out.`);
  if (unanswered > 0) notes.push(unanswered === 1 ? '1 chat without a turn of the assistant left out.' : `${unanswered} chats without a turn of the assistant left out.`);
  if (blank > 0) notes.push(blank === 1 ? '1 chat with an empty turn left out.' : `${blank} chats with an empty turn left out.`);
  if (strangers.length > 0) {
    const who = cut(defined(strangers[0]));
    notes.push(strangers.length === 1 ? `1 chat with a turn of ${who} left out; system, user, assistant and tool are known.` : `${strangers.length} chats with turns of others, such as ${who}, left out; system, user, assistant and tool are known.`);
  }
  return notes;
}

interface Turn {
  [key: string]: unknown;
}

const isTurn = (turn: unknown): turn is Turn => typeof turn === 'object' && turn !== null && !Array.isArray(turn) && (('role' in turn && typeof turn.role === 'string') || ('from' in turn && typeof turn.from === 'string'));

function chatOf(cell: unknown): (TextRow & { messages: Message[] }) | { fault: Fault } {
  const turns = listIn(cell);
  if (cell === null || cell === undefined || cell === '' || turns?.length === 0) return { fault: 'empty' };
  if (!turns || !turns.every(isTurn)) return { fault: 'none' };
  const messages: Message[] = [];
  for (const turn of turns) {
    const shared = !('role' in turn);
    const given = String(shared ? turn.from : turn.role);
    const role = (shared ? shareNames : roles).get(given);
    if (role === undefined) return { fault: { role: given } };
    const content = contentOf(shared ? turn.value : turn.content);
    if (content === undefined) return { fault: 'none' };
    const calls = Array.isArray(turn.tool_calls) && turn.tool_calls.length > 0;
    if ((content ?? '').trim() === '' && !calls && role !== 'system') return { fault: 'blank' };
    // What a table has for other turns alone is null here, which templates take for something.
    const more = shared ? {} : Object.fromEntries(Object.entries(turn).filter(([, value]) => value !== null && value !== undefined));
    messages.push({ ...more, role, content });
  }
  if (!messages.some(({ role }) => role === 'assistant')) return { fault: 'unanswered' };
  const first = Math.max(0, messages.findIndex(({ role }) => role === 'user'));
  const text = (some: readonly Message[]) => some.map(({ content }) => content ?? '').join('\n');
  return { first: text(messages.slice(first, first + 1)), second: text(messages.slice(first + 1)), messages };
}

/** Content of a turn: a text, or pieces of text as OpenAI's format has them, joined; undefined for anything else. */
function contentOf(content: unknown): string | null | undefined {
  if (typeof content === 'string') return content;
  if (content === null || content === undefined) return null;
  if (!Array.isArray(content)) return undefined;
  const pieces = content.map((piece: unknown) => (typeof piece === 'object' && piece !== null && 'text' in piece && typeof piece.text === 'string' ? piece.text : undefined));
  return pieces.includes(undefined) ? undefined : pieces.join('');
}
