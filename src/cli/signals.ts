import { FullrankError } from '../errors/errors';

/** Signals that end a command after the step that runs, and its exit codes: as shells have them, and sysexits' EX_TEMPFAIL, which asks for the same command once more. */
const codes = { SIGINT: 130, SIGTERM: 143, SIGUSR1: 75 } as const;
type Signal = keyof typeof codes;
const signals = Object.keys(codes) as Signal[];

/** Milliseconds within which a second SIGINT is the same one: a terminal sends it to all of `npm run`, which passes it on. */
const SAME = 1000;

/** End of a command before its work was done, or other than its exit code 0 says. `result` goes to --json all the same. */
export class Ended extends FullrankError {
  override name = 'Ended';
  constructor(
    readonly code: number,
    message: string,
    readonly result?: unknown,
  ) {
    super(message);
  }
}

let listening = 0;
let heard: { signal: Signal; at: number } | null = null;
const stops = new Set<(signal: Signal) => void>();

/** Stops the work after its step; where there is none that could be stopped, or at a second SIGINT, the process ends at once. */
function hear(signal: Signal): void {
  const again = heard !== null && signal === 'SIGINT' && performance.now() - heard.at > SAME;
  if (heard ? again : stops.size === 0) {
    console.error(`fullrank: ended at once${again ? ', by a second interrupt; what was kept before stays' : ''}.`);
    process.exit(codes[signal]);
  }
  if (heard) return;
  heard = { signal, at: performance.now() };
  for (const stop of stops) stop(signal);
}

/** Does work of which `withStop` does the pieces that can be stopped, and listens for signals meanwhile. */
export async function stoppable<T>(work: () => Promise<T>): Promise<T> {
  if (listening++ === 0) {
    heard = null;
    for (const signal of signals) process.on(signal, hear);
  }
  try {
    return await work();
  } finally {
    if (--listening === 0) for (const signal of signals) process.removeListener(signal, hear);
  }
}

/** Does a piece of it, which `stop` ends: at once where a signal came before. */
export async function withStop<T>(stop: (signal: NodeJS.Signals) => void, work: () => Promise<T>): Promise<T> {
  stops.add(stop);
  if (heard) stop(heard.signal);
  try {
    return await work();
  } finally {
    stops.delete(stop);
  }
}

/** Exit code of the signal that came; null without one. */
export const endedBy = (): number | null => heard && codes[heard.signal];
