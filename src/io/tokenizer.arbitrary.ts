import type { Files, Parser } from '../testing/chaos/parser';
import { tinyJson } from '../testing/tiny';
import { tinyMerges, tinyTokenizerJson } from '../testing/tinyTokenizer';
import { memoryTree } from './fileTree';
import { openTokenizer } from './tokenizer';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const clipTokenizer: Parser = {
  name: 'tokenizer, CLIP',
  samples: async (): Promise<Files[]> => {
    const { model } = JSON.parse(new TextDecoder().decode(tinyTokenizerJson())) as { model: { vocab: Record<string, number> } };
    return [
      { 'tokenizer.json': tinyTokenizerJson(), 'tokenizer_config.json': tinyJson({ bos_token: '<|startoftext|>', eos_token: { content: '<|endoftext|>' }, pad_token: null }) },
      { 'vocab.json': tinyJson(model.vocab), 'merges.txt': utf8(`#version: 0.2\n${tinyMerges.join('\n')}\n`) },
    ];
  },
  async read(files) {
    const tokenizer = await openTokenizer(memoryTree('model', files));
    tokenizer.decode(tokenizer.encode('A photo of\u200b CLASS nr. 12, Ünïcode 🐈', 77));
  },
};

export const parsers = [clipTokenizer];
