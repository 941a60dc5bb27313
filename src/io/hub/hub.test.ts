import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defined } from '../../numbers/defined';
import { bytesContent, commitOf, type FakeHub, type HubContent, noise, startHub, textContent } from '../../testing/hubServer.node';
import { openCheckpoint } from '../checkpoint';
import type { FileTree } from '../fileTree';
import { writeSafetensors } from '../safetensors';
import { diskFiles } from './diskFiles.node';
import type { HubEvent } from './events';
import { Hub, type OpenOptions } from './hub';
import { HubError } from './hubError';
import { memoryFiles } from './memoryFiles';

const ID = 'someone/tiny-vit';
const weights = noise(600_000);
const shard = (name: string, seed: number) => bytesContent(writeSafetensors({ [name]: { dtype: 'F32', shape: [1000], data: new Float32Array(1000).fill(seed) } }));
const tiny: Record<string, HubContent> = {
  'config.json': textContent({ model_type: 'vit' }),
  'preprocessor_config.json': textContent({ size: 224 }),
  'README.md': textContent('# not needed'),
  'pytorch_model.bin': bytesContent(noise(2000, 2)),
  'model.safetensors': bytesContent(weights),
};
const sharded: Record<string, HubContent> = {
  'config.json': textContent({}),
  'model.safetensors.index.json': textContent({ weight_map: { a: 'model-1.safetensors', b: 'model-2.safetensors' } }),
  'model-1.safetensors': shard('a', 1),
  'model-2.safetensors': shard('b', 2),
  'model-3.safetensors': shard('c', 3),
};
const retry = { baseMs: 1, mostMs: 5, stallMs: 20_000, tries: 4, longestWaitMs: 1500 };

let server: FakeHub;
let root: string;
let hub: Hub;
const events: HubEvent[] = [];
beforeEach(async () => {
  server = await startHub({ [ID]: tiny, 'someone/sharded': sharded });
  root = mkdtempSync(join(tmpdir(), 'fullrank-hub-'));
  hub = new Hub(() => diskFiles(root));
  events.length = 0;
});
afterEach(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

const open = (options: OpenOptions = {}, id = ID, from = hub) => from.open(id, { endpoint: server.endpoint, retry, onEvent: (e) => events.push(e), ...options });
const refused = async (promise: Promise<unknown>): Promise<HubError> => {
  const error = await promise.then(() => null, (e: unknown) => e);
  expect(error).toBeInstanceOf(HubError);
  return error as HubError;
};
const notices = () => events.flatMap((e) => (e.status === 'notice' ? [e.text] : []));
const cdnRanges = () => server.log.filter((r) => r.origin === 'cdn').map((r) => r.headers.range ?? '');
const onDisk = () => (readdirSync(root, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name).slice(root.length + 1)));
const partial = () => onDisk().filter((p) => p.includes('/partial/'));
/** Comparing 600 kB through `toEqual` takes seconds. */
const isWhole = async (tree: FileTree) => expect(Buffer.compare(await tree.read('model.safetensors'), weights)).toBe(0);
/** Resolves when the unfinished file has so many bytes. */
const untilBytes = async (n: number) => {
  const size = () => Math.max(0, ...partial().filter((p) => p.endsWith('model.safetensors')).map((p) => statSync(join(root, p)).size));
  while (size() < n) await new Promise((done) => setTimeout(done, 5));
};

