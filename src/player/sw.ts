/**
 * Service worker of a page of one model: with it the page opens without a connection, and is isolated from other origins, so that
 * the processor's threads may share memory, whatever headers its host sends. It answers for the page's own files alone.
 */

/** The page's files, filled in when it is written. */
declare const PAGE_FILES: string[];

const worker = self as unknown as ServiceWorkerGlobalScope;
const root = new URL('./', worker.location.href).href;
const files = new Set(PAGE_FILES);
const cacheName = `page ${root}`;

/** The file of this page that a request is for; undefined for everything else. */
function ownFile({ url, method, headers }: Request): string | undefined {
  if (method !== 'GET' || headers.has('range') || !url.startsWith(root)) return undefined;
  const path = url.slice(root.length).replace(/[?#].*$/s, '') || 'index.html';
  return files.has(path) ? path : undefined;
}

function isolated({ destination }: Request, response: Response): Response {
  if ((destination !== 'document' && destination !== 'iframe' && destination !== 'worker') || response.status !== 200) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/** From the host while it can be reached, so that a page put there anew is a new page; else as it was last. */
async function answer(event: FetchEvent, path: string): Promise<Response> {
  const cache = await caches.open(cacheName);
  try {
    const response = await fetch(event.request);
    if (response.status === 200) event.waitUntil(cache.put(root + path, response.clone()).catch(() => {}));
    return response;
  } catch (error) {
    const kept = await cache.match(root + path);
    if (kept) return kept;
    throw error;
  }
}

/** Keeps what was fetched before this worker was there; most of it the browser still has. */
async function keep(): Promise<void> {
  const cache = await caches.open(cacheName);
  for (const path of files) {
    if (await cache.match(root + path)) continue;
    const response = await fetch(root + path, { cache: 'force-cache' });
    if (response.status === 200) await cache.put(root + path, response);
  }
}

worker.addEventListener('install', () => void worker.skipWaiting());
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('message', (event) => event.waitUntil(keep().catch(() => {})));
worker.addEventListener('fetch', (event) => {
  const path = ownFile(event.request);
  if (path !== undefined) event.respondWith(answer(event, path).then((response) => isolated(event.request, response)));
});

// It has no exports; this makes it a module.
export {};
