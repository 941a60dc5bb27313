import * as z from 'zod/mini';

/**
 * A class: pages of one local network share the experiments of a study. A page joins the room by its code, takes the next experiment
 * that nobody has, and sends what it measured back. These are the messages of both sides and their bounds: whoever reads one checks it.
 *
 * They go over a WebSocket. A page asks under a number, in words (JSON) or with a piece of what is too long for words (bytes), and each
 * question has one answer of the same number. Unasked the server says the state, when it has changed. A page that closes its socket
 * leaves the class. It may come back on another socket as the same person, by the token that joining gave, also once it is loaded again;
 * a socket that somebody has the same token on is closed then (`elsewhere`), so that of two copies of a tab the latest goes on.
 */

/** Bounds of what is sent. Sizes in bytes. */
export const roomBounds = {
  people: 200,
  /** Of these, who may be there from one network address: a school may have a single one. */
  peopleOfAddress: 150,
  name: 40,
  experiments: 1000,
  /** Of a question in words. */
  message: 8192,
  /** Of a piece of a result or of an adapter's file: all are as long, but the last. */
  piece: 2 ** 18,
  result: 16 * 2 ** 20,
  /** Of all files of an adapter together, and how many there are. */
  adapter: 64 * 2 ** 20,
  files: 6,
  /** Of a curve, while it is trained, and the largest loss of one. */
  points: 32,
  loss: 1e6,
  /** Lessons of which somebody's guess is kept, and which are told; and answers of one. */
  lessons: 16,
  answers: 6,
} as const;

/** Letters and digits of a code: none that look like another. */
export const codeLetters = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
export const codeLength = 6;

/** A code as it is typed: small letters, spaces and hyphens do not matter. Empty where it cannot be one. */
export function readCode(typed: string): string {
  const code = typed.slice(0, 40).toUpperCase().replaceAll(/[\s-]/g, '');
  return code.length === codeLength && [...code].every((letter) => codeLetters.includes(letter)) ? code : '';
}

