import type { Files, Parser } from '../testing/chaos/parser';
import { tinyJson } from '../testing/tiny';
import { chatMl, chatTokenizer } from '../testing/tinyChats';
import { wordTokenizer } from '../testing/tinyTexts';
import { tinyTokenizerJson } from '../testing/tinyTokenizer';
import { ChatTemplate } from './chatTemplate';
import { memoryTree } from './fileTree';
import { openTextTokenizer } from './textTokenizer';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const textTokenizer: Parser = {
  name: 'tokenizer, texts',
  samples: async (): Promise<Files[]> => {
    const { 'tokenizer.json': bytes, ...rest } = wordTokenizer();
    const json = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const pieces = { type: 'TemplateProcessing', single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }], pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }], special_tokens: { '[CLS]': { id: '[CLS]', ids: [0], tokens: ['[CLS]'] } } };
    const unigram = { type: 'Unigram', unk_id: 0, vocab: [['[CLS]', 0], ['[PAD]', 0], ['[SEP]', 0], ['[UNK]', 0], ['▁tea', -2], ['▁', -3], ['fi', -4], ['ne', -5]] };
    return [
      { 'tokenizer.json': bytes!, ...rest },
      { 'tokenizer.json': tinyJson({ ...json, post_processor: { type: 'Sequence', processors: [{ type: 'ByteLevel' }, pieces] } }), ...rest },
      { 'tokenizer.json': tinyJson({ ...json, model: unigram, normalizer: { type: 'NFKC' }, pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' }, decoder: { type: 'Metaspace', replacement: '▁' } }), ...rest },
      { 'tokenizer.json': tinyTokenizerJson((bytePairs) => Object.assign(bytePairs, { post_processor: null, decoder: { type: 'ByteLevel' } })), ...rest },
    ];
  },
  async read(files) {
    const tokenizer = await openTextTokenizer(memoryTree('model', files));
    tokenizer.decode(tokenizer.encode('The tea was lovely, Ünïcode 🐈 12', 'a day', 16).ids);
    tokenizer.encode('fine');
  },
};

const chatTemplate: Parser = {
  name: 'chat template',
  samples: async (): Promise<Files[]> => [
    { ...chatTokenizer([{ name: 'default', template: chatMl }]) },
    { ...chatTokenizer(), 'chat_template.jinja': utf8("{{- bos_token }}{% for m in messages %}{% set said = m.content | trim %}{% if m.role == 'assistant' %}A:{% generation %}{{ said + eos_token }}{% endgeneration %}{% elif loop.first or m.tool_calls is defined %}{{ raise_exception('no ' ~ m.role) if not m.content else said.split(' ')[0] | tojson }}{% endif %}{% endfor %}") },
  ],
  hit: /^(tokenizer_config\.json|chat_template\.jinja)$/,
  async read(files) {
    const { chat } = await openTextTokenizer(memoryTree('model', files));
    ChatTemplate.of(chat)?.render([{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'tea 1?' }, { role: 'assistant', content: 'Fine.' }], { asks: true });
  },
};

export const parsers = [textTokenizer, chatTemplate];
