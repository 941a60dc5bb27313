import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defined } from '../numbers/defined';

const root = 'https://class.example/some/studio/';
const files = { 'assets/index-1.js': 10, 'assets/part-1.js': 10, 'assets/large-1.wasm': 10_000_000, 'index.html': 10, 'data/set.json': 10, 'models/weights.safetensors': 2_000_000 };
const html = (build: number) => `<script src="/some/studio/assets/index-${build}.js"></script>`;

let handlers: Record<string, (event: unknown) => void>;
let cached: Map<string, Response>;
/** Files on the server; an absent one fails like a missing connection. */
let server: Map<string, string>;
const fetched: string[] = [];
const keys = () => [...cached.keys()].map((url) => url.slice(root.length)).sort();

beforeEach(async () => {
  handlers = {};
  cached = new Map();
  fetched.length = 0;
  server = new Map([...Object.keys(files).map((path) => [root + path, `${path} of the server`] as [string, string]), [root, html(1)]]);
  const cache = {
    match: async (url: string) => cached.get(url)?.clone(),
    put: async (url: string, response: Response) => void cached.set(url, response),
    delete: async (url: string) => cached.delete(url),
    keys: async () => [...cached.keys()].map((url) => ({ url })),
  };
  vi.stubGlobal('BUILT_FILES', files);
  vi.stubGlobal('caches', { open: async () => cache });
  vi.stubGlobal('fetch', async (asked: string | { url: string }) => {
    const url = typeof asked === 'string' ? asked : asked.url;
    fetched.push(url);
    const body = server.get(url);
    if (body === undefined) throw new TypeError('no connection');
    return new Response(body);
  });
  vi.stubGlobal('self', { location: { href: `${root}sw.js` }, clients: { claim: async () => {} }, skipWaiting: async () => {}, addEventListener: (type: string, handle: (event: unknown) => void) => (handlers[type] = handle) });
  vi.resetModules();
  await import('./serviceWorker');
});
afterEach(() => vi.unstubAllGlobals());

/** Sends an event and waits for all that it began; what a request is answered with, or undefined where it passes by. */
async function send(type: string, about: object): Promise<Response | undefined> {
  const begun: Promise<unknown>[] = [];
  let answer: Promise<Response> | undefined;
  defined(handlers[type])({ ...about, waitUntil: (work: Promise<unknown>) => begun.push(work), respondWith: (response: Promise<Response>) => (answer = response) });
  const response = await answer;
  await Promise.all(begun);
  return response;
}
const ask = async (url: string, more: object = {}) => (await send('fetch', { request: { url, method: 'GET', mode: 'cors', headers: new Headers(), ...more } }))?.text();

test('it answers for the files of its build, below its own address, and for nothing else', async () => {
  expect(await ask(`${root}assets/index-1.js`)).toBe('assets/index-1.js of the server');
  for (const [url, more] of [
    [`${root}assets/index-0.js`],
    [`${root}resolve/main/model.safetensors`],
    ['https://class.example/assets/index-1.js'],
    ['https://huggingface.co/assets/index-1.js'],
    [`${root}data/set.json`, { method: 'POST' }],
    [`${root}models/weights.safetensors`, { headers: new Headers({ range: 'bytes=0-7' }) }],
    [`${root}elsewhere`, { mode: 'navigate' }],
  ] as const) expect(await ask(url, more), url).toBeUndefined();
  expect(keys()).toEqual(['assets/index-1.js']);
});

test('what its name tells the content of comes from the cache first, the rest from the network while there is one', async () => {
  for (let i = 0; i < 2; i++) for (const path of ['assets/part-1.js', 'data/set.json']) await ask(root + path);
  expect(fetched.map((url) => url.slice(root.length))).toEqual(['assets/part-1.js', 'data/set.json', 'data/set.json']);
  server.clear();
  expect(await ask(`${root}data/set.json?again`)).toBe('data/set.json of the server');
  await expect(ask(`${root}models/weights.safetensors`)).rejects.toThrow('no connection');
});

test('asked to keep the page, it keeps what is small, and the page with it; then that opens without a connection', async () => {
  await send('message', { data: 'else' });
  expect(keys()).toEqual([]);
  await send('message', { data: 'keep' });
  expect(keys()).toEqual(['assets/index-1.js', 'assets/part-1.js', 'data/set.json', 'index.html']);
  server.clear();
  expect(await ask(`${root}?present=1`, { mode: 'navigate' })).toBe(html(1));
});

test('the page of a newer build is shown, and never kept beside the scripts of this one', async () => {
  server.set(root, html(2));
  expect(await ask(root, { mode: 'navigate' })).toBe(html(2));
  await send('message', { data: 'keep' });
  expect(keys()).not.toContain('index.html');
});

test('documents and workers are isolated, whatever their server says, and what they fetch is as it was', async () => {
  const policies = async (path: string, destination: string) => {
    const response = await send('fetch', { request: { url: root + path, method: 'GET', mode: 'cors', headers: new Headers(), destination } });
    return response && [response.headers.get('Cross-Origin-Opener-Policy'), response.headers.get('Cross-Origin-Embedder-Policy'), await response.text()];
  };
  const isolated = ['same-origin', 'require-corp'];
  expect(await policies('', 'document')).toEqual([...isolated, html(1)]);
  for (let i = 0; i < 2; i++) expect(await policies('assets/part-1.js', 'worker')).toEqual([...isolated, 'assets/part-1.js of the server']);
  expect(await policies('assets/part-1.js', 'script')).toEqual([null, null, 'assets/part-1.js of the server']);
  server.set(`${root}assets/index-0.js`, 'older');
  expect(await policies('assets/index-0.js', 'worker')).toEqual([...isolated, 'older']);
  // Kept as they came.
  expect(cached.get(`${root}assets/part-1.js`)!.headers.get('Cross-Origin-Embedder-Policy')).toBeNull();
});

test('when it takes over, what is not of its build goes', async () => {
  for (const path of ['assets/index-0.js', 'assets/part-1.js', 'data/set.json', 'index.html']) cached.set(root + path, new Response(path));
  await send('activate', {});
  expect(keys()).toEqual(['assets/part-1.js']);
});

test('where nothing is fetched ahead the page itself is kept beside what a visit has used', async () => {
  await ask(`${root}assets/index-1.js`);
  await send('message', { data: 'keep page' });
  expect(keys()).toEqual(['assets/index-1.js', 'index.html']);
});