describe('loading', () => {
  test('brings what is needed of one commit, with events, and nothing else', async () => {
    const tree = await open();
    expect(tree.commit).toBe(commitOf(ID));
    expect(tree.paths().sort()).toEqual(['config.json', 'model.safetensors', 'preprocessor_config.json']);
    await isWhole(tree);
    expect(await tree.read('model.safetensors', 10, 20)).toEqual(weights.subarray(10, 20));
    await expect(tree.read('README.md')).rejects.toThrow('among those that were loaded');
    await expect(tree.read('config.json', 0, 1e9)).rejects.toThrow('are not there');
    expect(tree.bytes).toBe(['config.json', 'model.safetensors', 'preprocessor_config.json'].reduce((n, f) => n + defined(tiny[f]).size, 0));
    // Everything after the listing is asked for by commit.
    expect(server.log.slice(1).every((r) => r.url.includes(commitOf(ID)))).toBe(true);
    expect(partial()).toEqual([]);

    const of = (status: string, file: string) => events.findIndex((e) => e.status === status && 'file' in e && e.file === file);
    const order = ['initiate', 'download', 'progress', 'done'].map((status) => of(status, 'model.safetensors'));
    expect(order.every((at, i) => at >= 0 && (i === 0 || at > defined(order[i - 1])))).toBe(true);
    expect(events.at(-1)).toEqual({ status: 'ready', name: ID, model: ID, task: 'model' });
    const last = events.filter((e) => e.status === 'progress_total').at(-1);
    expect(last).toMatchObject({ loaded: tree.bytes, total: tree.bytes, progress: 100, name: ID });
    expect(notices()).toEqual([]);
  });

  test('shards that the index names', async () => {
    const tree = await open({}, 'someone/sharded');
    expect(tree.paths().sort()).toEqual(['config.json', 'model-1.safetensors', 'model-2.safetensors', 'model.safetensors.index.json']);
    const source = await openCheckpoint(tree);
    expect((await source.readF32('b'))[7]).toBe(2);
    expect(server.log.some((r) => r.url.includes('model-3'))).toBe(false);
    server.repos.get('someone/sharded')!.files.set('model.safetensors.index.json', textContent({ weight_map: { a: '../../etc/passwd' } }));
    await expect(open({}, 'someone/sharded', new Hub(async () => memoryFiles()))).rejects.toThrow('not a safetensors file of the same folder');
  });

  test('a mirror that lists neither sizes nor hashes', async () => {
    server.listSizes = false;
    await isWhole(await open());
    server.fail('model.safetensors', { corrupt: true }, { corrupt: true });
    expect((await refused(open({}, ID, new Hub(async () => memoryFiles())))).message).toContain('SHA-256');
  });

  test('a data set', async () => {
    server.repos.set('someone/pets', { commit: commitOf('p'), refs: { main: commitOf('p') }, files: new Map([['train/cat/1 ü.jpg', bytesContent(noise(100))], ['.gitattributes', textContent('x')], ['data.py', textContent('x')]]) });
    const tree = await open({ kind: 'dataset' }, 'someone/pets');
    expect(tree.paths()).toEqual(['train/cat/1 ü.jpg']);
    expect(await tree.read('train/cat/1 ü.jpg')).toEqual(noise(100));
    expect(server.log.at(-1)!.url).toMatch(/^\/datasets\/someone\/pets\/resolve\/[0-9a-f]{40}\/train\/cat\/1%20%C3%BC.jpg$/);
  });

  test('of a data set that holds several, one: the others are not loaded, and each is found again', async () => {
    const set = { commit: commitOf('g'), refs: { main: commitOf('g') }, files: new Map(['cola/train.csv', 'sst2/train.csv', 'sst2/test.csv'].map((path) => [path, textContent(path)])) };
    server.repos.set('someone/glue', set);
    const tree = await open({ kind: 'dataset', config: 'sst2' }, 'someone/glue');
    expect([tree.name, tree.paths().sort()]).toEqual(['someone/glue/sst2', ['sst2/test.csv', 'sst2/train.csv']]);
    expect(server.log.filter(({ url }) => url.includes('cola'))).toEqual([]);
    expect((await open({ kind: 'dataset' }, 'someone/glue@main:cola')).paths()).toEqual(['cola/train.csv']);
    expect((await refused(open({ kind: 'dataset', config: 'qnli' }, 'someone/glue'))).message).toContain('has no folder "qnli"');
    expect(defined((await hub.cache()).repos[0]).revisions.map(({ revision }) => revision).sort()).toEqual(['main:cola', 'main:sst2']);
    expect((await hub.openCached('someone/glue@main:sst2', 'dataset')).paths()).toEqual(tree.paths());
    expect((await open({ kind: 'dataset', config: 'cola', offline: true }, 'someone/glue')).paths()).toEqual(['cola/train.csv']);
    await refused(hub.openCached('someone/glue', 'dataset'));
    expect((await open({ kind: 'dataset' }, 'someone/glue')).paths().length).toBe(3);
  });

  test('two loads of one file share one download, and one may be cancelled alone', async () => {
    server.fail('model.safetensors', { delayMs: 100 });
    const abort = new AbortController();
    const [first, second] = [open({ signal: abort.signal }), open()];
    const failed = refused(first);
    setTimeout(() => abort.abort(), 50);
    expect((await failed).kind).toBe('cancelled');
    await isWhole(await second);
    expect(cdnRanges()).toEqual(['']);
    // Two processes wait for each other.
    const other = join(root, 'other');
    const both = await Promise.all([0, 1].map(() => open({}, ID, new Hub(() => diskFiles(other)))));
    expect(both.map((t) => t.bytes)).toEqual([defined(both[0]).bytes, defined(both[0]).bytes]);
    expect(cdnRanges()).toEqual(['', '']);
  });
});

