import { defined } from '../../numbers/defined';
import type { Files, Parser } from '../../testing/chaos/parser';
import { decoderTokenizers } from '../../testing/decoderTokenizers';
import { memoryTree } from '../fileTree';
import { openTextTokenizer } from '../textTokenizer';
import { ggufTokenizer } from './tokenizer';

const ggufTokens: Parser = {
  name: 'tokenizer, GGUF',
  samples: async (): Promise<Files[]> => Object.values(decoderTokenizers).map((make) => make()),
  async read(files) {
    const tokenizer = await openTextTokenizer(memoryTree('model', files));
    ggufTokenizer({ json: defined(files['tokenizer.json']), tokenizer, size: 320, name: 'some' });
  },
};

export const parsers = [ggufTokens];
