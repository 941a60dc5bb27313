import { createHash, timingSafeEqual } from 'node:crypto';
import { readRuns } from '../../records/runFile';
import { bytesAccess, openSafetensors } from '../../io/safetensors';
import type { RunRecord } from '../../train/protocol';
import { isAdapterFile, roomBounds, type RoomMessage, type RoomReply, type WordyRequest } from '../../records/class.meta';
import { Buckets } from './bucket';
import { Readings, type Begun } from './readings';
import { isExact } from './exact';
import type { Memory } from './memory';
import { Refused } from './refused';
import type { Room } from './room';

/** Storage for a class's results. Paths of adapters were checked. */
export interface ResultStore {
  /** Reason, as a sentence, why this is no true result of the experiment at a place; empty where nothing speaks against it. */
  check(place: number, run: RunRecord): Promise<string>;
  keep(place: number, run: RunRecord): Promise<void>;
  /** Whether a run of the experiment at a place gave the same bits as the result that is kept; null where one of them was not computed on the processor. */
  repeats(place: number, run: RunRecord): Promise<boolean | null>;
  /** Puts the result at a place aside, with its adapter. */
  discard(place: number): Promise<void>;
  /** Writes another name of its sender into the result at a place. */
  rename(place: number, by: string): Promise<void>;
  /** Keeps what the class has to know to go on. Never throws. */
  remember(memory: Memory): Promise<void>;
  keepFile(place: number, path: string, bytes: Uint8Array): Promise<void>;
  /** A result as a file of runs. */
  read(place: number): Promise<string>;
  /** At most so many bytes of a file from a byte on; fewer, or none, where it ends. */
  readFile(place: number, path: string, from: number, most: number): Promise<Uint8Array>;
}

/** A result, or a file of an adapter, that comes in pieces. */
interface Body {
  bytes: number;
  pieces: Uint8Array[];
  come: number;
  /** Time at which the last piece came, in milliseconds. */
  moved: number;
  keep: (bytes: Uint8Array) => Promise<void>;
}

export interface Asker {
  /** Token of the person; empty until they have joined. */
  token: string;
  /** Their network address. */
  address: string;
  /** Body being sent, if any. */
  body: Body | null;
  /** Results being read. */
  begun: Begun;
  /** Has shown the teacher's key. */
  isTeacher: boolean;
}

/** Results and adapters that may be in transit at once; one per person. */
const MOST_LARGE = 16;

/** Joins allowed from one network address: so many at once, and so many a second after that. A tab joins once, however often it is loaded. */
const JOINS = { burst: roomBounds.peopleOfAddress, rate: 0.5 };

type Handlers = { [Request in WordyRequest]: (asker: Asker, message: RoomMessage<Request>) => RoomReply<Request> | Promise<RoomReply<Request>> };

/** Requests of the board. */
type TeacherRequest = 'teach' | 'discard' | 'free' | 'rename' | 'remove' | 'stop';

/** Answers a class's questions from the room and the kept results. Knows no network. Throws Refused. */
export class RoomRequests {
  private readonly sending = new Set<Asker>();
  /** Bytes of each experiment's adapter so far. */
  private readonly sizes = new Map<number, number>();
  /** Results are taken one after another: of two of one experiment the first counts. */
  private turn: Promise<unknown> = Promise.resolve();
  private readonly readings: Readings;
  private readonly joins = new Buckets(JOINS.burst, JOINS.rate);

  constructor(
    private readonly room: Room,
    private readonly kept: ResultStore,
    private readonly clock: () => number,
    private readonly key: string,
  ) {
    this.readings = new Readings((place) => kept.read(place));
  }

