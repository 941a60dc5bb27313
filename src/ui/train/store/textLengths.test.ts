import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { DataInfo, ModelInfo } from '../../../train/protocol';
import { useCatalog } from '../../core/data/catalog';
import { lengthsKey, useLengths } from './lengths';
import { useSettings } from '../../core/settings/settings';
import { TextLengths } from '../TextLengths';

/** Sets a store's initial state: the one that is rendered without a browser. */
const begin = <T extends object>(store: { getInitialState: () => T }, state: Partial<T>): T => Object.assign(store.getInitialState(), state);

/** The panel where these most tokens were set, of a model with so many positions. */
function page(maxLength: number, positions: number, unknown = 0): string {
  begin(useCatalog, { models: [{ id: 'model', language: { max_tokens: positions, reads: ['text'], onnx: true, gguf: false } }] as unknown as ModelInfo[], datasets: [{ id: 'data', texts: { labels: 'classes', reading: {} } }] as unknown as DataInfo[] });
  begin(useSettings, { model: 'model', data: 'data', maxLength });
  const most = Math.min(maxLength || 128, positions);
  begin(useLengths, { of: lengthsKey('model', 'data'), lengths: { texts: 40, shortest: 100, longest: 200, most, cut: 40, lost: 900, width: 100, counts: [10, 30], words: { all: 900, unknown, most: ['lecker', 'schade'] }, samples: [] }, error: '' });
  return renderToStaticMarkup(createElement(TextLengths, { tokens: true }));
}

test('most tokens of a text are set beside how long the texts are; what is cut says so while the model could read more', () => {
  const usual = page(0, 512);
  expect(usual).toContain('40 of 40 texts are longer than 128 tokens and end there; 900 tokens are cut. You can raise the limit under Tokens.');
  expect(usual).toMatch(/<input[^>]* placeholder="128"[^>]* value=""/);
  expect(page(48, 512)).toMatch(/<input[^>]* value="48"/);
  const whole = page(900, 64);
  expect(whole).toMatch(/<input[^>]* placeholder="64"[^>]* value="64"/);
  expect(whole).toContain('This model has positions for 64;');
  expect(whole).not.toContain('You can raise the limit');
});

test('where a model does not know many of the words, it is told with the most frequent ones', () => {
  expect(page(0, 512, 306)).toContain('The model does not know 34 % of the words, most often “lecker” and “schade”.');
  expect(page(0, 512, 40)).not.toContain('does not know');
});