describe('the token', () => {
  const token = 'hf_secret123';
  beforeEach(() => Object.assign(server.repos.get(ID)!, { token, gated: true }));

  test('goes to the endpoint, never to where it redirects', async () => {
    await open({ token });
    expect(server.log.filter((r) => r.origin === 'hub').every((r) => r.headers.authorization === `Bearer ${token}`)).toBe(true);
    expect(server.log.filter((r) => r.origin === 'cdn').length).toBe(1);
    expect(server.log.filter((r) => r.origin === 'cdn').every((r) => r.headers.authorization === undefined)).toBe(true);
    expect(server.log.every((r) => !r.url.includes(token))).toBe(true);
    for (const file of onDisk()) expect(readFileSync(join(root, file)).includes(token)).toBe(false);
    expect(JSON.stringify(events)).not.toContain(token);
  });

  test('a browser, which hides where redirects lead, follows by itself and takes the token off', async () => {
    const real = fetch;
    let asked = 0;
    vi.stubGlobal('fetch', async (url: URL, init: RequestInit) => {
      asked++;
      const response = await real(url, init);
      return response.status === 302 ? { type: 'opaqueredirect', status: 0, headers: new Headers(), body: null } : response;
    });
    try {
      server.fail('model.safetensors', { dropAfter: 200_000 });
      await isWhole(await open({ token }));
    } finally {
      vi.unstubAllGlobals();
    }
    const cdn = server.log.filter((r) => r.origin === 'cdn');
    expect([asked, cdn.length]).toEqual([6, 2]); // listing, two small files, the redirect seen, followed, and resumed
    expect(cdn.every((r) => r.headers.authorization === undefined)).toBe(true);
  });

  test('gated: how to get access; a wrong token; neither is repeated', async () => {
    const without = await refused(open());
    expect([without.kind, without.message]).toEqual(['gated', expect.stringMatching(/is gated \(401\): open http.*someone\/tiny-vit while logged in, accept its terms/)]);
    const wrong = await refused(open({ token: 'hf_wrong' }));
    expect(wrong.message).toMatch(/403/);
    expect(wrong.message).not.toContain('hf_wrong');
    server.repos.get(ID)!.gated = false;
    expect((await refused(open())).message).toMatch(/without an access token \(401\): it is private or gated, or does not exist/);
    await expect(open({ token: 'bad token' })).rejects.toThrow('holds characters');
  });
});