  /** To whoever trains. */
  private readonly toMembers: Omit<Handlers, TeacherRequest> = {
    join: (asker, { name }) => {
      if (asker.token !== '') throw new Refused('wrong');
      const now = this.clock();
      if (!this.joins.take(asker.address, 1, now)) throw new Refused('address');
      const joined = this.room.join(name, now, asker.address);
      if (typeof joined === 'string') throw new Refused(joined);
      asker.token = joined.token;
      return joined;
    },
    again: (asker, { token }) => {
      if (asker.token !== '') throw new Refused('wrong');
      if (!this.room.knows(token, this.clock(), asker.address)) throw new Refused('person');
      asker.token = token;
      return { person: this.room.numberOf(token) };
    },
    take: (asker) => {
      const { place, over } = this.room.take(this.tokenOf(asker), this.clock());
      return { experiment: place === null ? null : { place, spec: this.room.experimentAt(place)!.spec as unknown as NonNullable<RoomReply<'take'>['experiment']>['spec'] }, over };
    },
    progress: (asker, message) => ({ yours: this.room.progress(this.tokenOf(asker), message, this.clock()), stopped: this.room.isStopped }),
    guess: (asker, message) => (this.room.guess(this.tokenOf(asker), message), {}),
    curves: () => ({ curves: this.room.curves(this.clock()) }),
    back: (asker, message) => (this.room.back(this.tokenOf(asker), message), {}),
    result: (asker, { experiment, bytes, files }) => this.expect(asker, experiment, bytes, roomBounds.result, this.resultOf(this.tokenOf(asker), experiment, files)),
    file: (asker, { experiment, bytes, path }) => {
      if (!isAdapterFile(path)) throw new Refused('wrong');
      return this.expect(asker, experiment, bytes, roomBounds.adapter - (this.sizes.get(experiment) ?? 0), this.fileOf(this.tokenOf(asker), experiment, path));
    },
    beat: () => ({}),
  };

  /** To whoever has the board, and its key. */
  private readonly toTeacher: Pick<Handlers, TeacherRequest> = {
    teach: (asker, { key }) => {
      if (!isSame(key, this.key)) throw new Refused('key');
      asker.isTeacher = true;
      return {};
    },
    discard: (asker, { experiment }) => {
      this.mustTeach(asker, experiment);
      if (this.room.filesOf(experiment) === null) throw new Refused('gone');
      return this.inTurn(async () => {
        await this.kept.discard(experiment);
        this.sizes.delete(experiment);
        this.room.takeBack(experiment);
        return {};
      });
    },
    free: (asker, { experiment }) => {
      this.mustTeach(asker, experiment);
      this.room.free(experiment);
      return {};
    },
    rename: (asker, { person, name }) => {
      this.mustTeach(asker);
      const renamed = this.room.rename(person, name);
      if (!renamed) throw new Refused('person');
      return this.inTurn(async () => {
        for (const place of renamed.places) await this.kept.rename(place, renamed.name);
        return { name: renamed.name };
      });
    },
    remove: (asker, { person }) => {
      this.mustTeach(asker);
      if (this.room.remove(person) === null) throw new Refused('person');
      return {};
    },
    stop: (asker, { stopped }) => {
      this.mustTeach(asker);
      this.room.stop(stopped, this.clock());
      return {};
    },
  };

  readonly answers: Handlers = { ...this.toMembers, ...this.toTeacher };

  /** A piece of a result (no path) or of a file of its adapter. */
  async read({ begun }: Asker, { experiment, path, from }: RoomMessage<'read'>): Promise<Uint8Array> {
    this.mustBe(experiment);
    const files = this.room.filesOf(experiment);
    if (files === null) throw new Refused('gone');
    const { piece } = roomBounds;
    if (path === '') return this.readings.piece(begun, experiment, from, piece);
    if (!files.includes(path)) throw new Refused('wrong');
    return this.kept.readFile(experiment, path, from, piece);
  }

  /** Takes a piece of what was announced, and keeps the whole once it is there. */
  async receive(asker: Asker, piece: Uint8Array): Promise<object> {
    const { body } = asker;
    const isNext = body && piece.length === Math.min(roomBounds.piece, body.bytes - body.come);
    if (isNext) {
      body.pieces.push(piece);
      body.come += piece.length;
      body.moved = this.clock();
      if (body.come < body.bytes) return {};
    }
    try {
      if (!isNext) throw new Refused('wrong');
      await body.keep(new Uint8Array(Buffer.concat(body.pieces)));
      return {};
    } finally {
      this.drop(asker);
    }
  }

