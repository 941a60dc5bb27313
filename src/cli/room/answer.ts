import type { IncomingMessage, ServerResponse } from 'node:http';
import { readRuns } from '../../io/runFile';
import { bytesAccess, openSafetensors } from '../../io/safetensors';
import type { RunRecord } from '../../train/protocol';
import { isAdapterFile, readCode, roomBounds, roomMessages, type Refusal, type RoomDeed, type RoomMessage, type RoomReply } from '../../train/room.meta';
import { Buckets } from './bucket';
import type { Room } from './room';

/** Where results of a class are kept. Paths of adapters were checked. */
export interface Kept {
  /** Keeps the result of the experiment at a place. Throws where it is none of it. */
  keep(place: number, run: RunRecord): Promise<void>;
  keepFile(place: number, path: string, bytes: Uint8Array): Promise<void>;
  /** A result as a file of runs. */
  read(place: number): Promise<string>;
  readFile(place: number, path: string): Promise<Uint8Array>;
}

/** Answers one request, or leaves it to others. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** Requests of one address: a class behind one address may have so many at once, and so many a second. A wrong code costs as many as twenty. */
const LIMITS = { burst: 400, rate: 60, wrongCode: 20, join: 5 };

/** Results and adapters that may be on their way at once; one of each person. */
const MOST_LARGE = 16;

const statuses: Record<Refusal, number> = { code: 404, person: 401, crowded: 503, busy: 429, size: 413, wrong: 400, gone: 409, failed: 500 };

class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal);
  }
}

/**
 * The room over HTTP, below `/class/CODE` (`train/room.meta.ts`), and `/CODE`, which leads to the page. Everybody who knows the code sees
 * the state and the results; what changes them needs the token that joining gave. Bodies are counted as they come and parsed whole.
 */
