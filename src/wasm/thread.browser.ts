// A thread of the pool in a browser.
import { serve } from './thread.mjs';

const scope = self as unknown as DedicatedWorkerGlobalScope;
serve(
  (listener, unread) => {
    scope.addEventListener('message', ({ data }) => listener(data));
    scope.addEventListener('messageerror', unread);
  },
  (message) => scope.postMessage(message),
);