/** A name as others see it; empty where there is none. Characters that are not seen become spaces, but for what joins two pictures to one. */
export const cleanName = (name: string): string => name.replaceAll(/(?:(?!(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d\p{Extended_Pictographic})[\p{C}\s])+/gu, ' ').trim().slice(0, roomBounds.name).trim();

/** Path of the room on its server, from the page's own address. */
export const roomPath = (code: string): string => `class/${code}`;

/** A file of an adapter: no path leads elsewhere. */
export const isAdapterFile = (path: string): boolean => /^[a-z][a-z0-9_]{0,60}\.(json|safetensors)$/.test(path);

const text = (most: number) => z.string().check(z.maxLength(most));
const count = (most = 1e9) => z.int().check(z.gte(0), z.lte(most));
const place = count(roomBounds.experiments - 1);

/** A curve while it is trained: step and loss of a few of its steps, in their order. A later one takes its place, so that nothing adds up. */
const curve = z.array(z.tuple([count(), z.number().check(z.gte(0), z.lte(roomBounds.loss))])).check(
  z.maxLength(roomBounds.points),
  z.refine((points) => points.every(([step], i) => step > (points[i - 1]?.[0] ?? -1))),
);
const lesson = z.string().check(z.regex(/^[a-z][a-z-]{0,39}$/));

/** Requests of a page, by what it asks for. */
export const roomMessages = {
  join: z.object({ name: text(200) }),
  /** Is the same person again, on another socket. */
  again: z.object({ token: text(100) }),
  take: z.object({}),
  progress: z.object({ experiment: place, paused: z.boolean(), step: count(), steps: count(), loss: z.nullable(z.number()), curve: z.optional(curve) }),
  /** `why` is what failed; empty where the person stopped it. */
  back: z.object({ experiment: place, why: text(1000) }),
  /** The result, or a file of its adapter, is so many bytes, which follow in pieces once this is answered; `files` come after the result. */
  result: z.object({ experiment: place, bytes: count(), files: count(roomBounds.files) }),
  file: z.object({ experiment: place, bytes: count(), path: text(100) }),
  /** A piece of a result (no path) or of a file of its adapter; the last one is shorter than others. */
  read: z.object({ experiment: place, path: text(100), from: count() }),
  /** What somebody guessed in a lesson: the place of the answer. Only how often each was chosen is told. */
  guess: z.object({ lesson, answer: count(roomBounds.answers - 1) }),
  /** The curves of what is trained now. */
  curves: z.object({}),
  /** Hears whether the other side is there. */
  beat: z.object({}),
  /** Shows the teacher's key, which the server prints with the board's address; what follows needs it. */
  teach: z.object({ key: text(100) }),
  /** Takes a result back, or an experiment from whoever has it, or with whom it has failed. */
  discard: z.object({ experiment: place }),
  free: z.object({ experiment: place }),
  rename: z.object({ person: count(), name: text(200) }),
  remove: z.object({ person: count() }),
  /** Stops all pages, or lets them go on. */
  stop: z.object({ stopped: z.boolean() }),
};
export type RoomRequest = keyof typeof roomMessages;
export type RoomMessage<Request extends RoomRequest> = z.output<(typeof roomMessages)[Request]>;

const none = z.object({});
/** The server's replies in words; `read` has a piece for a reply. */
export const roomReplies = {
  join: z.object({ token: text(100), person: count() }),
  again: z.object({ person: count() }),
  /** The experiment, or nothing for now; `over` where there will be none any more. What its spec holds is checked as any run's. */
  take: z.object({ experiment: z.nullable(z.object({ place, spec: z.looseObject({ model: text(300), data: text(300), name: text(200), method: z.looseObject({ method: text(60) }), train: z.looseObject({}) }) })), over: z.boolean() }),
  /** False where another page has the experiment by now, or its result is there. */
  progress: z.object({ yours: z.boolean(), stopped: z.boolean() }),
  back: none,
  result: none,
  file: none,
  guess: none,
  curves: z.object({ curves: z.array(z.object({ person: count(), experiment: place, steps: count(), points: curve })).check(z.maxLength(roomBounds.people)) }),
  beat: none,
  teach: none,
  discard: none,
  free: none,
  /** The name as it is now: two of one name are told apart by a number. */
  rename: z.object({ name: text(roomBounds.name + 5) }),
  remove: none,
  stop: none,
};
export type WordyRequest = keyof typeof roomReplies;
export type RoomReply<Request extends WordyRequest> = z.output<(typeof roomReplies)[Request]>;

/** Reasons why the server refuses: in its reply, or when it closes the socket. With `untrue`, a result that cannot be so, goes a sentence. */
export const refusals = ['code', 'person', 'elsewhere', 'crowded', 'address', 'busy', 'size', 'wrong', 'untrue', 'gone', 'failed', 'key'] as const;
export type Refusal = (typeof refusals)[number];

/** Code with which the server closes a socket that it refuses (policy violation). */
export const REFUSED = 1008;

/** Code with which a page closes its socket when it is left, and perhaps loaded again; with 1000 its person leaves the class. */
export const PAGE_LEFT = 4000;

const person = z.object({
  /** From 1, in the order of joining. */
  number: count(),
  name: text(roomBounds.name + 5),
  here: z.boolean(),
  /** Seconds for which nothing was heard of it, in tens; 0 while that is no reason to wonder, and of one that is not here. */
  silent: count(),
  /** The experiment it has, and how far that is. */
  has: z.nullable(place),
  /** It is done, and is repeated. */
  again: z.boolean(),
  paused: z.boolean(),
  step: count(),
  steps: count(),
  loss: z.nullable(z.number()),
  /** Experiments whose results it has sent. */
  done: count(),
});
const experiment = z.object({
  name: text(300),
  method: text(60),
  state: z.enum(['free', 'taken', 'done', 'failed']),
  /** Person who has the experiment, or has sent its result; null where nobody of this room has. */
  person: z.nullable(count()),
  /** Reason why it failed. */
  why: text(1000),
  /** Of its result: the run's id, its test accuracy where there is one, and files of its adapter; `whole` once all of them are there. */
  run: text(200),
  accuracy: z.nullable(z.number()),
  files: z.array(text(100)).check(z.maxLength(roomBounds.files)),
  whole: z.boolean(),
  /** Somebody else trains it once more, or has: on the processor it gave the same bits, or others. */
  repeated: z.enum(['', 'taken', 'same', 'other']),
});
/** The room as everybody in it sees it. */
export const roomState = z.object({
  code: text(20),
  model: text(300),
  data: text(300),
  /** Of the page for others, as far as the server knows. */
  address: text(300),
  /** The teacher has stopped all pages. */
  stopped: z.boolean(),
  people: z.array(person).check(z.maxLength(roomBounds.people)),
  experiments: z.array(experiment).check(z.maxLength(roomBounds.experiments)),
  /** Of these the first so many are those that the class began with; the others are further seeds of them. */
  grid: count(roomBounds.experiments),
  /** How often each answer was guessed, by lesson; the lessons with the most guesses. */
  guesses: z.array(z.object({ lesson, counts: z.array(count(roomBounds.people)).check(z.length(roomBounds.answers)) })).check(z.maxLength(roomBounds.lessons)),
});

const number = count(2 ** 32 - 1);
/** Messages in words, of a page and of the server. */
export const roomQuestion = z.object({ number, deed: z.enum(Object.keys(roomMessages) as RoomRequest[]), message: z.unknown() });
export const roomAnswer = z.union([z.object({ state: roomState }), z.object({ number, refused: z.enum(refusals), why: z.optional(text(1000)) }), z.object({ number, reply: z.unknown() })]);

/** Bytes of the number before a piece: a u32, little-endian. */
export const PIECE_HEAD = 4;

/** A piece under the number of its question. */
export function writePiece(number: number, piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(PIECE_HEAD + piece.length);
  new DataView(frame.buffer).setUint32(0, number, true);
  frame.set(piece, PIECE_HEAD);
  return frame;
}

/** Null for what is none. */
export function readPiece(frame: Uint8Array<ArrayBuffer>): { number: number; piece: Uint8Array<ArrayBuffer> } | null {
  if (frame.length < PIECE_HEAD) return null;
  return { number: new DataView(frame.buffer, frame.byteOffset).getUint32(0, true), piece: frame.subarray(PIECE_HEAD) };
}

export type RoomState = z.output<typeof roomState>;
export type RoomPerson = z.output<typeof person>;
export type RoomExperiment = z.output<typeof experiment>;
export type RoomCurve = RoomReply<'curves'>['curves'][number];

/** Numbers of experiments by state, and in all. */
export function countsOf({ experiments }: Pick<RoomState, 'experiments'>): Record<RoomExperiment['state'] | 'all', number> {
  const counts = { free: 0, taken: 0, done: 0, failed: 0, all: experiments.length };
  for (const { state } of experiments) counts[state]++;
  return counts;
}
