import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub, textContent, type FakeHub } from '../../testing/hubServer.node';
import { fetchRunFiles } from './runFiles';

let hub: FakeHub;
beforeAll(async () => {
  hub = await startHub({
    'me/tuned': { 'README.md': textContent('# A card'), 'run.json': textContent('{"a":1}'), 'seeds/second/run.json': textContent('{"a":2}'), 'class.runs.json': textContent('{"a":3}'), 'overrun.json': textContent('{"a":4}') },
    'me/model': { 'config.json': textContent({}) },
    'me/empty': {},
  });
  hub.repos.get('me/tuned')!.token = 'hf_may_read';
});
afterAll(() => hub.close());

const access = () => ({ endpoint: hub.endpoint, token: 'hf_may_read' });

test('files of runs are found by their names, wherever they lie, and nothing else is loaded', async () => {
  const seen = hub.log.length;
  const found = await fetchRunFiles('me/tuned', access());
  expect(found.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)])).toEqual([['run.json', '{"a":1}'], ['seeds/second/run.json', '{"a":2}'], ['class.runs.json', '{"a":3}']]);
  expect(hub.log.slice(seen).map(({ url }) => url.split('/').at(-1))).toEqual([expect.stringMatching(/^main/), 'run.json', 'run.json', 'class.runs.json']);
});

test('a repository without runs, one that is not there or not open, and a cancel are said', async () => {
  await expect(fetchRunFiles('me/model', access())).rejects.toThrow('me/model holds no runs: neither a run.json nor a file whose name ends in .runs.json (it has "config.json").');
  await expect(fetchRunFiles('me/empty', access())).rejects.toThrow('me/empty holds no runs: it has no files.');
  await expect(fetchRunFiles('me/none', access())).rejects.toThrow(/has no model me\/none/);
  await expect(fetchRunFiles('me/tuned', { endpoint: hub.endpoint })).rejects.toThrow(/to nobody without an access token/);
  await expect(fetchRunFiles('me/tuned', { ...access(), signal: AbortSignal.abort() })).rejects.toThrow(/cancelled/);
});
