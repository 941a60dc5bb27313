import { Tokenizer as Library } from '@huggingface/tokenizers';
import * as z from 'zod/mini';
import { messageOf } from '../errors/errors';
import { jsonOf, quote } from '../errors/text';
import { defined } from '../numbers/defined';
import { MAX_VOCABULARY_BYTES } from './bytePairs';
import type { ChatFiles } from './chatFiles';
import { parseJson } from './checkpoint';
import type { FileTree } from './fileTree';
import { FormatError, isStumble } from './formatError';
import { FILE, hasTextTokenizer } from './tokenizerFiles';

const CONFIG = 'tokenizer_config.json';
/** The template of chats, where it has a file of its own. */
const CHAT = 'chat_template.jinja';

/** Letters of a text that are looked at: far more than any model has positions for. */
const MAX_TEXT = 1_000_000;
/** Largest factor by which the steps of a tokenizer may lengthen a text, each taken at its worst: bytes as letters make three of one, a sign in words a few. */
const MOST_GROWTH = 4096;

/** Sequence of one text, or of two: special tokens, and the texts themselves (A, B), each with its type. */
type Template = ({ id: number; type: number } | { text: 'A' | 'B'; type: number })[];

/** A text, or two, as a model reads it. */
export interface EncodedText {
  ids: number[];
  /** 0 for the first text and what belongs to it, 1 for the second, where the tokenizer tells them apart. */
  types: number[];
  /** Places of the first text's own tokens in `ids`: from, to. */
  first: [from: number, to: number];
}

const special = z.looseObject({ id: z.string(), ids: z.array(z.int()) });
const piece = z.union([z.object({ SpecialToken: z.object({ id: z.string(), type_id: z.int() }) }), z.object({ Sequence: z.object({ id: z.enum(['A', 'B']), type_id: z.int() }) })]);
const named = z.tuple([z.string(), z.int()]);
const processor = z.union([
  z.looseObject({ type: z.literal('RobertaProcessing'), sep: named, cls: named }),
  z.looseObject({ type: z.literal('BertProcessing'), sep: named, cls: named }),
  z.looseObject({ type: z.literal('TemplateProcessing'), single: z.array(piece), pair: z.array(piece), special_tokens: z.record(z.string(), special) }),
  z.looseObject({ type: z.literal('ByteLevel') }),
]);
const file = z.looseObject({
  // Stryker disable next-line ObjectLiteral: fields that may be anything are as those that are not named
  model: z.looseObject({ type: z.optional(z.unknown()), vocab: z.unknown(), unk_token: z.optional(z.unknown()), unk_id: z.optional(z.unknown()) }),
  added_tokens: z.array(z.looseObject({ content: z.string(), id: z.int() })),
  post_processor: z.nullish(z.union([processor, z.looseObject({ type: z.literal('Sequence'), processors: z.array(processor) })])),
});
const token = z.nullish(z.union([z.string(), z.looseObject({ content: z.string() })]));
const config = z.looseObject({ pad_token: token, eos_token: token, model_max_length: z.nullish(z.number()), chat_template: z.optional(z.unknown()) });
/** Special tokens by the names that templates of chats know. */
const tokenNames = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];

/**
 * The tokenizer of a model of texts, by its `tokenizer.json`: words and pieces are Hugging Face's library, and what that leaves out is
 * here: what stands around one text and two, and cutting. Source: huggingface/tokenizers, post-processors and `truncate_encodings`.
 */
export class TextTokenizer {
  /** Tokens that it knows; ids lie below. */
  readonly size: number;
  /** Token that rows are filled up with; null if the folder names none. */
  readonly pad: number | null;
  /** Tokens that begin and end a text; null if the folder names none. */
  readonly bos: number | null;
  readonly eos: number | null;
  /** Token in the place of a hidden one; null if the folder names none. */
  readonly mask: number | null;
  /** Token for what it cannot read; null if it reads everything. */
  readonly unk: number | null;
  /** Tokens that stand for themselves in a text, as those that end a turn of a chat do. */
  readonly added: ReadonlySet<number>;
  /** Template and special tokens of chats, for `ChatTemplate`. */
  readonly chat: ChatFiles;
  private readonly library: Library;
  private readonly single: Template;
  private readonly pair: Template;

