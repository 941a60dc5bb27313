import { useSyncExternalStore } from 'react';

/** Milliseconds after which words like "8 seconds ago" are read again. */
const every = 1000;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const readers = new Set<() => void>();

const tick = (): void => {
  now = Date.now();
  for (const read of readers) read();
};

/** Calls on with every second, for all that reads by one timer; it rests while nobody does. */
export function followNow(read: () => void): () => void {
  readers.add(read);
  if (readers.size === 1) timer = setInterval(tick, every);
  return () => {
    readers.delete(read);
    if (readers.size === 0) clearInterval(timer);
  };
}

/** The time of the last tick, or of now where that is older: a drawing that asks twice has one answer. */
export function nowRead(): number {
  if (Math.abs(Date.now() - now) > every) now = Date.now();
  return now;
}

/** The time as it goes on, for words that say how long ago something was. */
export const useNow = (): number => useSyncExternalStore(followNow, nowRead);
