import type { Listener } from './download';
import { cancelled } from './hubError';

interface Flight {
  listeners: Set<Listener>;
  abort: AbortController;
  loaded: number;
  result: Promise<number>;
}

/** Lets several loads of one file wait for one download; it ends early only when all of them have been cancelled. */
export class Flights {
  private readonly flights = new Map<string, Flight>();

  async join(key: string, listener: Listener, signal: AbortSignal | undefined, start: (listener: Listener, signal: AbortSignal) => Promise<number>): Promise<number> {
    if (signal?.aborted) throw cancelled();
    const before = this.flights.get(key);
    let flight = before;
    if (flight && !flight.abort.signal.aborted) {
      flight.listeners.add(listener);
      listener.start();
      listener.bytes(flight.loaded, false);
    } else {
      // One that is ending still has its file open.
      flight = this.begin(key, listener, async (...given) => (await before?.result.catch(() => {}), start(...given)));
    }
    const { listeners, abort, result } = flight;
    const leave = () => {
      listeners.delete(listener);
      if (listeners.size === 0) abort.abort();
    };
    let give: (() => void) | undefined;
    const left = new Promise<never>((_, fail) => {
      give = () => (leave(), fail(cancelled()));
      signal?.addEventListener('abort', give, { once: true });
    });
    try {
      return await Promise.race([result, left]);
    } finally {
      signal?.removeEventListener('abort', give!);
    }
  }

  /** Ends every download whose key starts so, and waits until they have let go of their files. */
  async stop(prefix: string): Promise<void> {
    const ending = [...this.flights].filter(([key]) => key.startsWith(prefix));
    for (const [, { abort }] of ending) abort.abort();
    await Promise.all(ending.map(([, { result }]) => result.catch(() => {})));
  }

  private begin(key: string, listener: Listener, start: (listener: Listener, signal: AbortSignal) => Promise<number>): Flight {
    const listeners = new Set([listener]);
    const abort = new AbortController();
    const flight: Flight = { listeners, abort, loaded: 0, result: Promise.resolve(0) };
    const all: Listener = {
      start: () => listeners.forEach((l) => l.start()),
      bytes: (loaded, fromNetwork) => {
        flight.loaded = loaded;
        listeners.forEach((l) => l.bytes(loaded, fromNetwork));
      },
      notice: (what) => listeners.forEach((l) => l.notice(what)),
    };
    this.flights.set(key, flight);
    flight.result = start(all, abort.signal).finally(() => {
      if (this.flights.get(key) === flight) this.flights.delete(key);
    });
    flight.result.catch(() => {}); // whoever waits hears of it
    return flight;
  }
}
