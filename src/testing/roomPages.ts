import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket, type RawData } from 'ws';
import { readPiece, roomAnswer, roomBounds, writePiece, type RoomState } from '../records/class.meta';
import type { RunSpec } from '../train/protocol';

/** Pages of a class that speak its protocol and train nothing; `end` cuts all of them off. */
export function roomPages() {
  const sockets: WebSocket[] = [];
  return {
    open(url: string, code: string, { origin = new URL(url).origin, path = `class/${code}` }: { origin?: string; path?: string } = {}) {
      const socket = new WebSocket(new URL(path, url.replace('http', 'ws')), { origin });
      sockets.push(socket);
      return page(socket);
    },
    end: () => sockets.splice(0).forEach((one) => one.terminate()),
  };
}

type Spec = { place: number; spec: RunSpec };

/** A socket as a page has it: it is told states, asks, and hears why it is closed. */
function page(socket: WebSocket) {
  const asked = new Map<number, (answer: unknown) => void>();
  const states: RoomState[] = [];
  const answers: unknown[] = [];
  let number = 0;
  socket.on('message', (data: RawData, isBinary) => {
    const answer = isBinary ? readPiece(new Uint8Array(data as Buffer<ArrayBuffer>))! : roomAnswer.parse(JSON.parse((data as Buffer).toString()));
    if ('state' in answer) return void states.push(answer.state);
    answers.push(answer);
    asked.get(answer.number)?.('refused' in answer ? answer.refused : 'piece' in answer ? answer.piece : answer.reply);
  });
  const closed = new Promise<string>((done) => {
    socket.on('close', (status, reason) => done(`${status} ${String(reason)}`));
    socket.on('error', (error) => done(error.message));
  });
  const opened = new Promise<void>((done) => socket.once('open', () => done()));
  /** Sends a question and resolves with the server's answer: a reply, a piece, or the word it refuses with. */
  const exchange = async (frame: (number: number) => string | Uint8Array): Promise<unknown> => {
    await opened;
    const mine = number++;
    const answer = new Promise((done) => asked.set(mine, done));
    socket.send(frame(mine));
    return Promise.race([answer, closed]);
  };
  const ask = <T = unknown>(deed: string, message: object = {}) => exchange((n) => JSON.stringify({ number: n, deed, message })) as Promise<T>;
  const send = async (deed: 'result' | 'file', message: object, bytes: Uint8Array) => {
    let answer = await ask(deed, { ...message, bytes: bytes.length });
    for (let from = 0; typeof answer === 'object' && from < bytes.length; from += roomBounds.piece) answer = await exchange((n) => writePiece(n, bytes.subarray(from, from + roomBounds.piece)));
    return answer;
  };
  return {
    socket,
    states,
    answers,
    opened,
    closed,
    exchange,
    ask,
    join: (name: string) => ask<{ token: string; person: number }>('join', { name }),
    take: async () => (await ask<{ experiment: Spec }>('take')).experiment,
    deliver: (experiment: number, text: string, files = 0) => send('result', { experiment, files }, Buffer.from(text)),
    file: (experiment: number, path: string, bytes: Uint8Array | string) => send('file', { experiment, path }, Buffer.from(bytes)),
    /** The state once something is so. */
    async until(holds: (state: RoomState) => boolean): Promise<RoomState> {
      for (const end = Date.now() + 20_000; Date.now() < end; await pause(20)) {
        const state = states.find(holds);
        if (state) return state;
      }
      throw new Error(`no such state in 20 s; the last is ${JSON.stringify(states.at(-1))}`);
    },
  };
}
