/** Message of a worker: its script is loaded and it answers. It is said at the start, and to whoever asks with the same word. */
export const READY = 'there';

/** In a worker: says that it is there, now and whenever it is asked. */
export function sayReady(): void {
  addEventListener('message', ({ data }) => data === READY && postMessage(READY));
  postMessage(READY);
}
