// A thread of the pool in Node.
import { parentPort } from 'node:worker_threads';
import { serve } from './thread.mjs';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
serve((listener, unread) => port.on('message', listener).on('messageerror', unread), (message) => port.postMessage(message));