describe('trouble', () => {
  test.each([
    [{ shorter: 1 }, /has 599999 bytes at .*its listing says 600000/],
    [{ shorter: -5 }, /has 600005 bytes/],
    [{ corrupt: true }, /SHA-256 is [0-9a-f]{64}, it should be [0-9a-f]{64}. It was not kept/],
  ])('wrong bytes %j: once is mended, twice is refused, and never cached', async (fault, message) => {
    server.fail('model.safetensors', fault, fault);
    const error = await refused(open());
    expect(error.kind).toBe('damaged');
    expect(error.message).toMatch(message);
    expect(onDisk().filter((p) => p.endsWith('model.safetensors'))).toEqual([]);
    server.fail('model.safetensors', fault);
    events.length = 0;
    await isWhole(await open());
    expect(notices()).toEqual([expect.stringMatching(/It is loaded again/)]);
  });

  test('git hashes of small files are checked too', async () => {
    server.fail('/config.json', { corrupt: true }, { corrupt: true });
    expect((await refused(open())).message).toMatch(/"config.json" .* its git hash is/);
  });

  test('a broken download goes on from where it is, each time', async () => {
    server.fail('model.safetensors', { dropAfter: 200_000 }, { dropAfter: 150_000 }, { status: 503 }, { status: 429, headers: { 'retry-after': '0' } });
    await isWhole(await open());
    expect(cdnRanges()).toHaveLength(5);
    const from = cdnRanges().map((r) => Number(/\d+/.exec(r)?.[0] ?? 0));
    expect(from[0]).toBe(0);
    expect(from[1]).toBeGreaterThan(0);
    expect(from[2]).toBeGreaterThan(defined(from[1]));
    expect(from.slice(3)).toEqual([from[2], from[2]]);
    expect(server.log.at(-1)!.headers['if-range']).toBe(server.etag('', defined(tiny['model.safetensors'])));
    expect(notices()).toEqual([]);
  });

  test('also in another process, after a cancellation at once', async () => {
    server.fail('model.safetensors', { hangAfter: 300_000 });
    const abort = new AbortController();
    const failed = refused(open({ signal: abort.signal }));
    await untilBytes(100_000);
    abort.abort();
    const error = await failed;
    expect([error.kind, error.message]).toEqual(['cancelled', expect.stringMatching(/what is already there is kept/)]);
    await new Promise((done) => setTimeout(done, 50));
    // Small files that were under way beside it are kept as well.
    expect(partial()).toContainEqual(expect.stringMatching(/model\.safetensors$/));
    expect((await hub.cache()).repos[0]).toMatchObject({ id: ID, partial_bytes: expect.any(Number), revisions: [] });
    await isWhole(await open({}, ID, new Hub(() => diskFiles(root))));
    expect(cdnRanges().at(-1)).toMatch(/^bytes=[1-9]\d+-$/);
    expect(partial()).toEqual([]);
  });

  test('a connection that stands still counts as broken', async () => {
    server.fail('model.safetensors', { hangAfter: 100_000 }, { delayMs: 1000 });
    // A busy machine may let a good connection stand still for so long, too.
    await isWhole(await open({ retry: { ...retry, stallMs: 400, tries: 50 } }));
    expect(cdnRanges().length).toBeGreaterThan(2);
  });

  test('a server without ranges starts again; a file that changed says so', async () => {
    server.ranges = false;
    server.fail('model.safetensors', { dropAfter: 200_000 });
    await isWhole(await open());
    expect(notices()).toEqual([expect.stringMatching(/starts again from the beginning: the server cannot go on/)]);
    server.ranges = true;
    events.length = 0;
    let asked = 0;
    server.etag = () => `"version ${asked++}"`;
    server.fail('model.safetensors', { dropAfter: 200_000 });
    await isWhole(await open({}, ID, new Hub(async () => memoryFiles())));
    expect(notices()).toEqual([expect.stringMatching(/model.safetensors has changed on the server/)]);
  });

  test('a partial file that was tampered with is thrown away', async () => {
    server.fail('model.safetensors', { hangAfter: 300_000 });
    const abort = new AbortController();
    const failed = refused(open({ signal: abort.signal }));
    await untilBytes(100_000);
    abort.abort();
    await failed;
    await new Promise((done) => setTimeout(done, 50));
    const file = join(root, partial().find((p) => p.endsWith('model.safetensors'))!);
    const bytes = readFileSync(file);
    bytes[5] = defined(bytes[5]) ^ 1;
    writeFileSync(file, bytes);
    await isWhole(await open());
    expect(notices()).toEqual([expect.stringMatching(/is damaged.*loaded again/)]);
  });

  test('errors that stay: tried a few times, then told', async () => {
    server.fail('api', ...Array.from({ length: 4 }, () => ({ status: 500 })));
    const error = await refused(open());
    expect([error.kind, error.message]).toEqual(['server', expect.stringMatching(/has trouble of its own \(500\)/)]);
    expect(server.log).toHaveLength(4);
    server.fail('api', { status: 429, headers: { 'retry-after': '600' } });
    expect((await refused(open())).message).toMatch(/too many requests.*wait 10 minutes/);
    server.fail('model.safetensors', ...Array.from({ length: 4 }, () => ({ status: 500 })));
    const file = await refused(open());
    expect(file.kind).toBe('server');
    expect(file.message).not.toContain('secret-signature');
  });

  test('ids and revisions that are not there, and things that are no hub', async () => {
    expect((await refused(open({}, 'someone/else'))).message).toMatch(/has no model someone\/else/);
    expect((await refused(open({ revision: 'v9' }))).message).toMatch(/has no revision "v9"/);
    server.fail('api', { status: 418 });
    expect((await refused(open())).message).toMatch(/answered 418.*is the endpoint a hub/);
    server.fail('api', { status: 302, headers: { location: 'file:///etc/passwd' } });
    expect((await refused(open())).message).toMatch(/redirects to "file:" addresses/);
    server.fail('api', ...Array.from({ length: 20 }, () => ({ status: 302, headers: { location: '/api/x' } })));
    await expect(open({ retry: { ...retry, tries: 1 } })).rejects.toThrow(HubError);
    await server.close();
    const offline = await refused(open({}, ID, new Hub(async () => memoryFiles())));
    expect([offline.kind, offline.message]).toEqual(['offline', expect.stringMatching(/cannot be reached \(ECONNREFUSED\); check the connection/)]);
  });
});

