import { messageOf } from '../../errors/errors';

/** One kind of thing that can be refused, within something that is done again and again. */
export interface FailingPart {
  /** Does it undisturbed, and says how many of the kind it asks for. */
  open(): Promise<Opened>;
}

export interface Opened {
  there: number;
  /** Does it with the `n`-th refused, from 0, and once more with none. Says how the first ended; throws where a promise is broken. */
  once(n: number): Promise<string>;
  close?(): Promise<void>;
}

/** Result of a part. */
export interface Swept {
  there: number;
  /** Number of them refused so far. */
  tried: number;
  ended: Record<string, number>;
  broken: { n: number; why: string }[];
}

export const nothingSwept = (): Swept => ({ there: 0, tried: 0, ended: {}, broken: [] });

/** Milliseconds until whatever goes on is given up. */
const PATIENCE = 600_000;

/** A sentence for people, by an error class of ours. Why not, or nothing. */
export function unclear(name: string, message: string): string {
  if (/^(Error|TypeError|RangeError|ReferenceError|SyntaxError|DOMException|OperationError|AbortError|GPU\w*Error)$/.test(name)) return `threw ${name}: ${message}`;
  if (message.length === 0 || message.length > 2000 || /\bundefined\b|\bnull\b|\bNaN\b|\[object /.test(message)) return `said ${JSON.stringify(message)}`;
  return '';
}

/** Settles with `undefined` where a promise has not in time. */
export async function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  let late: ReturnType<typeof setTimeout> | undefined;
  const timer = new Promise<undefined>((done) => (late = setTimeout(() => done(undefined), PATIENCE)));
  try {
    return await Promise.race([work, timer]);
  } finally {
    clearTimeout(late);
  }
}

/** Numbers below `count`: all, or so many of them, evenly, with the first and the last. */
export const spread = (count: number, most: number): number[] => (count <= most ? Array.from({ length: count }, (_, i) => i) : Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / Math.max(1, most - 1))));

/** Refuses each of a part once, one after another, at most so many; goes on behind those that were tried before. `noted` is called after each. */
export async function sweep(part: FailingPart, most: number, swept: Swept = nothingSwept(), noted: (swept: Swept, n: number) => void = () => {}): Promise<Swept> {
  const unhandled: unknown[] = [];
  const hear = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', hear);
  try {
    const { there, once, close } = await part.open();
    swept.there = there;
    for (const n of spread(there, most).slice(swept.tried)) {
      try {
        const ending = await once(n);
        await new Promise((done) => setImmediate(done));
        if (unhandled.length > 0) throw new Error(`nobody handled ${String(unhandled[0])}`);
        swept.ended[ending] = (swept.ended[ending] ?? 0) + 1;
      } catch (error) {
        swept.broken.push({ n, why: messageOf(error) });
      }
      unhandled.length = 0;
      swept.tried++;
      noted(swept, n);
    }
    await close?.();
  } finally {
    process.off('unhandledRejection', hear);
  }
  return swept;
}
