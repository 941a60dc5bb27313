import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Hub } from '../io/hub/hub';
import { HubError } from '../io/hub/hubError';
import { opfsFiles } from '../io/hub/opfsFiles';
import { defined } from '../numbers/defined';
import { classTable } from '../testing/classTable';
import { goldenPath } from '../testing/golden';
import { bytesContent, commitOf, type FakeHub, type HubContent, startHub, textContent } from '../testing/hubServer.node';
import { fakeStorage } from '../testing/opfs';
import { trainDefaults } from '../train/config';
import type { HubEvent } from '../train/protocol';
import type { StudioWorker } from './protocol';
import { openStudio } from './studio';

const VIT = goldenPath('models/vit_small_dev')!;
const files: Record<string, HubContent> = Object.fromEntries(['config.json', 'model.safetensors'].map((f) => [f, bytesContent(new Uint8Array(readFileSync(join(VIT, f))))]));
const PAIR = join(import.meta.dirname, '../../public/data/fashion-mnist');
let server: FakeHub;
let studio: StudioWorker;
let storage: StorageManager;
const events: HubEvent[] = [];
const studioOn = (from: StorageManager) => openStudio(undefined, '', true, { hub: new Hub(() => opfsFiles(from)) });
const listen = (event: HubEvent) => void events.push(event);

beforeAll(async () => {
  server = await startHub({ 'dev/vit': files, 'dev/other': { 'config.json': textContent({ model_type: 'bert' }), 'model.safetensors': defined(files['model.safetensors']) } });
});
afterAll(() => server.close());
beforeEach(() => {
  studio = studioOn((storage = fakeStorage()));
  events.length = 0;
});

test('a model by id: loaded, registered, found again after a reload without a connection, deleted', async () => {
  const info = await studio.importHubModel('dev/vit', { endpoint: server.endpoint, revision: commitOf('dev/vit') }, listen);
  expect(info).toMatchObject({ id: `dev/vit@${commitOf('dev/vit')}`, family: 'vit', builtin: false });
  expect(events.map((e) => e.status)).toContain('progress_total');
  expect(events.at(-1)).toMatchObject({ status: 'ready', model: 'dev/vit' });
  expect((await studio.budget(info.id, ['query'], ['a', 'b', 'c'], 1000, trainDefaults, 0)).length).toBeGreaterThan(0);

  const reloaded = studioOn(storage);
  const asked = server.log.length;
  expect(await reloaded.openCachedModel(info.id)).toEqual(info);
  expect((await reloaded.budget(info.id, ['query'], ['a', 'b', 'c'], 1000, trainDefaults, 0)).length).toBeGreaterThan(0);
  expect(server.log.length).toBe(asked);
  const cache = await reloaded.hubCache();
  expect(cache).toMatchObject({ kind: 'opfs', quota: 1e9, repos: [{ id: 'dev/vit', bytes: defined(files['config.json']).size + defined(files['model.safetensors']).size }] });
  expect((await reloaded.deleteHubRepo(defined(cache.repos[0]).key)).repos).toEqual([]);
  await expect(reloaded.openCachedModel(info.id)).rejects.toThrow(/not in the cache any more/);
  await expect(studioOn(storage).budget(info.id, ['query'], ['a', 'b', 'c'], 1000, trainDefaults, 0)).rejects.toThrow(/not in the cache any more/);
});

test('cancelled at once', async () => {
  server.fail('model.safetensors', { hangAfter: 1000 });
  let cancelled = false; // once: a second event must not cancel the import that follows
  const loading = studio.importHubModel('dev/vit', { endpoint: server.endpoint }, (event) => {
    if (cancelled || event.status !== 'download' || event.file !== 'model.safetensors') return;
    cancelled = true;
    setTimeout(() => studio.cancelHub('dev/vit'), 20);
  });
  await expect(loading).rejects.toThrow(HubError);
  expect(await studio.importHubModel('dev/vit', { endpoint: server.endpoint }, listen)).toMatchObject({ id: 'dev/vit' });
});

test('what cannot be used is not registered', async () => {
  await expect(studio.importHubModel('dev/other', { endpoint: server.endpoint }, listen)).rejects.toThrow(/bert/);
  await expect(studio.importHubModel('dev/none', { endpoint: server.endpoint }, listen)).rejects.toThrow(/has no model dev\/none/);
  await expect(studio.importHubModel('../x', { endpoint: server.endpoint }, listen)).rejects.toThrow(/is not a hub id/);
});

test('of a set of texts that holds several, one by its config; all of them at once are refused', async () => {
  const table = (names: string[]) => bytesContent(classTable(Array.from({ length: 8 }, (_, i) => [`text ${i}`, i % 2] as const), names));
  server.repos.set('dev/glue', { commit: commitOf('g'), refs: { main: commitOf('g') }, files: new Map([['cola/train.parquet', table(['unacceptable', 'acceptable'])], ['sst2/train.parquet', table(['negative', 'positive'])]]) });
  const info = await studio.importHubData('dev/glue', { endpoint: server.endpoint, config: 'sst2' }, listen);
  expect(info).toMatchObject({ id: 'dev/glue@main:sst2', classes: ['negative', 'positive'], train: 6, test: 2, texts: { labels: 'classes' } });
  expect(server.log.some(({ url }) => url.includes('cola'))).toBe(false);
  expect(await studioOn(storage).openCachedData('dev/glue@main:sst2')).toEqual(info);
  await expect(studio.importHubData('dev/glue', { endpoint: server.endpoint }, listen)).rejects.toThrow('sst2/train.parquet names other classes than cola/train.parquet');
});

test('a data set by id', async () => {
  server.repos.set('dev/clothes', { commit: commitOf('c'), refs: { main: commitOf('c') }, files: new Map(readdirSync(PAIR).map((f) => [f, bytesContent(new Uint8Array(readFileSync(join(PAIR, f))))])) });
  const info = await studio.importHubData('dev/clothes', { endpoint: server.endpoint }, listen);
  expect(info).toMatchObject({ id: 'dev/clothes', builtin: false });
  expect(info.classes.length).toBe(10);
});
