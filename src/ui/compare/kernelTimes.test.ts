import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { runRecord } from '../../testing/runRecord';
import type { DeviceReport } from '../../train/protocol';
import { useCatalog } from '../store/catalog';
import { runOf } from '../store/runRecords';
import { t } from '../strings';
import { KernelTimes } from './KernelTimes';

const { run } = runOf(runRecord(), 'a');

/** What is drawn on a device with these features; what is rendered without a browser is the state that a store began with. */
function drawn(features: string[]): string {
  Object.assign(useCatalog.getInitialState(), { device: { features } as DeviceReport });
  return renderToStaticMarkup(createElement(KernelTimes, { run }));
}

test('the next step is offered to be timed where the device gives timestamps, and why not where it gives none', () => {
  const [able, unable] = [drawn(['timestamp-query']), drawn([])];
  expect([able.includes(t.board.timesButton), able.includes(t.board.timesNone)]).toEqual([true, false]);
  expect([unable.includes(t.board.timesButton), unable.includes(t.board.timesNone), unable.includes(t.board.timesWhen)]).toEqual([false, true, false]);
});
