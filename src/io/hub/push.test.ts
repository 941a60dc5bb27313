import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defined } from '../../numbers/defined';
import { noise, startHub, type FakeHub } from '../../testing/hubServer.node';
import { HubError } from './hubError';
import { pushFiles, type PushOptions } from './push';

const token = 'hf_may_write';
let hub: FakeHub;
beforeAll(async () => {
  hub = await startHub({});
  hub.writer = token;
});
afterAll(() => hub.close());

const large = noise(5_000_000);
const files = [{ path: 'model.safetensors', bytes: new Blob([large as BlobPart]) }, { path: 'config.json', bytes: new TextEncoder().encode('{"é": 1}') }];
const push = (to: string, change: Partial<PushOptions> = {}) => pushFiles(to, files, { endpoint: hub.endpoint, token, message: 'm', ...change });
const store = () => createHash('sha256').update(large).digest('hex');

test('a blob of several pieces comes whole, and its bytes are counted', async () => {
  const counted: number[][] = [];
  const { url, commit } = await push('me/whole', { onBytes: (done, total) => counted.push([done, total]) });
  const repo = hub.repos.get('me/whole')!;
  expect([url, commit]).toEqual([`${hub.endpoint}/me/whole`, repo.commit]);
  expect(repo.files.get('model.safetensors')!.sha256).toBe(store());
  expect(hub.log.filter(({ origin, headers }) => origin === 'cdn' && headers.authorization !== undefined)).toEqual([]);
  expect(new TextDecoder().decode(repo.files.get('config.json')!.at(0, 9))).toBe('{"é": 1}');
  expect([counted[0], counted.at(-1)]).toEqual([[0, large.length], [large.length, large.length]]);
});

test('a cancel ends it while a large file is on its way, in its commit and before it begins, and no file has changed', async () => {
  hub.objects.clear();
  for (const where of [store(), 'commit/main']) {
    hub.fail(where, { hangAfter: 0 });
    const abort = new AbortController();
    const seen = hub.log.length;
    const pushing = push('me/cancelled', { signal: abort.signal });
    await expect.poll(() => hub.log.slice(seen).some(({ url }) => defined(url.split('?')[0]).endsWith(where)), { timeout: 30_000 }).toBe(true);
    abort.abort();
    await expect(pushing).rejects.toThrow(/abort/i);
    expect([...hub.repos.get('me/cancelled')!.files]).toEqual([]);
  }
  await expect(push('me/never', { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  expect(hub.repos.has('me/never')).toBe(false);
});

test('what goes wrong is said in words, without the token or a signed address', async () => {
  const why = async (path: string, status: number) => {
    hub.objects.clear();
    hub.fail(path, { status });
    const error = await push('me/wrong').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HubError);
    expect(String(error)).not.toMatch(/hf_|signature/);
    return (error as Error).message;
  };
  expect(await why('repos/create', 401)).toMatch(/does not accept the access token \(401\)/);
  expect(await why('repos/create', 403)).toMatch(/may not write to me\/wrong \(403\)/);
  expect(await why('preupload/main', 404)).toMatch(/has no repository me\/wrong/);
  expect(await why('commit/main', 503)).toMatch(/trouble of its own \(503\)/);
  expect(await why('preupload/main', 201)).toMatch(/does not answer for me\/wrong as a hub does/);
  expect(await why(store(), 500)).toMatch(/The store of .* answered 500/);
  hub.objects.clear();
  hub.full = 'Private storage limit reached: free some - Request ID: 1';
  await expect(push('me/wrong')).rejects.toThrow(/does not take a file of me\/wrong: Private storage limit reached: free some$/);
  hub.full = undefined;
  await expect(push('me/wrong', { endpoint: 'http://127.0.0.1:9' })).rejects.toThrow(/cannot be reached/);
});
