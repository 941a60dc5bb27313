// A thread of the pool in a browser.
import { serve } from './thread.mjs';

const scope = self as unknown as DedicatedWorkerGlobalScope;
serve(
  (listener) => scope.addEventListener('message', ({ data }) => listener(data)),
  (message) => scope.postMessage(message),
);