export function answerRoom(room: Room, kept: Kept, { clock = Date.now }: { clock?: () => number } = {}): Answer {
  const buckets = new Buckets(LIMITS.burst, LIMITS.rate);
  /** Results are taken one after another: of two of one experiment the first counts. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(job: () => Promise<T>): Promise<T> => {
    const mine = turn.then(job);
    turn = mine.catch(() => {});
    return mine;
  };

  const underWay = new Set<string>();
  /** A large body, unless there are too many of them already. */
  const largeOf = async (request: IncomingMessage, token: string, most: number): Promise<Uint8Array> => {
    if (underWay.has(token) || underWay.size >= MOST_LARGE) throw new Refused('busy');
    underWay.add(token);
    try {
      return await bodyOf(request, most);
    } finally {
      underWay.delete(token);
    }
  };
  /** Bytes of each experiment's adapter so far. */
  const sizes = new Map<number, number>();

  const placeOf = (text: string | undefined): number => {
    const place = /^\d{1,4}$/.test(text ?? '') ? Number(text) : -1;
    if (!room.experimentAt(place)) throw new Refused('wrong');
    return place;
  };
  const tokenOf = ({ headers }: IncomingMessage): string => {
    const token = /^Bearer ([\w-]{1,100})$/.exec(headers.authorization ?? '')?.[1] ?? '';
    if (!room.knows(token, clock())) throw new Refused('person');
    return token;
  };

  /** What each message does. */
  const deeds: { [Deed in RoomDeed]: (token: string, message: RoomMessage<Deed>) => RoomReply<Deed> } = {
    join: (_, { name }) => {
      const joined = room.join(name, clock());
      if (!joined) throw new Refused('crowded');
      return { ...joined, beat: room.silence / 4000 };
    },
    take: (token) => {
      const { place, over } = room.take(token, clock());
      return { experiment: place === null ? null : { place, spec: room.experimentAt(place)!.spec as unknown as NonNullable<RoomReply<'take'>['experiment']>['spec'] }, over };
    },
    progress: (token, message) => ({ yours: room.progress(token, message, clock()) }),
    back: (token, message) => (room.back(token, message), {}),
    leave: (token) => (room.leave(token), {}),
  };

  const tell = async (request: IncomingMessage, deed: RoomDeed): Promise<unknown> => {
    // Of a type that no form of another site can send without asking.
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) throw new Refused('wrong');
    if (deed === 'join' && !buckets.take(addressOf(request), LIMITS.join, clock())) throw new Refused('busy');
    const token = deed === 'join' ? '' : tokenOf(request);
    const { success, data } = roomMessages[deed].safeParse(jsonOf(await bodyOf(request, roomBounds.message)));
    if (!success) throw new Refused('wrong');
    return (deeds[deed] as (token: string, message: unknown) => unknown)(token, data);
  };

  const deliver = async (request: IncomingMessage, place: number): Promise<object> => {
    const token = tokenOf(request);
    const expected = Number(new URL(request.url!, 'http://room').searchParams.get('files') ?? '0');
    if (!(Number.isInteger(expected) && expected >= 0 && expected <= roomBounds.files)) throw new Refused('wrong');
    if (!room.mayDeliver(token, place)) throw new Refused('gone');
    const bytes = await largeOf(request, token, roomBounds.result);
    return inTurn(async () => {
      if (!room.mayDeliver(token, place)) throw new Refused('gone');
      const run = runIn(bytes);
      const by = room.nameOf(token);
      await kept.keep(place, { ...run, ...(by && { by }) }).catch((error: unknown) => {
        throw isOfDisk(error) ? error : new Refused('wrong');
      });
      room.deliver(place, { run: run.spec.id, accuracy: accuracyOf(run), person: room.numberOf(token) }, expected);
      return {};
    });
  };

  const receive = async (request: IncomingMessage, place: number, path: string): Promise<object> => {
    const token = tokenOf(request);
    if (!isAdapterFile(path)) throw new Refused('wrong');
    if (!room.maySend(token, place, path)) throw new Refused('gone');
    const bytes = await largeOf(request, token, roomBounds.adapter - (sizes.get(place) ?? 0));
    if (path.endsWith('.json')) jsonOf(bytes);
    else await openSafetensors(bytesAccess(bytes)).catch(() => Promise.reject(new Refused('wrong')));
    return inTurn(async () => {
      if (!room.maySend(token, place, path)) throw new Refused('gone');
      await kept.keepFile(place, path, bytes);
      sizes.set(place, (sizes.get(place) ?? 0) + bytes.length);
      room.sent(place, path);
      return {};
    });
  };

  /** What is at an address below the room's. */
  const at = async (request: IncomingMessage, [what = '', number, path = '', ...more]: string[]): Promise<unknown> => {
    const { method } = request;
    if (more.length > 0) throw new Refused('wrong');
    if (method === 'POST' && Object.hasOwn(roomMessages, what) && number === undefined) return tell(request, what as RoomDeed);
    if (method === 'POST' && what === 'result' && path === '') return deliver(request, placeOf(number));
    if (method === 'PUT' && what === 'adapter') return receive(request, placeOf(number), path);
    if (method !== 'GET') throw new Refused('wrong');
    if (what === '') return room.state(clock());
    const files = room.filesOf(placeOf(number));
    if (files === null) throw new Refused('gone');
    if (what === 'result' && path === '') return kept.read(placeOf(number));
    if (what === 'adapter' && files.includes(path)) return kept.readFile(placeOf(number), path);
    throw new Refused('wrong');
  };

  return async (request, response) => {
    const parts = (request.url ?? '/').split(/[?#]/, 1)[0]!.split('/').slice(1);
    if (parts[0] !== 'class') {
      if (parts.length !== 1 || readCode(parts[0]!) !== room.code) return false;
      response.writeHead(302, { location: `./#/compare?class=${room.code}`, 'cache-control': 'no-store' }).end();
      return true;
    }
    try {
      if (!buckets.take(addressOf(request), 1, clock())) throw new Refused('busy');
      if (readCode(parts[1] ?? '') !== room.code) {
        buckets.take(addressOf(request), LIMITS.wrongCode, clock());
        throw new Refused('code');
      }
      send(response, 200, await at(request, parts.slice(2)));
    } catch (error) {
      if (!(error instanceof Refused)) console.error(error);
      const refusal = error instanceof Refused ? error.refusal : 'failed';
      // What still comes of a body that is refused is not read.
      if (!request.complete) response.setHeader('connection', 'close');
      send(response, statuses[refusal], { refused: refusal });
    }
    return true;
  };
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const body = value instanceof Uint8Array ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const type = value instanceof Uint8Array ? 'application/octet-stream' : 'application/json; charset=utf-8';
  response.writeHead(status, { 'content-type': type, 'content-length': body.length, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }).end(body);
}

const addressOf = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? '';

/** A body of at most so many bytes. */
async function bodyOf(request: IncomingMessage, most: number): Promise<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > most) throw new Refused('size');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) throw new Refused('size');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw new Refused('wrong');
  }
}

/** The one run of a file of runs, without what a class has no use for. */
function runIn(bytes: Uint8Array): RunRecord {
  let runs: RunRecord[];
  try {
    runs = readRuns(bytes, 'the result');
  } catch {
    throw new Refused('wrong');
  }
  const [run] = runs;
  if (runs.length !== 1 || !run?.summary?.final || run.state !== 'done') throw new Refused('wrong');
  const { notes: _, by: __, error: ___, ...rest } = run;
  return rest;
}

/** Test accuracy of a run; null where it has none. */
export function accuracyOf({ summary }: RunRecord): number | null {
  const accuracy = summary?.final?.accuracy ?? NaN;
  return Number.isFinite(accuracy) ? accuracy : null;
}

/** A full disk is no fault of whoever sent the result. */
const isOfDisk = (error: unknown): boolean => typeof (error as NodeJS.ErrnoException | null)?.syscall === 'string';