  /** Throws FormatError. */
  constructor(json: Uint8Array, settings: Uint8Array | null, template: Uint8Array | null = null) {
    const parsed = parseJson(json, FILE, file);
    const given = settings ? parseJson(settings, CONFIG, config) : {};
    const known = lastOf(parsed.model);
    const times = guarded(() => [parsed.normalizer, parsed.pre_tokenizer, parsed.decoder].reduce((most: number, step) => Math.max(most, growthOf(step)), 1));
    if (times > MOST_GROWTH) throw new FormatError(`The steps of ${FILE} may make a text more than ${MOST_GROWTH} times as long as it is.`);
    this.library = guarded(() => new Library(parsed, given));
    const { added_tokens: added } = parsed;
    this.size = 1 + added.reduce((most, { id }) => Math.max(most, id), known);
    this.added = new Set(added.map(({ id }) => id));
    const tokens = Object.fromEntries(tokenNames.flatMap((name) => {
      const { data } = token.safeParse(given[name]);
      const content = typeof data === 'string' ? data : data?.content;
      return content === undefined ? [] : [[name, content]];
    })) as Record<string, string | undefined>;
    // Stryker disable next-line ConditionalExpression: the library has no token without a name
    const idOf = (name: string | undefined): number | null => (name === undefined ? null : (this.library.token_to_id(name) ?? null));
    [this.pad, this.bos, this.eos, this.mask] = [idOf(tokens.pad_token), idOf(tokens.bos_token), idOf(tokens.eos_token), idOf(tokens.mask_token)];
    const { unk_token, unk_id } = parsed.model;
    // Stryker disable next-line ConditionalExpression: the library has no token whose name is no text
    const unknown = typeof unk_token === 'string' ? idOf(unk_token) : null;
    this.unk = typeof unk_id === 'number' ? unk_id : unknown;
    this.chat = { template: template ? new TextDecoder().decode(template) : given.chat_template, tokens: tokens as ChatFiles['tokens'] };
    [this.single, this.pair] = templatesOf(parsed.post_processor);
  }

  /** Ids of a text as it is, without what stands around it. */
  plain(text: string): number[] {
    // Stryker disable next-line ConditionalExpression,StringLiteral: the library makes nothing of it either
    return text === '' ? [] : guarded(() => this.library.encode(text.slice(0, MAX_TEXT), { add_special_tokens: false }).ids);
  }

  /** A text, or two, with what stands around, at most `most` tokens: of two the longer one is cut first. */
  encode(text: string, second?: string | null, most = Infinity): EncodedText {
    return this.around(this.plain(text), second == null ? null : this.plain(second), most);
  }

  /** The same of texts that are tokens already. */
  around(a: readonly number[], b: readonly number[] | null, most = Infinity): EncodedText {
    const template = b ? this.pair : this.single;
    const room = Math.max(0, most - template.filter((part) => 'id' in part).length);
    const [forA, forB] = b ? shares(a.length, b.length, room) : [Math.min(a.length, room), 0];
    // Stryker disable next-line ArrayDeclaration: nothing is taken of it
    const texts = { A: a.slice(0, forA), B: (b ?? []).slice(0, forB) };
    const out: EncodedText = { ids: [], types: [], first: [0, 0] };
    for (const part of template) {
      const ids = 'id' in part ? [part.id] : texts[part.text];
      if ('text' in part && part.text === 'A') out.first = [out.ids.length, out.ids.length + ids.length];
      // One by one: arguments of a call lie on the stack, and a long text has more of them than fit there.
      for (const id of ids) {
        out.ids.push(id);
        out.types.push(part.type);
      }
    }
    return out;
  }

  /** The text of ids. */
  decode(ids: readonly number[], { special = false } = {}): string {
    return ids.length ? guarded(() => this.library.decode([...ids], { skip_special_tokens: !special, clean_up_tokenization_spaces: false })) : '';
  }
}

/** Runs the library on a file that it takes on trust. Throws FormatError. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const reason = isStumble(error) ? 'its parts do not fit together' : messageOf(error);
    throw new FormatError(reason.endsWith('.') ? `${FILE} cannot be used: ${reason}` : `${FILE} cannot be used: ${reason}.`);
  }
}

/** A step of what is done to a text before it is split, while it is split, and to tokens that become a text. */
interface Step {
  type?: unknown;
  pattern?: { String?: unknown } | null;
  content?: unknown;
  replacement?: unknown;
  str_rep?: unknown;
  /** The steps that it consists of, by where it stands. */
  normalizers?: unknown;
  pretokenizers?: unknown;
  decoders?: unknown;
}

