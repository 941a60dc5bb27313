// A thread of the pool in Node.
import { parentPort } from 'node:worker_threads';
import { serve } from './thread.mjs';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
serve((listener) => port.on('message', listener), (message) => port.postMessage(message));
