import { create } from 'zustand';
import { PAGE_LEFT, readPiece, refusals, roomAnswer, roomBounds, roomPath, roomReplies, writePiece, type Refusal, type RoomRequest, type RoomMessage, type RoomReply, type RoomState, type WordyRequest } from '../../../records/class.meta';
import { dataById, modelById, useCatalog } from '../../core/data/catalog';
import { setClassGuesses } from '../../core/settings/guesses';
import { quietly } from '../../core/settings/history';
import { useReach } from '../../core/storage/address';
import { addressesOf } from '../address';
import { forgetToken, keepToken } from './roomToken';
import { changeSettings, useSettings } from '../../core/settings/settings';

/** State of a class, as this page hears it from the server that it was opened from. */

/** Reason why the class does not answer as it should: its own word, or nothing is heard of it. */
export type Trouble = Refusal | 'unreachable';

export class RoomTrouble extends Error {
  /** `why`: the class's own sentence about it. */
  constructor(
    readonly trouble: Trouble,
    readonly why = '',
  ) {
    super(trouble);
  }
}

/** `trouble` is why there is no connection; empty while there is one. `teaches`: the class takes the teacher's key of this page. */
export const useRoom = create<{ state: RoomState | null; trouble: Trouble | ''; teaches: boolean }>()(() => ({ state: null, trouble: '', teaches: false }));

/** True for what passes by itself. */
export const isPassing = (trouble: Trouble): boolean => ['unreachable', 'busy', 'failed'].includes(trouble);

/** Milliseconds until a connection is tried again, at first and at most; between two beats; and until no answer means that nobody is there. */
const AGAIN = 1000;
const AGAIN_MOST = 5000;
const BEAT = 10_000;
const PATIENCE = 20_000;

