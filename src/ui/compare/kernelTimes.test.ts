import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { runRecord } from '../../testing/runRecord';
import type { DeviceReport } from '../../train/protocol';
import { useCatalog } from '../core/data/catalog';
import { runOf } from '../core/runs/runRecords';
import { KernelTimes } from './KernelTimes';
import { boardWords } from '../core/words/board';

const { run } = runOf(runRecord(), 'a');

/** Renders the chart for a device with these features; a store's initial state is what is rendered without a browser. */
function drawn(features: string[]): string {
  Object.assign(useCatalog.getInitialState(), { device: { features } as DeviceReport });
  return renderToStaticMarkup(createElement(KernelTimes, { run }));
}

test('the next step is offered to be timed where the device gives timestamps, and why not where it gives none', () => {
  const [able, unable] = [drawn(['timestamp-query']), drawn([])];
  expect([able.includes(boardWords.timesButton), able.includes(boardWords.timesNone)]).toEqual([true, false]);
  expect([unable.includes(boardWords.timesButton), unable.includes(boardWords.timesNone), unable.includes(boardWords.timesWhen)]).toEqual([false, true, false]);
});
