import * as z from 'zod/mini';

/**
 * A class: pages of one local network share the experiments of a study. A page joins the room by its code, takes the next experiment
 * that nobody has, and sends what it measured back. These are the messages of both sides and their bounds: whoever reads one checks it.
 */

/** Bounds of what is sent. Sizes in bytes. */
export const roomBounds = {
  people: 200,
  name: 40,
  experiments: 1000,
  /** Of a message that is neither a result nor part of an adapter. */
  message: 4096,
  result: 16 * 2 ** 20,
  /** Of all files of an adapter together, and how many there are. */
  adapter: 64 * 2 ** 20,
  files: 6,
  state: 4 * 2 ** 20,
} as const;

/** Letters and digits of a code: none that look like another. */
export const codeLetters = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
export const codeLength = 6;

/** A code as it is typed: small letters, spaces and hyphens do not matter. Empty where it cannot be one. */
export function readCode(typed: string): string {
  const code = typed.slice(0, 40).toUpperCase().replaceAll(/[\s-]/g, '');
  return code.length === codeLength && [...code].every((letter) => codeLetters.includes(letter)) ? code : '';
}

/** A name as others see it; empty where there is none. */
export const cleanName = (name: string): string => name.replaceAll(/[\p{C}\s]+/gu, ' ').trim().slice(0, roomBounds.name).trim();

/** Where the room is on its server, from the page's own address: the state, or what is done with it. */
export const roomPath = (code: string, ...rest: (string | number)[]): string => ['class', code, ...rest].join('/');

/** A file of an adapter: no path leads elsewhere. */
export const isAdapterFile = (path: string): boolean => /^[a-z][a-z0-9_]{0,60}\.(json|safetensors)$/.test(path);

const text = (most: number) => z.string().check(z.maxLength(most));
const count = (most = 1e9) => z.int().check(z.gte(0), z.lte(most));
const place = count(roomBounds.experiments - 1);

/** What a page sends, by what it asks for. */
export const roomMessages = {
  join: z.object({ name: text(200) }),
  take: z.object({}),
  progress: z.object({ experiment: place, paused: z.boolean(), step: count(), steps: count(), loss: z.nullable(z.number()) }),
  /** `why` is what failed; empty where the person stopped it. */
  back: z.object({ experiment: place, why: text(1000) }),
  leave: z.object({}),
};
export type RoomDeed = keyof typeof roomMessages;
export type RoomMessage<Deed extends RoomDeed> = z.output<(typeof roomMessages)[Deed]>;

/** What the server answers. `beat`: seconds after which it wants to hear of a page that trains. */
export const roomReplies = {
  join: z.object({ token: text(100), person: count(), beat: z.number().check(z.gt(0), z.lte(600)) }),
  /** The experiment, or nothing for now; `over` where there will be none any more. What its spec holds is checked as any run's. */
  take: z.object({ experiment: z.nullable(z.object({ place, spec: z.looseObject({ model: text(300), data: text(300), name: text(200), method: z.looseObject({ method: text(60) }), train: z.looseObject({}) }) })), over: z.boolean() }),
  /** False where another page has the experiment by now, or its result is there. */
  progress: z.object({ yours: z.boolean() }),
  back: z.object({}),
  leave: z.object({}),
};
export type RoomReply<Deed extends RoomDeed> = z.output<(typeof roomReplies)[Deed]>;

/** Why the server refuses. */
export const refusals = ['code', 'person', 'crowded', 'busy', 'size', 'wrong', 'gone', 'failed'] as const;
export type Refusal = (typeof refusals)[number];
export const refusalReply = z.object({ refused: z.enum(refusals) });

const person = z.object({
  /** From 1, in the order of joining. */
  number: count(),
  name: text(roomBounds.name + 5),
  here: z.boolean(),
  /** The experiment it has, and how far that is. */
  has: z.nullable(place),
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
  /** Who has it, or has sent its result; null where nobody of this room has. */
  person: z.nullable(count()),
  /** Why it failed. */
  why: text(1000),
  /** Of its result: the run's id, its test accuracy where there is one, and files of its adapter; `whole` once all of them are there. */
  run: text(200),
  accuracy: z.nullable(z.number()),
  files: z.array(text(100)).check(z.maxLength(roomBounds.files)),
  whole: z.boolean(),
});
/** The room as everybody in it sees it. */
export const roomState = z.object({
  code: text(20),
  model: text(300),
  data: text(300),
  /** Of the page for others, as far as the server knows. */
  address: text(300),
  people: z.array(person).check(z.maxLength(roomBounds.people)),
  experiments: z.array(experiment).check(z.maxLength(roomBounds.experiments)),
});
export type RoomState = z.output<typeof roomState>;
export type RoomPerson = z.output<typeof person>;
export type RoomExperiment = z.output<typeof experiment>;

/** How many experiments are done, failed, in work, and in all. */
export function countsOf({ experiments }: Pick<RoomState, 'experiments'>): Record<RoomExperiment['state'] | 'all', number> {
  const counts = { free: 0, taken: 0, done: 0, failed: 0, all: experiments.length };
  for (const { state } of experiments) counts[state]++;
  return counts;
}
