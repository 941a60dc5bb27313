import { defined } from '../numbers/defined';
import type { Files, Parser } from '../testing/chaos/parser';
import { runRecord } from '../testing/runRecord';
import { experimentOf, readResult, resultText } from './study';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const study: Parser = {
  name: 'result of a study',
  samples: async (): Promise<Files[]> => {
    const run = runRecord();
    const { model, data, method, train } = run.spec;
    return [{ 'result.json': utf8(resultText(experimentOf({ model, data, method, train, name: 'one' }), run)) }];
  },
  read: (files) => readResult(text(defined(files['result.json'])), 'result.json'),
};

export const parsers = [study];
