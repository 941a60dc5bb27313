import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { makeRun, useRuns, type Run } from '../core/runs/runs';
import { standardTrain } from '../core/settings/fields';
import { shareWords } from '../core/words/share';

vi.stubGlobal('location', { origin: 'http://localhost', pathname: '/', hostname: 'localhost', href: 'http://localhost/' });
const { default: ShareBody } = await import('./ShareBody');

/** Buttons that stand out, in their order. */
const first = (): string[] => [...renderToStaticMarkup(createElement(ShareBody)).matchAll(/<button[^>]*class="[^"]*primary[^"]*"[^>]*>(.*?)<\/button>/g)].map(([, text]) => text!.replaceAll(/<[^>]*>/g, ''));

test('where there are results the report is the first offer, since a link carries settings only', () => {
  expect(first()).toEqual([expect.stringContaining(shareWords.copy)]);
  const run: Run = { ...makeRun({ id: 'a', name: 'a', model: 'm', data: 'd', method: { method: 'lora' }, train: standardTrain(false) }, { modelTitle: 'm', dataTitle: 'd', classes: [] }, '', 1), evaluations: [{ step: 1, split: 'test', loss: 1, accuracy: 0.5, count: 2, per_class: [], confusion: [] }] };
  // What is rendered once has the first state of a store.
  Object.assign(useRuns.getInitialState(), { runs: [run] });
  expect(first()).toEqual([shareWords.report]);
  const page = renderToStaticMarkup(createElement(ShareBody));
  expect(page.indexOf(shareWords.report)).toBeLessThan(page.indexOf(shareWords.copy));
  expect(page).toContain(shareWords.carries);
});