/** Factor by which a step may lengthen a text; those of steps within it, which follow one another, are multiplied. Throws FormatError. */
function growthOf(step: unknown): number {
  // Stryker disable next-line ConditionalExpression: a text or a number has none of the fields, and what is missing is refused either way
  if (typeof step !== 'object' || step === null) return 1;
  const { type, pattern, content, replacement, str_rep, normalizers, pretokenizers, decoders } = step as Step;
  if (type === 'Metaspace') {
    for (const letter of [replacement, str_rep]) {
      if (letter != null && (typeof letter !== 'string' || [...letter].length > 1)) throw new FormatError(`${FILE} puts ${quote(jsonOf(letter))} in the place of a space; it has to be one letter.`);
    }
  }
  let own = type === 'ByteLevel' ? 3 : 1;
  if (type === 'Replace' && typeof content === 'string') own = Math.max(1, content.length / (typeof pattern?.String === 'string' ? Math.max(1, pattern.String.length) : 1));
  // Stryker disable next-line ArrayDeclaration: what is no step makes nothing longer
  const within = (steps: unknown): unknown[] => (Array.isArray(steps) ? steps : []);
  return [normalizers, pretokenizers, decoders].flatMap(within).reduce((times: number, one) => times * growthOf(one), own);
}

/** The highest number of a vocabulary: of tokens by name, or of a list of them. Throws FormatError. */
function lastOf({ type, vocab: vocabulary }: { type?: unknown; vocab?: unknown }): number {
  if (Array.isArray(vocabulary)) return vocabulary.length - 1;
  // The library asks such a model for the length of its list.
  if (typeof vocabulary !== 'object' || vocabulary === null || type === 'Unigram') throw new FormatError(`${FILE} has no vocabulary.`);
  let last = -1;
  for (const [token, id] of Object.entries(vocabulary)) {
    if (!Number.isSafeInteger(id) || id < 0) throw new FormatError(`${FILE} gives ${quote(token)} the number ${quote(jsonOf(id))}.`);
    last = Math.max(last, id as number);
  }
  return last;
}

/** Numbers of tokens that two texts keep of `room`: the longer is cut until it is as long as the other, then both alike. */
function shares(a: number, b: number, room: number): [number, number] {
  const [less, more] = [Math.min(a, b), Math.max(a, b)];
  // Stryker disable next-line EqualityOperator: where twice the shorter is just the room, both keep as many either way
  const [short, long] = 2 * less > room ? [room >> 1, room - (room >> 1)] : [less, Math.min(more, room - less)];
  return a > b ? [long, short] : [short, long];
}

/** Sequences of one text and of two. */
function templatesOf(given: z.output<typeof file>['post_processor']): [Template, Template] {
  const steps = !given ? [] : given.type === 'Sequence' ? (given as { processors: z.output<typeof processor>[] }).processors : [given];
  const step = steps.find((one) => one.type !== 'ByteLevel');
  if (!step) return [[{ text: 'A', type: 0 }], [{ text: 'A', type: 0 }, { text: 'B', type: 1 }]];
  if (step.type === 'TemplateProcessing') {
    const of = (parts: z.output<typeof piece>[]): Template =>
      parts.flatMap((part): Template => {
        if ('Sequence' in part) return [{ text: part.Sequence.id, type: part.Sequence.type_id }];
        const { id, type_id } = part.SpecialToken;
        const found = Object.hasOwn(step.special_tokens, id) ? step.special_tokens[id] : undefined;
        if (!found) throw new FormatError(`${FILE}: its template names ${quote(id)}, which special_tokens does not have.`);
        return found.ids.map((one) => ({ id: one, type: type_id }));
      });
    return [of(step.single), of(step.pair)];
  }
  const [cls, sep] = [step.cls[1], step.sep[1]];
  const own: Template = [{ id: cls, type: 0 }, { text: 'A', type: 0 }, { id: sep, type: 0 }];
  // RoBERTa has one kind of text, and two ends between two of them.
  if (step.type === 'RobertaProcessing') return [own, [...own, { id: sep, type: 0 }, { text: 'B', type: 0 }, { id: sep, type: 0 }]];
  return [own, [...own, { text: 'B', type: 1 }, { id: sep, type: 1 }]];
}

/** Opens a folder's tokenizer. Throws FormatError. */
export async function openTextTokenizer(tree: FileTree): Promise<TextTokenizer> {
  const paths = tree.paths();
  if (!hasTextTokenizer(paths)) throw new FormatError(`${quote(tree.name)} has no ${FILE}; open it once with transformers' fast tokenizer and save that, which writes one.`);
  const read = async (path: string): Promise<Uint8Array> => {
    const size = await tree.size(path);
    if (size > MAX_VOCABULARY_BYTES) throw new FormatError(`${path} has ${size} bytes, at most ${MAX_VOCABULARY_BYTES} are accepted.`);
    return tree.read(path);
  };
  const [settings, template] = await Promise.all([CONFIG, CHAT].map(async (path) => (paths.includes(path) ? read(path) : null)));
  return new TextTokenizer(await read(FILE), defined(settings), template);
}
