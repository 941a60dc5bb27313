// A thread of the pool in a browser.
import type { ToThread } from './pool';
import { serve } from './thread.mjs';

const scope = self as unknown as DedicatedWorkerGlobalScope;
serve(
  (listener, unread) => {
    scope.addEventListener('message', ({ data }: MessageEvent<ToThread>) => listener(data));
    scope.addEventListener('messageerror', unread);
  },
  (message) => scope.postMessage(message),
);
