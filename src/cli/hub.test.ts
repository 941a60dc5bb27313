import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { goldenPath } from '../testing/golden';
import { bytesContent, commitOf, type FakeHub, type HubContent, startHub, textContent } from '../testing/hubServer.node';
import { reporter } from './hub';
import { main } from './main';

const dir = mkdtempSync(join(tmpdir(), 'fullrank-cli-hub-'));
const folder = (path: string): Record<string, HubContent> => Object.fromEntries(readdirSync(goldenPath(path)!).map((f) => [f, bytesContent(new Uint8Array(readFileSync(join(goldenPath(path)!, f))))]));
const VIT = 'models/vit_small_dev';
const ADAPTER = 'adapters/vit_small_dev/dora_r4';
const BATCH = goldenPath(`${VIT}/io.safetensors`)!;
let server: FakeHub;
const err: string[] = [];

beforeAll(async () => {
  server = await startHub({ 'dev/vit-small': folder(VIT), 'dev/vit-dora': folder(ADAPTER) });
  server.repos.get('dev/vit-small')!.refs['v1'] = commitOf('dev/vit-small');
  server.repos.get('dev/vit-dora')!.token = 'hf_test';
  vi.stubEnv('FULLRANK_CACHE', join(dir, 'cache'));
  vi.stubEnv('HF_ENDPOINT', server.endpoint);
  vi.stubEnv('HF_TOKEN', 'hf_test');
});
afterAll(async () => {
  await server.close();
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(() => {
  err.length = 0;
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  return () => vi.restoreAllMocks();
});

const step = (model: string, adapter: string, out: string, ...more: string[]) => main(['step', '--model', model, '--adapter', adapter, '--batch', BATCH, '--out', join(dir, out), ...more]);

test('plan takes config.json alone; step takes model and adapter by id, to the same bytes as from folders; then without a connection', async () => {
  expect(await main(['plan', '--model', 'dev/vit-small', '--revision', 'v1', '--method', 'lora'])).toBe(0);
  expect(server.log.some((r) => r.url.includes('.safetensors'))).toBe(false);
  expect(await step('dev/vit-small@v1', 'dev/vit-dora', 'hub')).toBe(0);
  expect(err.join('')).toMatch(/dev\/vit-small: model.safetensors loaded\n/);
  expect(await step(goldenPath(VIT)!, goldenPath(ADAPTER)!, 'folder')).toBe(0);
  expect(Buffer.compare(readFileSync(join(dir, 'hub')), readFileSync(join(dir, 'folder')))).toBe(0);
  expect(JSON.stringify(err)).not.toContain('hf_test');

  err.length = 0;
  const asked = server.log.length;
  expect(await step('dev/vit-small@v1', 'dev/vit-dora', 'offline', '--offline')).toBe(0);
  expect([server.log.length, err]).toEqual([asked, []]);
  expect(await step('dev/vit-small@v1', 'dev/vit-dora', 'again')).toBe(0);
  expect(server.log.length).toBe(asked + 2); // both listings
});

test('data that hold several sets: one by its config, from the hub and out of a folder', async () => {
  const sets = { 'cola/train.csv': 'sentence,label\na day,good\n', 'mnli/train.csv': 'premise,label\na day,neutral\n' };
  server.repos.set('dev/glue', { commit: commitOf('g'), refs: { main: commitOf('g') }, files: new Map(Object.entries(sets).map(([path, text]) => [path, textContent(text)])) });
  for (const [path, text] of Object.entries(sets)) {
    mkdirSync(join(dir, 'glue', dirname(path)), { recursive: true });
    writeFileSync(join(dir, 'glue', path), text);
  }
  for (const data of ['dev/glue', join(dir, 'glue')]) {
    expect(await main(['eval', '--model', 'bert-nano', '--data', data, '--task', 'sequence-classification', '--config', 'mnli', '--text-column', 'nothing'])).toBe(1);
    expect(err.at(-1)).toMatch(/train\.csv has no column "nothing"; it has premise, label\./);
  }
  expect(server.log.some(({ url }) => url.includes('cola'))).toBe(false);
  err.length = 0;
  expect(await main(['data', '--data', 'fashion-mnist', '--config', 'x'])).not.toBe(0);
  expect(err).toEqual([expect.stringMatching(/--config is of a folder or a hub id that holds several sets, which "fashion-mnist" is not/)]);
});

test('one line for people', async () => {
  expect(await main(['plan', '--model', 'dev/nothing', '--method', 'lora'])).toBe(1);
  expect(await main(['plan', '--model', 'dev/vit-small@v1', '--revision', 'v2', '--method', 'lora'])).toBe(1);
  expect(await main(['plan', '--model', 'dev/vit-small', '--endpoint', 'nowhere', '--method', 'lora'])).toBe(1);
  expect(err).toEqual([
    expect.stringMatching(/^fullrank: "dev\/nothing" is neither built in nor a folder here, and as a hub id: http.* has no model dev\/nothing/),
    expect.stringMatching(/Two revisions are asked for, "v1" and "v2"/),
    expect.stringMatching(/"nowhere" is not the address of a hub/),
  ]);
});

test('progress on a terminal is one line that goes away', () => {
  let shown = '';
  const report = reporter((text) => (shown += text), true);
  const amount = { loaded: 5e6, total: 2e7, progress: 25, rate: 1e6, seconds_left: 14.2 };
  report({ status: 'progress_total', name: 'a/b', files: {}, ...amount });
  expect(shown).toBe(''); // nothing is fetched: it comes from the cache
  report({ status: 'download', name: 'a/b', file: 'x' });
  report({ status: 'progress_total', name: 'a/b', files: {}, ...amount });
  expect(shown).toBe('\r\x1b[Ka/b  25 %  5.0 MB of 20.0 MB  1.0 MB/s  15 s left');
  report({ status: 'ready', name: 'a/b', model: 'a/b', task: 'model' });
  expect(shown.endsWith('\r\x1b[K')).toBe(true);
});
