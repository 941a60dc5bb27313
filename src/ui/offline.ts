import { whenIdle } from './idle';

/**
 * Lets the page open without a connection: registers the service worker (io/serviceWorker.ts) and has it keep the page's own
 * files once the page is idle. Nothing happens where there is none, as over plain http.
 */
export function keepOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  void navigator.serviceWorker
    .register(new URL(`${import.meta.env.BASE_URL}sw.js`, document.baseURI))
    .then(() => navigator.serviceWorker.ready)
    .then(({ active }) => whenIdle(() => active?.postMessage('keep')))
    .catch(() => {});
}
