import type { Files, Parser } from '../testing/chaos/parser';
import { tinyJson } from '../testing/tiny';
import { parseEdits } from './edits';

const edits: Parser = {
  name: 'edits of data',
  samples: async (): Promise<Files[]> => [{ 'edits.json': tinyJson({ version: 1, disabled_classes: ['cat'], disabled: ['train/cat/0.png'], relabelled: [['train/dog/1.png', 'cat']], split: { seed: 3, train: 0.7, val: 0.1, test: 0.2 } }) }],
  read: (files) => parseEdits(new TextDecoder().decode(files['edits.json'])),
};

export const parsers = [edits];
