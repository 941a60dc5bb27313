import { tinyJson } from './tiny';
import { tinyDecoderFiles } from './tinyDecoders';

/** A small model that chats: bytes and a few words are its tokens, and each turn of a chat has one that begins and one that ends it. */

/** GPT-2's letters for bytes: printable ones as themselves, the others from 256 on. */
function byteLetters(): string[] {
  const prints = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(prints(byte) ? byte : next++));
}

const special = ['<s>', '</s>', '<|im_start|>', '<|im_end|>', '<|head|>', '<|/head|>', '<|eot|>', '<|user|>', '<|assistant|>', '<|system|>', '<|end|>'];
/** Pairs that grow together: two new lines do, so that what stands before an answer may grow into it. */
const merges = ['Ċ Ċ', 'h i', 'u p', 'Ġ u', 'd o', 'do w', 'dow n'];

/** The ids of special tokens by name. */
export const chatIds: Readonly<Record<string, number>> = Object.fromEntries(special.map((name, i) => [name, i]));

/** In the shape of Qwen2's: every turn between two tokens of its own. */
export const chatMl = "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** tokenizer.json and its config, with a template of chats or without. */
export function chatTokenizer(chat_template?: unknown, more: Record<string, unknown> = {}): Record<string, Uint8Array> {
  const tokens = [...special, ...byteLetters(), ...merges.map((pair) => pair.replace(' ', ''))];
  return {
    'tokenizer.json': tinyJson({
      version: '1.0',
      // As Phi-3's: what ends a turn swallows the blanks behind it.
      added_tokens: special.map((content, id) => ({ id, content, special: true, single_word: false, lstrip: false, rstrip: content === '<|end|>', normalized: false })),
      normalizer: null,
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      // As Llama 3's: a text begins with a token, which the template of chats writes itself.
      post_processor: { type: 'TemplateProcessing', single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }], pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }], special_tokens: { '<s>': { id: '<s>', ids: [0], tokens: ['<s>'] } } },
      decoder: { type: 'ByteLevel' },
      model: { type: 'BPE', vocab: Object.fromEntries(tokens.map((token, i) => [token, i])), merges },
    }),
    'tokenizer_config.json': tinyJson({ bos_token: '<s>', eos_token: { content: '</s>' }, ...(chat_template !== undefined && { chat_template }), ...more }),
  };
}

/** A small Llama with it, as files of its folder. */
export const chatModelFiles = (chat_template?: unknown): Record<string, Uint8Array> => ({ ...tinyDecoderFiles('Llama', { vocab_size: 280, max_position_embeddings: 96, eos_token_id: 1 }), ...chatTokenizer(chat_template) });
