import { isSparing, whenIdle } from '../kit/idle';

/**
 * Lets the page open without a connection: registers the service worker (io/serviceWorker.ts) and has it keep the page's own
 * files once the page is idle. On a phone, which fetches nothing ahead, it keeps what a visit needs from the second one on, all of
 * whose requests it has answered. Nothing happens where there is none, as over plain http.
 */
export function keepOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const answered = navigator.serviceWorker.controller !== null;
  void navigator.serviceWorker
    .register(new URL(`${import.meta.env.BASE_URL}sw.js`, document.baseURI))
    .then(() => navigator.serviceWorker.ready)
    .then(({ active }) => {
      if (!isSparing()) whenIdle(() => active?.postMessage('keep'));
      else if (answered) active?.postMessage('keep page');
    })
    .catch(() => {});
}
