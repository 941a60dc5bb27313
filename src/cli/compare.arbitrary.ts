import type { Parser } from '../testing/chaos/parser';
import { gridSample } from '../testing/chaos/samples';
import { parseSpec } from './compare';

/** The grid of `fullrank compare` and of a study. */
const spec: Parser = {
  name: 'study and compare',
  samples: async () => [{ 'study.json': new TextEncoder().encode(JSON.stringify(gridSample)) }],
  read: (files) => parseSpec(new TextDecoder().decode(files['study.json']), 'study.json'),
};

export const parsers = [spec];
