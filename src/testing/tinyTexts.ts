import { openTexts, type TextDataset } from '../data/texts';
import { memoryTree } from '../io/fileTree';
import { parseModel } from '../models';
import { textModel, type LanguageForm, type TextModel } from '../models/text';
import { traceModel } from '../models/trace';
import { openModel, type LoadedModel } from '../train/openModel';
import { TextFeed } from '../train/textFeed';
import type { Split } from '../data/source';
import { defined } from '../numbers/defined';
import { randomNormal } from './checkOp';
import { tinyJson, tinyWeights } from './tiny';

/** Small models of texts whose tokens are whole words, and texts that such models can learn. */

const words = ['the', 'was', 'and', 'long', 'tea', 'film', 'day', 'song', 'room', 'lovely', 'great', 'fine', 'awful', 'poor', 'dull', 'ann', 'bob', 'paris', 'rome', 'lives', 'in'];
const special = ['[CLS]', '[PAD]', '[SEP]', '[UNK]'];
const vocabulary = Object.fromEntries([...special, ...words].map((word, i) => [word, i]));

/** tokenizer.json of whole words, between [CLS] and [SEP]. */
export const wordTokenizer = (): Record<string, Uint8Array> => ({
  'tokenizer.json': tinyJson({
    version: '1.0',
    added_tokens: special.map((content, id) => ({ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'BertProcessing', sep: ['[SEP]', 2], cls: ['[CLS]', 0] },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: vocabulary },
  }),
  'tokenizer_config.json': tinyJson({ pad_token: '[PAD]', tokenizer_class: 'BertTokenizer' }),
});

/** config.json of a small encoder of a `model_type`. */
export const encoderConfig = (model_type: string) => ({ model_type, vocab_size: 32, hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 48, max_position_embeddings: 20, type_vocab_size: 2, pad_token_id: 1, layer_norm_eps: 1e-5 });

/** The files of a small encoder of a `model_type`, weights made by a formula. */
export function tinyEncoderFiles(model_type: string, more: Record<string, unknown> = {}): Record<string, Uint8Array> {
  const config = { ...encoderConfig(model_type), ...more };
  return { 'config.json': tinyJson(config), 'model.safetensors': tinyWeights(traceModel(parseModel(config)).weights, 7), ...wordTokenizer() };
}

export const tinyEncoder = (model_type: string, more: Record<string, unknown> = {}): Promise<LoadedModel> => openModel(memoryTree(`tiny ${model_type}`, tinyEncoderFiles(model_type, more)));

/** Draws one of several. */
const drawer = (seed: number) => {
  const random = randomNormal(seed);
  return <T>(of: readonly T[]): T => defined(of[Math.floor(Math.abs(random()) * 1000) % of.length]);
};

const things = ['tea', 'film', 'day', 'song', 'room'];
const [good, bad] = [['lovely', 'great', 'fine'], ['awful', 'poor', 'dull']];

/** Texts that say well or ill of something, as CSV with a header. */
export function moodCsv(count: number, seed: number): string {
  const draw = drawer(seed);
  const line = (i: number) => `the ${draw(things)} was ${draw(i % 2 ? good : bad)}${draw(['', ' and long'])},${i % 2 ? 'good' : 'bad'}`;
  return `sentence,label\n${Array.from({ length: count }, (_, i) => line(i)).join('\n')}\n`;
}

/** Pairs and how alike they are: 0.5 and 3.5, by what is said of both. */
export function likeCsv(count: number, seed: number): string {
  const draw = drawer(seed);
  const line = (i: number) => {
    const first = draw([good, bad]);
    const second = i % 2 ? first : first === good ? bad : good;
    return `the ${draw(things)} was ${draw(first)},the ${draw(things)} was ${draw(second)},${i % 2 ? 3.5 : 0.5}`;
  };
  return `sentence1,sentence2,score\n${Array.from({ length: count }, (_, i) => line(i)).join('\n')}\n`;
}

/** Sentences whose names of people and places are tagged, as JSON lines. */
export function taggedLines(count: number, seed: number): string {
  const draw = drawer(seed);
  return Array.from({ length: count }, () => JSON.stringify({ tokens: [draw(['Ann', 'Bob']), 'lives', 'in', draw(['Paris', 'Rome'])], tags: ['PER', 'O', 'O', 'LOC'] })).join('\n');
}

/** Tables as a set of texts. */
export const tinyTexts = (files: Record<string, string | Uint8Array>, options?: Parameters<typeof openTexts>[1]): Promise<TextDataset> =>
  openTexts(memoryTree('texts', Object.fromEntries(Object.entries(files).map(([path, text]) => [path, typeof text === 'string' ? new TextEncoder().encode(text) : text]))), options);

/** A model in a form, and what a run on texts takes besides. */
export async function textRun(loaded: LoadedModel, form: Partial<LanguageForm> = {}): Promise<{ model: LoadedModel & { net: TextModel }; feedOf: (split: Split) => TextFeed }> {
  const net = textModel(textModel(loaded.net).with({ tokens: 12, ...form }));
  const tokenizer = await loaded.texts!();
  return { model: { ...loaded, net }, feedOf: (split) => new TextFeed(split, tokenizer, net) };
}