  /** Forgets what somebody was sending. */
  drop(asker: Asker): void {
    asker.body = null;
    this.sending.delete(asker);
  }

  private expect(asker: Asker, place: number, bytes: number, most: number, { may, keep }: { may: () => boolean; keep: (bytes: Uint8Array) => Promise<void> }): RoomReply<'result'> {
    this.mustBe(place);
    if (bytes === 0) throw new Refused('wrong');
    if (bytes > most) throw new Refused('size');
    const must = () => {
      if (!may()) throw new Refused('gone');
    };
    must();
    if (asker.body || this.sending.size >= MOST_LARGE) throw new Refused('busy');
    this.sending.add(asker);
    asker.body = { bytes, pieces: [], come: 0, moved: this.clock(), keep: (all) => this.inTurn(async () => (must(), keep(all))) };
    return {};
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => {});
    return mine;
  }

  private resultOf(token: string, place: number, files: number) {
    return {
      may: () => this.room.mayDeliver(token, place),
      keep: async (bytes: Uint8Array) => {
        const run = runIn(bytes);
        const untrue = run ? await this.kept.check(place, run) : 'It is no file of one run.';
        if (!run || untrue) {
          this.room.refuse(token, place);
          throw new Refused('untrue', untrue);
        }
        // The teacher may have freed it, or removed the person, meanwhile.
        if (!this.room.mayDeliver(token, place)) throw new Refused('gone');
        if (this.room.isRepeated(place)) return this.room.repeated(token, place, await this.kept.repeats(place, run));
        // Whoever is gone before it is kept may be forgotten by then.
        const [by, person] = [this.room.nameOf(token), this.room.numberOf(token)];
        await this.kept.keep(place, { ...run, ...(by && { by }) });
        this.room.deliver(place, { run: run.spec.id, accuracy: accuracyOf(run), person, exact: isExact(run) }, files);
      },
    };
  }

  private fileOf(token: string, place: number, path: string) {
    return {
      may: () => this.room.maySend(token, place, path),
      keep: async (bytes: Uint8Array) => {
        if (path.endsWith('.json')) mustBeJson(bytes);
        else await openSafetensors(bytesAccess(bytes)).catch(() => Promise.reject(new Refused('wrong')));
        await this.kept.keepFile(place, path, bytes);
        this.sizes.set(place, (this.sizes.get(place) ?? 0) + bytes.length);
        this.room.sent(place, path);
      },
    };
  }

  /** The token of somebody who has joined, and whom the room has not forgotten since. */
  private tokenOf({ token }: Asker): string {
    if (!this.room.has(token)) throw new Refused('person');
    return token;
  }

  private mustTeach({ isTeacher }: Asker, place?: number): void {
    if (!isTeacher) throw new Refused('key');
    if (place !== undefined) this.mustBe(place);
  }

  private mustBe(place: number): void {
    if (!this.room.experimentAt(place)) throw new Refused('wrong');
  }
}

/** In a time that says nothing of the letters. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

function mustBeJson(bytes: Uint8Array): void {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refused('wrong');
  }
}

/** The one run of a file of runs, without what a class has no use for; null where the bytes are no such file. */
function runIn(bytes: Uint8Array): RunRecord | null {
  let runs: RunRecord[];
  try {
    runs = readRuns(bytes, 'the result');
  } catch {
    return null;
  }
  const [run] = runs;
  if (runs.length !== 1 || !run) return null;
  const { notes: _, by: __, error: ___, ...rest } = run;
  return rest;
}

/** Test accuracy of a run; null where it has none. */
export function accuracyOf({ summary }: RunRecord): number | null {
  const accuracy = summary?.final?.accuracy ?? NaN;
  return Number.isFinite(accuracy) ? accuracy : null;
}
