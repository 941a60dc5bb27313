import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { defined } from '../../numbers/defined';
import { PAGE_LEFT, PIECE_HEAD, readCode, readPiece, REFUSED, roomBounds, roomMessages, roomQuestion, writePiece, type Refusal, type RoomRequest } from '../../records/class.meta';
import { Buckets } from './bucket';
import { RoomRequests, type Asker, type ResultStore } from './requests';
import { Refused } from './refused';
import type { Room } from './room';
import { wrongCodePage } from './wrongCode';

/** Part of the page's server that serves a class. */
export interface Host {
  /** Answers one request, or leaves it to others. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** Answers a request that nothing else has an answer to, or leaves it: what looks like a code that was mistyped. */
  missing(request: IncomingMessage, response: ServerResponse): boolean;
  /** Takes a connection over that is to become a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/**
 * Questions of one address, of which each socket is one too: a class behind one address may have so many at once, and so many a second. A
 * wrong code costs as many as twenty. Sockets of an address and in all; a socket is closed that has so many questions open, or asks on
 * although so many in a row were refused for their number.
 */
const LIMITS = { burst: 400, rate: 60, wrongCode: 20, join: 5, ofAddress: 250, sockets: 400, open: 16, refused: 20 };

/** Milliseconds between two looks at the room, until a stalled upload is given up, and until a socket that was told to close is cut off. */
const LOOK = 1000;
const STALLED = 60_000;
const CLOSING = 5000;

interface Line extends Asker {
  socket: WebSocket;
  /** Questions are answered one after another. */
  turn: Promise<void>;
  open: number;
  /** Questions refused in a row because there were too many. */
  refused: number;
  /** Time it was last heard of, and the last state it was told. */
  heard: number;
  lastState: string;
}

/** Requests after which the class is as it was, but for what it hears again anyway. */
const PASSING: readonly RoomRequest[] = ['beat', 'read', 'progress', 'curves', 'teach'];

/**
 * The room over WebSockets at `/class/CODE` (`records/class.meta.ts`), and `/CODE`, which leads to the page. Everybody who knows the code is
 * told the state, and reads results; what changes them needs somebody who has joined, or who has the teacher's `key`. Frames are bounded by a piece, so that nothing large
 * is in memory that was not announced and allowed.
 */
export function hostRoom(room: Room, kept: ResultStore, { clock = Date.now, key = randomBytes(16).toString('hex') }: { clock?: () => number; key?: string } = {}): Host {
  const server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: roomBounds.piece + PIECE_HEAD });
  const buckets = new Buckets(LIMITS.burst, LIMITS.rate);
  const deeds = new RoomRequests(room, kept, clock, key);
  const lines = new Set<Line>();

  const tell = (line: Line, state: string) => {
    // Who does not read what was sent is told the newest state later.
    if (!isOpen(line.socket) || line.lastState === state || line.socket.bufferedAmount > 0) return;
    line.lastState = state;
    line.socket.send(state);
  };
  const stateNow = () => JSON.stringify({ state: room.state(clock()) });
  const look = () => {
    const [now, state] = [clock(), stateNow()];
    void kept.remember(room.memory());
    for (const line of lines) {
      const { socket, heard, body } = line;
      if (now - heard > (isOpen(socket) ? room.silence : CLOSING) || (body && now - body.moved > STALLED)) socket.terminate();
      else tell(line, state);
    }
  };
  let looking: NodeJS.Timeout | undefined;

  /** Closes the other sockets of someone who has come back on this one, and tells them so: they may be another tab's. */
  const replace = (line: Line) => {
    for (const other of lines) {
      if (other === line || other.token !== line.token) continue;
      other.token = '';
      other.socket.close(REFUSED, 'elsewhere' satisfies Refusal);
    }
  };

  const hear = async (line: Line, data: Buffer<ArrayBuffer>, isBinary: boolean): Promise<void> => {
    let number: number | undefined;
    try {
      let reply: object;
      if (isBinary) {
        // Counted by what was announced, not by the bucket.
        const read = line.body && readPiece(new Uint8Array(data));
        if (!read) throw new Refused('wrong');
        number = read.number;
        reply = await deeds.receive(line, read.piece);
        if (!line.body) await kept.remember(room.memory());
      } else {
        if (data.length > roomBounds.message) throw new Refused('size');
        const { success, data: question } = roomQuestion.safeParse(jsonOf(data));
        if (!success) throw new Refused('wrong');
        number = question.number;
        reply = await answerTo(line, question);
      }
      line.refused = 0;
      await send(line.socket, reply instanceof Uint8Array ? writePiece(number, reply) : JSON.stringify({ number, reply }));
    } catch (error) {
      if (!(error instanceof Refused)) console.error(error);
      const { refusal, why } = error instanceof Refused ? error : new Refused('failed');
      line.refused = refusal === 'busy' ? line.refused + 1 : 0;
      // A result that was refused has changed who has what.
      if (refusal === 'untrue') await kept.remember(room.memory());
      if (number === undefined || line.refused > LIMITS.refused) line.socket.close(REFUSED, refusal);
      else await send(line.socket, JSON.stringify({ number, refused: refusal, ...(why && { why }) }));
    }
  };

  const answerTo = async (line: Line, { deed, message }: { deed: RoomRequest; message: unknown }): Promise<object> => {
    if (!buckets.take(line.address, deed === 'join' ? LIMITS.join : deed === 'teach' ? LIMITS.wrongCode : 1, clock())) throw new Refused('busy');
    const { success, data } = roomMessages[deed].safeParse(message);
    if (!success) throw new Refused('wrong');
    if (deed === 'read') return deeds.read(line, data as Parameters<typeof deeds.read>[1]);
    const reply = await (deeds.answers[deed] as (asker: Asker, message: unknown) => object | Promise<object>)(line, data);
    if (deed === 'again') replace(line);
    if (deed === 'remove') for (const one of lines) if (one.token !== '' && !room.has(one.token)) one.socket.close(REFUSED, 'person' satisfies Refusal);
    // Whoever has an answer finds the class as it was then, also once the server has begun anew.
    if (!PASSING.includes(deed)) await kept.remember(room.memory());
    return reply;
  };

  const welcome = (socket: WebSocket, address: string, typed: string): void => {
    const line: Line = { socket, address, token: '', body: null, begun: new Map(), isTeacher: false, turn: Promise.resolve(), open: 0, refused: 0, heard: clock(), lastState: '' };
    lines.add(line);
    looking ??= setInterval(look, LOOK);
    socket.on('close', (code) => {
      lines.delete(line);
      if (lines.size === 0) looking = void clearInterval(looking);
      deeds.drop(line);
      if (line.token === '') return;
      if (code === 1000) room.leave(line.token);
      else room.lose(line.token, clock(), code === 1001 || code === PAGE_LEFT);
      void kept.remember(room.memory());
    });
    // What breaks the rules of the protocol, as a frame that is too long, closes the socket.
    socket.on('error', () => {});
    const refused = refusalOf(address, typed);
    if (refused) return socket.close(REFUSED, refused);
    socket.on('message', (data: Buffer<ArrayBuffer>, isBinary) => {
      if (!isOpen(socket)) return;
      line.heard = clock();
      if (line.token !== '') room.knows(line.token, line.heard);
      if (line.open >= LIMITS.open) return socket.close(REFUSED, 'busy');
      line.open++;
      line.turn = line.turn.then(() => (isOpen(socket) ? hear(line, data, isBinary) : undefined)).then(() => void line.open--);
    });
    tell(line, stateNow());
  };

  const refusalOf = (address: string, typed: string): Refusal | '' => {
    if (!buckets.take(address, 1, clock())) return 'busy';
    if (readCode(typed) === room.code) return '';
    buckets.take(address, LIMITS.wrongCode, clock());
    return 'code';
  };

  /** Answers whoever typed a code that is none of this class, as often as an address may be wrong. */
  const refuseCode = (request: IncomingMessage, response: ServerResponse, typed: string): void => {
    const isPatient = buckets.take(addressOf(request), LIMITS.wrongCode, clock());
    response.writeHead(isPatient ? 404 : 429, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(wrongCodePage(isPatient ? typed : null));
  };
  const lead = (response: ServerResponse): void => void response.writeHead(302, { location: `./#/compare?class=${room.code}`, 'cache-control': 'no-store' }).end();

  return {
    async answer(request, response) {
      const [code = '', ...more] = partsOf(request);
      const typed = code === 'class' && more.length === 0 ? new URL(request.url ?? '', 'http://class').searchParams.get('code') : null;
      if (typed !== null) {
        if (readCode(typed) === room.code) lead(response);
        else refuseCode(request, response, typed);
      }
      // There are classes here; which code is right is said to sockets alone, where asking costs.
      else if (code === 'class') response.writeHead(204, { 'cache-control': 'no-store' }).end();
      else if (more.length > 0 || readCode(code) !== room.code) return false;
      else lead(response);
      return true;
    },
    missing(request, response) {
      const [typed = '', ...more] = partsOf(request);
      if (more.length > 0 || typed.includes('.') || !request.headers.accept?.includes('text/html')) return false;
      refuseCode(request, response, textOf(typed));
      return true;
    },
    upgrade(request, socket, head) {
      const [what, code = '', ...more] = partsOf(request);
      const address = addressOf(request);
      const refuse = (status: string) => socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      socket.on('error', () => socket.destroy());
      if (what !== 'class' || more.length > 0) refuse('404 Not Found');
      else if (!isOwnPage(request)) refuse('403 Forbidden');
      else if (lines.size >= LIMITS.sockets || [...lines].filter((line) => line.address === address).length >= LIMITS.ofAddress) refuse('503 Service Unavailable');
      else server.handleUpgrade(request, socket, head, (opened) => welcome(opened, address, code));
    },
  };
}

const isOpen = ({ readyState, OPEN }: WebSocket): boolean => readyState === OPEN;

const addressOf = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? '';

/** A part of a path as it was typed. */
function textOf(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const partsOf = ({ url = '/' }: IncomingMessage): string[] => defined(url.split(/[?#]/, 1)[0]).split('/').slice(1);

/** True for a page of this server: browsers let every page open a socket to any address, and say where the page is from. */
function isOwnPage({ headers: { origin = '', host } }: IncomingMessage): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** Sends a frame and waits until the network has taken it: who does not read is asked nothing more. A socket that is gone takes none. */
const send = (socket: WebSocket, frame: string | Uint8Array): Promise<void> => new Promise((done) => socket.send(frame, () => done()));

function jsonOf(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString()) as unknown;
  } catch {
    return undefined;
  }
}
