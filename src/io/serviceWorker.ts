/**
 * The page's service worker: with it the page opens without a connection, and is isolated from other origins, so that threads may
 * share memory, whatever headers its server sends. It answers for the files of its own build alone; whatever else is fetched, such
 * as models from a hub, passes by. It imports nothing: pages load it as a plain script, which could not be read with an import.
 */

/** Files of the build, filled in by the build: paths below this script's folder, with their sizes in bytes. */
declare const BUILT_FILES: Record<string, number>;

const worker = self as unknown as ServiceWorkerGlobalScope;
const files = BUILT_FILES;
const root = new URL('./', worker.location.href).href;
const page = 'index.html';

/** One cache for each place that the page is served from. */
const cacheName = `fullrank ${root}`;

/** Larger files are kept when they are first needed, not ahead. */
const mostAhead = 700_000;

/** The build gives each of these a name that tells its content. */
const isHashed = (path: string): boolean => path.startsWith('assets/');

/** True for files of few pages, kept when they are first needed, too: the kernels for the processor, pictures and the reference in the documentation, and files for texts. */
const isSeldom = (path: string): boolean => /^(assets\/kernels-|docs\/(pictures\/|reference)|data\/village\/|models\/(bert|llama)-nano\/)/.test(path);

/** The file of this build that a request is for; undefined for everything else. */
function builtFile({ url, method, headers }: Request): string | undefined {
  if (method !== 'GET' || headers.has('range') || !url.startsWith(root)) return undefined;
  const path = url.slice(root.length).replace(/[?#].*$/s, '');
  const file = path === '' || path.endsWith('/') ? `${path}${page}` : path;
  return file in files ? file : undefined;
}

/** Keeps what this build's page needs, one file after another, and the page itself last: it is there whole or not at all. */
async function keepAhead(): Promise<void> {
  const cache = await caches.open(cacheName);
  for (const [path, bytes] of Object.entries(files)) {
    if (path === page || bytes > mostAhead || isSeldom(path) || (await cache.match(root + path))) continue;
    await keep(cache, path, await fetch(root + path));
  }
  await keepPage();
}

/** Keeps the page itself, whose scripts are kept. */
async function keepPage(): Promise<void> {
  const cache = await caches.open(cacheName);
  const html = await fetch(root, { cache: 'no-cache' });
  // Of a newer build it is that build's worker's to keep.
  const scripts = [...(await html.clone().text()).matchAll(/assets\/[\w.-]+/g)].map(([path]) => path);
  if (scripts.every((path) => path in files)) await keep(cache, page, html);
}

/** Headers that a browser asks of documents and of workers' scripts before it lets threads share memory. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** A response as it has to be for this request where the page is isolated. */
function isolated({ destination }: Request, response: Response): Response {
  if ((destination !== 'document' && destination !== 'worker') || response.status !== 200) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(isolation)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

async function keep(cache: Cache, path: string, response: Response): Promise<void> {
  if (response.status === 200) await cache.put(root + path, response);
}

async function answer(event: FetchEvent, path: string): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(root + path);
  if (kept && isHashed(path)) return kept;
  try {
    const response = await fetch(event.request);
    // The page is kept by `keepPage` alone, once its scripts are.
    if (path !== page) event.waitUntil(keep(cache, path, response.clone()).catch(() => {}));
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

worker.addEventListener('install', () => void worker.skipWaiting());
worker.addEventListener('activate', (event) => {
  // Of an older build stays what has the same content; the page opens again once it is kept anew.
  const dropOlder = async () => {
    const cache = await caches.open(cacheName);
    for (const { url } of await cache.keys()) {
      const path = url.slice(root.length);
      if (!isHashed(path) || !(path in files)) await cache.delete(url);
    }
  };
  event.waitUntil(Promise.all([dropOlder(), worker.clients.claim()]));
});
worker.addEventListener('message', (event) => {
  if (event.data === 'keep') event.waitUntil(keepAhead().catch(() => {}));
  if (event.data === 'keep page') event.waitUntil(keepPage().catch(() => {}));
});
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const path = builtFile(request);
  if (path !== undefined) event.respondWith(answer(event, path).then((response) => isolated(request, response)));
  // A page of another build, which this worker has taken over, starts its own workers.
  else if (request.destination === 'worker' && request.url.startsWith(root)) event.respondWith(fetch(request).then((response) => isolated(request, response)));
});

// It has no exports; this makes it a module, which its test imports.
export {};