/** A connection to a class. All that asks throws RoomTrouble. */
export interface RoomLine {
  ask<Request extends WordyRequest>(deed: Request, message: RoomMessage<Request>): Promise<RoomReply<Request>>;
  /** Announces a result or a file of its adapter, and sends it. */
  send<Request extends 'result' | 'file'>(deed: Request, message: Omit<RoomMessage<Request>, 'bytes'>, bytes: Uint8Array): Promise<void>;
  /** A result (no path) or a file of its adapter, of at most so many bytes. Throws RangeError. */
  read(experiment: number, path: string, most: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Leaves: whoever has joined over it is gone for the class. */
  close(): void;
}

/** A socket of a line, until it closes. */
interface Connection {
  /** Sends a frame under a number; resolves with the answer of that number. */
  exchange(frame: (number: number) => string | Uint8Array<ArrayBuffer>): Promise<unknown>;
  /** Closes it: with the code 1000 where the person leaves, with PAGE_LEFT where the page may be loaded again. */
  end(trouble: Trouble, code?: 1000 | typeof PAGE_LEFT): void;
}

/** Opens a socket. `heard` is told each state, `closed` once why there is no connection any more. */
function connect(code: string, heard: (state: RoomState) => void, closed: (trouble: Trouble) => void): Promise<Connection> {
  const url = new URL(roomPath(code), document.baseURI);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  const asked = new Map<number, { done: (answer: unknown) => void; fail: (why: RoomTrouble) => void }>();
  let next = 0;
  return new Promise((opened, failed) => {
    let over = false;
    const end: Connection['end'] = (trouble, code) => {
      if (over) return;
      over = true;
      clearTimeout(opening);
      socket.onopen = socket.onclose = socket.onmessage = null;
      // Where the network is gone closing takes long: nobody waits for it.
      socket.close(code);
      const why = new RoomTrouble(trouble);
      failed(why);
      for (const { fail } of asked.values()) fail(why);
      closed(trouble);
    };
    const exchange: Connection['exchange'] = (frame) =>
      new Promise((done, fail) => {
        if (over) throw new RoomTrouble('unreachable');
        const number = next++;
        const late = setTimeout(() => end('unreachable'), PATIENCE);
        const settled = () => (clearTimeout(late), asked.delete(number));
        asked.set(number, { done: (answer) => (settled(), done(answer)), fail: (why) => (settled(), fail(why)) });
        socket.send(frame(number));
      });
    const opening = setTimeout(() => end('unreachable'), PATIENCE);
    socket.onopen = () => {
      clearTimeout(opening);
      socket.onopen = null;
      opened({ exchange, end });
    };
    socket.onclose = ({ reason }) => {
      const refusal = refusals.find((one) => one === reason);
      // Why a socket does not open is told to nobody: a server that answers, and has no class, says so to a request.
      if (refusal || socket.onopen === null) end(refusal ?? 'unreachable');
      else void hasClasses(code).then((has) => end(has ? 'unreachable' : 'code'));
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      const answer = typeof data === 'string' ? wordsOf(data) : readPiece(new Uint8Array(data));
      if (!answer) end('unreachable');
      else if ('state' in answer) heard(answer.state);
      else if ('refused' in answer) asked.get(answer.number)?.fail(new RoomTrouble(answer.refused, answer.why));
      else asked.get(answer.number)?.done('piece' in answer ? answer.piece : answer.reply);
    };
  });
}

/** False of a server that answers and has no class. */
async function hasClasses(code: string): Promise<boolean> {
  try {
    const { status } = await fetch(new URL(roomPath(code), document.baseURI), { method: 'HEAD', cache: 'no-store', redirect: 'error', credentials: 'omit' });
    return status !== 404;
  } catch {
    return true;
  }
}

function wordsOf(text: string) {
  try {
    return roomAnswer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** A line to the class, which comes back by itself, as the same person, or with the teacher's key; `seen` hears of each state. */
export function openLine(code: string, seen: (state: RoomState) => void = () => {}, key = ''): RoomLine {
  let over = false;
  let token = '';
  let wait = AGAIN;
  let timer = 0;
  let connection: Promise<Connection> | null = null;
  let chosen = false;
  /** Reason why there will be no connection any more; empty while there may be one. */
  let final: Trouble | '' = '';

  const heard = (state: RoomState) => {
    if (over) return;
    wait = AGAIN;
    useRoom.setState({ state, trouble: '' });
    setClassGuesses(state.guesses);
    useReach.setState({ base: addressesOf(state).base });
    chosen ||= chooseShared(state);
    seen(state);
  };
  const closed = (trouble: Trouble) => {
    connection = null;
    if (over) return;
    useRoom.setState({ trouble });
    // Two copies of a tab would take the connection from each other for ever: the one that has lost it is nobody any more.
    if (trouble === 'elsewhere') {
      final = trouble;
      forgetToken(true);
    }
    // All pages of a class that was gone come back, but not all at once.
    if (isPassing(trouble)) timer = window.setTimeout(() => void connected().catch(() => {}), wait * (0.5 + Math.random() / 2));
    wait = Math.min(2 * wait, AGAIN_MOST);
  };
  const showKey = async (opened: Connection) => {
    const teaches = await say(opened, 'teach', { key }).then(() => true, (error: unknown) => {
      if (troubleOf(error) === 'key') return false;
      throw error;
    });
    useRoom.setState({ teaches });
  };
  /** The connection that there is, or the next one. */
  const connected = (): Promise<Connection> => {
    clearTimeout(timer);
    if (final !== '') return Promise.reject(new RoomTrouble(final));
    return (connection ??= connect(code, heard, closed).then(async (opened) => {
      try {
        if (token !== '') await say(opened, 'again', { token });
        if (key !== '') await showKey(opened);
      } catch (error) {
        opened.end(troubleOf(error));
        throw error;
      }
      return opened;
    }));
  };
  const exchange: Connection['exchange'] = async (frame) => (await connected()).exchange(frame);
  const ask: RoomLine['ask'] = async (deed, message) => {
    const reply = await say({ exchange }, deed, message);
    if (deed === 'join') ({ token } = reply as RoomReply<'join'>);
    if (deed === 'again') ({ token } = message as RoomMessage<'again'>);
    if (deed === 'join' || deed === 'again') keepToken(code, token);
    return reply;
  };
  const beat = window.setInterval(() => void (connection && ask('beat', {}).catch(() => {})), BEAT);

  const leave = (code: 1000 | typeof PAGE_LEFT) => void connection?.then(({ end }) => end('unreachable', code)).catch(() => {});
  const away = () => leave(PAGE_LEFT);
  // A page that is left may be kept for the way back, and its socket open; if it comes back, so does its connection.
  addEventListener('pagehide', away);

  useRoom.setState({ state: null, trouble: '', teaches: false });
  void connected().catch(() => {});
  return {
    ask,
    async send(deed, message, bytes) {
      await ask(deed, { ...message, bytes: bytes.length } as RoomMessage<typeof deed>);
      for (let from = 0; from < bytes.length; from += roomBounds.piece) await exchange((number) => writePiece(number, bytes.subarray(from, from + roomBounds.piece)));
    },
    async read(experiment, path, most) {
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      for (let from = 0, last = false; !last; ) {
        const piece = await exchange((number) => question(number, 'read', { experiment, path, from }));
        if (!(piece instanceof Uint8Array)) throw new RoomTrouble('wrong');
        pieces.push(piece as Uint8Array<ArrayBuffer>);
        from += piece.length;
        if (from > most) throw new RangeError('too long');
        last = piece.length < roomBounds.piece;
      }
      return new Uint8Array(await new Blob(pieces).arrayBuffer());
    },
    close() {
      over = true;
      clearTimeout(timer);
      clearInterval(beat);
      removeEventListener('pagehide', away);
      setClassGuesses([]);
      useReach.setState({ base: '' });
      leave(1000);
    },
  };
}

const question = <Request extends RoomRequest>(number: number, deed: Request, message: RoomMessage<Request>): string => JSON.stringify({ number, deed, message });

/** Asks in words; what comes back has the form that it must have. */
async function say<Request extends WordyRequest>({ exchange }: Pick<Connection, 'exchange'>, deed: Request, message: RoomMessage<Request>): Promise<RoomReply<Request>> {
  const { success, data } = roomReplies[deed].safeParse(await exchange((number) => question(number, deed, message)));
  if (!success) throw new RoomTrouble('unreachable');
  return data as RoomReply<Request>;
}

/** Reason why a question had no answer: any error without a word of its own counts as nothing heard. */
export const troubleOf = (error: unknown): Trouble => (error instanceof RoomTrouble ? error.trouble : 'unreachable');

/** Chooses the model and the data of the class, once they are here: runs are compared on the data that is chosen. False before. */
function chooseShared({ model, data }: RoomState): boolean {
  const catalog = useCatalog.getState();
  if (!modelById(catalog, model) || !dataById(catalog, data)) return false;
  const now = useSettings.getState();
  quietly(() => changeSettings({ ...(model !== now.model && { model, targets: [] }), data }));
  return true;
}
