// The tokenizer of roberta-nano and llama-nano: whole words of the village, and letters for all others.
import { words } from './make.mjs';

const special = ['[PAD]', '[CLS]', '[SEP]', '[UNK]', '[MASK]', '[END]'];
const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const marks = [...'.,?!:;\'"()-'];

/** All tokens, in order. */
export const tokens = [...special, ...words, ...marks, ...letters.filter((letter) => !words.includes(letter)), ...letters.map((letter) => `##${letter}`)];

/** tokenizer.json and tokenizer_config.json: for an encoder with [CLS] and [SEP] around, for a decoder with an [END] that it learns to say. */
export function tokenizerFiles(encoder) {
  const id = (token) => tokens.indexOf(token);
  return {
    'tokenizer.json': {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: special.map((content) => ({ id: id(content), content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
      normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: true, lowercase: true },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: encoder ? { type: 'BertProcessing', sep: ['[SEP]', id('[SEP]')], cls: ['[CLS]', id('[CLS]')] } : null,
      decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
      model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: Object.fromEntries(tokens.map((token, i) => [token, i])) },
    },
    'tokenizer_config.json': { tokenizer_class: 'PreTrainedTokenizerFast', model_max_length: 64, pad_token: '[PAD]', unk_token: '[UNK]', ...(encoder ? { cls_token: '[CLS]', sep_token: '[SEP]', mask_token: '[MASK]' } : { eos_token: '[END]' }) },
  };
}