describe('the cache', () => {
  test('offline after the first load; a commit needs no connection at all', async () => {
    await open();
    const asked = server.log.length;
    await open({ revision: commitOf(ID) });
    expect(server.log).toHaveLength(asked);
    await open();
    expect(server.log).toHaveLength(asked + 1); // the listing: the branch may have moved
    await server.close();
    events.length = 0;
    const again = new Hub(() => diskFiles(root));
    const tree = await open({}, ID, again);
    await isWhole(tree);
    expect(notices()).toEqual([expect.stringMatching(/cannot be reached.*The copy in the cache \(commit [0-9a-f]{7}\) is used/)]);
    expect((await open({ offline: true }, ID, again)).commit).toBe(commitOf(ID));
    expect((await refused(open({ offline: true, revision: 'other' }, ID, again))).message).toMatch(/is not in the cache/);
    // Another endpoint's copy is not taken for this one's.
    expect((await refused(open({ endpoint: 'http://127.0.0.1:1' }, ID, again))).kind).toBe('offline');
  });

  test('a branch that moved on', async () => {
    await open();
    const repo = server.repos.get(ID)!;
    Object.assign(repo, { commit: commitOf('new'), refs: { main: commitOf('new') } });
    repo.files.set('config.json', textContent({ model_type: 'deit' }));
    const tree = await open();
    expect(tree.commit).toBe(commitOf('new'));
    expect(new TextDecoder().decode(await tree.read('config.json'))).toContain('deit');
  });

  test('a cache that lost a file loads it again; a damaged record is made anew', async () => {
    await open();
    rmSync(join(root, onDisk().find((p) => p.includes('/files/') && p.endsWith('config.json'))!));
    expect((await refused(open({ offline: true }))).kind).toBe('offline');
    await open();
    await open({ offline: true });
    writeFileSync(join(root, onDisk().find((p) => p.includes('/snapshots/'))!), '{"commit":"../..","files":[{"path":"../../x","size":1,"hash":null}]}');
    expect((await refused(open({ offline: true }))).kind).toBe('offline');
    await open();
    await open({ offline: true });
  });

  test('lists with sizes, deletes', async () => {
    await open();
    await open({ revision: commitOf('someone/sharded') }, 'someone/sharded');
    writeFileSync(join(root, 'stray'), 'x');
    const cache = await hub.cache();
    expect(cache).toMatchObject({ kind: 'disk', place: root, quota: expect.any(Number) });
    expect(cache.repos.map((r) => r.id)).toEqual(['someone/sharded', ID]);
    expect(cache.repos[1]).toMatchObject({ kind: 'model', host: server.endpoint.slice(7), bytes: 600_000 + defined(tiny['config.json']).size + defined(tiny['preprocessor_config.json']).size, partial_bytes: 0, revisions: [{ revision: 'main', commit: commitOf(ID) }] });
    await hub.remove(defined(cache.repos[1]).key);
    expect((await hub.cache()).repos.map((r) => r.id)).toEqual(['someone/sharded']);
    for (const key of ['..', '', '../x', defined(cache.repos[1]).key]) await expect(hub.remove(key), key).rejects.toThrow(/holds nothing called/);
  });

  test('deleting ends a download of the same', async () => {
    server.fail('model.safetensors', { hangAfter: 300_000 });
    const failed = refused(open({ retry: { ...retry, stallMs: 60_000 } }));
    await untilBytes(100_000);
    await hub.remove(defined((await hub.cache()).repos[0]).key);
    expect((await failed).kind).toBe('cancelled');
    expect(onDisk()).toEqual([]);
  });

  test('refused storage: memory, with a message', async () => {
    const inMemory = new Hub(async () => {
      throw new HubError('storage', 'This browser keeps no files in private windows.');
    });
    await isWhole(await open({}, ID, inMemory));
    expect(notices()).toEqual(['This browser keeps no files in private windows. What is loaded is kept in memory, and must be loaded again next time.']);
    expect((await inMemory.cache())).toMatchObject({ kind: 'memory', repos: [{ id: ID }] });
  });

  test('a small quota: said before anything is loaded, and memory takes over; when that is too small as well, it ends', async () => {
    const small = { ...(await diskFiles(root)), room: async () => ({ usage: 900, quota: 1000 }) };
    await isWhole(await open({}, ID, new Hub(async () => small)));
    expect(notices()).toEqual([expect.stringMatching(/needs 600.\d kB more, and .* has 100 bytes left; delete cached models/)]);
    expect(onDisk()).toEqual([]);
    server.repos.get(ID)!.files.set('model.safetensors', { ...defined(tiny['model.safetensors']), size: 4e9 });
    expect((await refused(open({}, ID, new Hub(async () => small)))).kind).toBe('quota');
  });

  test('a disk that fills up on the way', async () => {
    const full = memoryFiles(400_000);
    const tree = await open({}, ID, new Hub(async () => ({ ...full, kind: 'opfs' as const, room: async () => null })));
    await isWhole(tree);
    expect(notices()).toEqual([expect.stringMatching(/which is full. Meanwhile the rest is kept in memory/)]);
  });
});
