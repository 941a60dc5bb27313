import { defined } from '../../numbers/defined';
import { cleanName, roomBounds, type RoomCurve, type RoomMessage, type RoomState } from '../../records/class.meta';
import type { Memory } from './memory';

/** An experiment that a class shares; its spec goes to pages as it is. */
export interface Shared {
  name: string;
  /** Settings that it shares with the experiments of other seeds; its own name where left out. */
  cell?: string;
  spec: { model: string; data: string; method: { method: string } };
}

/** Facts about a result besides its files. */
export interface Delivered {
  run: string;
  accuracy: number | null;
  /** Sender; null for a result that was there before. */
  person: number | null;
  /** Computed on the processor: whoever repeats it there gets the same bits. */
  exact?: boolean;
}

/** An experiment that is trained a second time by somebody who would wait otherwise. */
interface Repetition {
  holder: Person | null;
  given: Set<number>;
  /** Whether it gave the same bits; null where that is not known so far. */
  same: boolean | null;
}

interface Entry extends Shared {
  result: (Delivered & { files: string[]; expected: number }) | null;
  repetition: Repetition | null;
  /** Person who has the experiment now. */
  holder: Person | null;
  /** Everybody to whom it was given so far. */
  given: Set<number>;
  /** People with whom it failed, and why it did last. */
  failed: Set<number>;
  /** People whose result of it was refused. */
  refused: Set<number>;
  why: string;
}

interface Person {
  number: number;
  name: string;
  token: string;
  has: number | null;
  /** What it has is done, and is repeated. */
  again: boolean;
  paused: boolean;
  step: number;
  steps: number;
  loss: number | null;
  curve: RoomCurve['points'];
  /** Places of the answers that they guessed, by lesson. */
  guesses: Map<string, number>;
  done: number;
  /** Time it was last heard of, and time its experiment last progressed, in milliseconds. */
  seen: number;
  moved: number;
  /** Time at which the connection was lost; null while there is one. */
  lost: number | null;
  left: boolean;
  /** The network address that it joined from. */
  from: string;
}

export interface RoomOptions {
  code: string;
  /** Milliseconds of silence after which an experiment is given to another. */
  silence?: number;
  /** Milliseconds after a lost connection after which it is. */
  grace?: number;
  /** Milliseconds after a page was left after which it is: one that is loaded again is there before. */
  reload?: number;
  /** Milliseconds after which one that does not go on is, although its page is heard of. */
  standstill?: number;
  /** Makes tokens of people, which nobody can guess. */
  token: () => string;
  /** Makes an experiment of a further seed for a cell, with which a page trains that would wait otherwise; without it there are no more than were given. */
  further?: (cell: string) => Shared;
  /** Pages that would wait repeat what is done, where that can be compared. */
  repeats?: boolean;
  /** The class as it was before the server began anew; its results are delivered by their files. */
  before?: Memory & { now: number };
}

/** Pages with whom an experiment has to fail before it is given to nobody any more. */
const MOST_FAILURES = 3;

/** Milliseconds after which silence is said: a page is heard of every ten seconds or more often. */
const QUIET = 30_000;

/** Milliseconds after which someone who is away, and has sent no result, is dropped from the table. */
const FORGOTTEN = 600_000;

const entryOf = (one: Shared): Entry => ({ ...one, result: null, repetition: null, holder: null, given: new Set(), failed: new Set(), refused: new Set(), why: '' });

/** The run of whoever has just been given an experiment. */
const begun = { paused: false, step: 0, steps: 0, loss: null, curve: [] };

const cellOf = ({ cell, name }: Shared): string => cell ?? name;

const repeatedOf = ({ repetition }: Entry): RoomState['experiments'][number]['repeated'] => (!repetition ? '' : repetition.same === null ? (repetition.holder ? 'taken' : '') : repetition.same ? 'same' : 'other');

/** True for an experiment that this person may be given: with whom it failed, or whose result was refused, has no second try. */
const isFor = ({ failed, refused }: Entry, { number }: Person): boolean => !failed.has(number) && !refused.has(number);

/** A class and the experiments that it shares. Knows neither network nor files; `now` is in milliseconds. */
export class Room {
  readonly code: string;
  readonly silence: number;
  /** Address at which others open the page; empty until it is known. */
  address = '';
  private readonly entries: Entry[];
  private people: Person[] = [];
  private joined = 0;
  /** Nobody is given an experiment, and pages pause theirs. */
  private stopped = false;
  /** Experiments that the class began with. */
  private readonly grid: number;
  private readonly byToken = new Map<string, Person>();

  constructor(
    experiments: readonly Shared[],
    private readonly options: RoomOptions,
  ) {
    this.code = options.code;
    this.silence = options.silence ?? 90_000;
    this.entries = experiments.map(entryOf);
    this.grid = options.before?.grid ?? experiments.length;
    if (options.before) this.remember(options.before);
  }

  /** All that a server that begins anew has to know, besides results. */
  memory(): Memory {
    return {
      code: this.code,
      grid: this.grid,
      joined: this.joined,
      stopped: this.stopped,
      people: this.people.map(({ number, name, token, has, again, guesses }) => ({ number, name, token, has, again, ...(guesses.size > 0 && { guesses: Object.fromEntries(guesses) }) })),
      experiments: this.entries.map(({ name, cell, given, failed, refused, why, result, repetition }) => ({
        name, cell: cell ?? name, given: [...given], failed: [...failed], refused: [...refused], why,
        person: result?.person ?? null, files: result?.expected ?? 0,
        repeated: repetition && { given: [...repetition.given], same: repetition.same },
      })),
    };
  }

  /** People are as if they had lost the connection now: who has an experiment is waited for. */
  private remember({ joined, stopped, people, experiments, now }: Memory & { now: number }): void {
    this.joined = joined;
    this.stopped = stopped;
    for (const { number, name, token, has, again, guesses = {} } of people) {
      // Of whoever has nothing and does not come back nothing is shown.
      const seen = has === null ? now - FORGOTTEN - 1 : now;
      this.add({ ...begun, number, name, token, has, again, guesses: new Map(Object.entries(guesses)), done: 0, seen, moved: now, lost: now, left: false, from: '' });
    }
    for (const [place, { given, failed, refused, why, repeated }] of experiments.entries()) {
      const entry = this.entries[place];
      const holders = this.people.filter(({ has }) => has === place);
      if (entry) Object.assign(entry, { given: new Set(given), failed: new Set(failed), refused: new Set(refused), why, holder: holders.find(({ again }) => !again) ?? null, repetition: repeated && { given: new Set(repeated.given), same: repeated.same, holder: holders.find(({ again }) => again) ?? null } });
    }
  }

  private add(person: Person): void {
    this.people.push(person);
    this.byToken.set(person.token, person);
  }

  /**
   * Lets somebody in, in the place of somebody who has left where all places are taken; why not, where nobody has left, or too many
   * from one network address are there. Two of one name are told apart by a number.
   */
  join(name: string, now: number, from = ''): { token: string; person: number } | 'crowded' | 'address' {
    this.settle(now);
    const there = this.people.filter((one) => !this.isGone(one, now));
    if (there.filter((one) => one.from === from).length >= roomBounds.peopleOfAddress) return 'address';
    if (there.length >= roomBounds.people) return 'crowded';
    if (this.people.length >= roomBounds.people) this.forget(now);
    const person: Person = { number: ++this.joined, name: this.uniqueName(name), token: this.options.token(), has: null, again: false, ...begun, guesses: new Map(), done: 0, seen: now, moved: now, lost: null, left: false, from };
    this.add(person);
    return { token: person.token, person: person.number };
  }

  private uniqueName(name: string, of?: Person): string {
    const clean = cleanName(name);
    const taken = new Set(this.people.filter((one) => one !== of).map((one) => one.name));
    let unique = clean;
    for (let n = 2; clean !== '' && taken.has(unique); n++) unique = `${clean} ${n}`;
    return unique;
  }

  /** True for a token of somebody of this room. */
  has(token: string): boolean {
    return this.byToken.has(token);
  }

  /** True for somebody of this room, who counts as there from now on; `from` is their network address, where it may be another. */
  knows(token: string, now: number, from?: string): boolean {
    const person = this.byToken.get(token);
    if (person) Object.assign(person, { seen: now, lost: null, left: false, ...(from !== undefined && { from }) });
    return person !== undefined;
  }

  nameOf(token: string): string {
    return this.byToken.get(token)?.name ?? '';
  }

  /**
   * The experiment that this person has already, or the next: one that nobody has, of the settings that have begun least often so that all have
   * about as many results at any time; where all are taken a further seed of these, or one that is done, to repeat it. Null where there is none
   * for now. `over`: nor will there be.
   */
  take(token: string, now: number): { place: number | null; over: boolean } {
    this.settle(now);
    const person = this.byToken.get(token)!;
    if (this.stopped) return { place: null, over: false };
    if (person.has !== null) return { place: person.has, over: false };
    const place = this.freeFor(person) ?? (this.isWaitedFor() ? (this.furtherFor(person) ?? this.doneFor(person)) : null);
    if (place !== null) this.give(person, place, now);
    const left = this.entries.some((entry) => ['free', 'taken'].includes(this.stateOf(entry)) && isFor(entry, person));
    return { place, over: place === null && !left };
  }

  private give(person: Person, place: number, now: number): void {
    const entry = defined(this.entries[place]);
    const again = entry.result !== null;
    const role = again ? (entry.repetition ??= { holder: null, given: new Set(), same: null }) : entry;
    role.holder = person;
    role.given.add(person.number);
    Object.assign(person, { has: place, again, ...begun, moved: now });
  }

  private freeFor(person: Person): number | null {
    const begun = this.begunOf();
    const free = this.entries.flatMap((entry, place) => (this.stateOf(entry) === 'free' && isFor(entry, person) ? [place] : []));
    const at = (place: number) => begun.get(cellOf(defined(this.entries[place])))!;
    return free.length === 0 ? null : free.reduce((least, place) => (at(place) < at(least) ? place : least));
  }

  /** Experiments of each cell that are done or in progress. */
  private begunOf(): Map<string, number> {
    const begun = new Map<string, number>();
    for (const entry of this.entries) begun.set(cellOf(entry), (begun.get(cellOf(entry)) ?? 0) + Number(entry.result !== null || entry.holder !== null));
    return begun;
  }

  /** True while an experiment that the class began with is in progress. */
  private isWaitedFor(): boolean {
    return this.entries.slice(0, this.grid).some((entry) => this.stateOf(entry) === 'taken');
  }

  /** Makes an experiment of a further seed: at most as many as the class began with. */
  private furtherFor(person: Person): number | null {
    const { further } = this.options;
    if (!further || this.entries.length >= Math.min(2 * this.grid, roomBounds.experiments)) return null;
    const able = [...this.begunOf()].filter(([cell]) => this.entries.every((entry) => cellOf(entry) !== cell || (isFor(entry, person) && this.stateOf(entry) !== 'failed')));
    if (able.length === 0) return null;
    const [cell] = able.reduce((least, one) => (one[1] < least[1] ? one : least));
    this.entries.push(entryOf(further(cell)));
    return this.entries.length - 1;
  }

  /** An experiment whose result somebody else sent, that nobody has repeated. */
  private doneFor(person: Person): number | null {
    const place = this.entries.findIndex((entry) => entry.result?.exact && entry.result.person !== person.number && isFor(entry, person) && !entry.repetition?.holder && entry.repetition?.same == null && !entry.repetition?.given.has(person.number));
    return this.options.repeats && place >= 0 ? place : null;
  }

  /** Notes how far a person's experiment is. False where it is not that person's any more. */
  progress(token: string, { experiment, paused, step, steps, loss, curve = [] }: RoomMessage<'progress'>, now: number): boolean {
    this.settle(now);
    const person = this.byToken.get(token)!;
    const part = this.partOf(person, experiment);
    if (!part || (part.holder && part.holder !== person)) return false;
    if (!part.holder) {
      // It was given back since the page was away, and nobody has taken it since. One that stood still stays free until it goes on.
      if (person.has !== null || (this.standsStill(person, now) && step <= person.step)) return false;
      Object.assign(person, { has: experiment, again: part !== this.entries[experiment] });
      part.holder = person;
    }
    if (step !== person.step) person.moved = now;
    Object.assign(person, { paused, step, steps, loss, curve });
    return true;
  }

  /** The experiment that was given to a person and has no result so far, or its repetition; null where it is neither. */
  private partOf(person: Person, place: number): Entry | Repetition | null {
    const entry = this.entries[place];
    const part = entry?.result ? entry.repetition : entry;
    return part?.given.has(person.number) && (part === entry || (part as Repetition).same === null) ? part : null;
  }

  /** Takes an experiment back that a person stopped, or that failed there. */
  back(token: string, { experiment, why }: RoomMessage<'back'>): void {
    const person = this.byToken.get(token)!;
    const entry = this.entries[experiment];
    if (!entry || person.has !== experiment) return;
    const { again } = person;
    this.release(person);
    if (why === '' || again) return;
    entry.failed.add(person.number);
    entry.why = why;
  }

  /** Takes an experiment back from a person whose result of it cannot be so; it is free for others. */
  refuse(token: string, place: number): void {
    const person = this.byToken.get(token);
    const entry = defined(this.entries[place]);
    if (!person) return;
    if (person.has === place) this.release(person);
    for (const part of [entry, entry.repetition]) part?.given.delete(person.number);
    entry.refused.add(person.number);
  }

  /** Somebody goes, and what they had is there for others at once. */
  leave(token: string): void {
    const person = this.byToken.get(token);
    if (!person) return;
    this.release(person);
    person.left = true;
  }

  /** The connection of somebody is gone, who may come back; `left`: with the page, which may be loaded again. */
  lose(token: string, now: number, left = false): void {
    const person = this.byToken.get(token);
    if (person) Object.assign(person, { lost: now, left });
  }

  /** True where this person may send the result of an experiment: it was given to them once, and nobody was quicker; or they repeat it. */
  mayDeliver(token: string, place: number): boolean {
    const person = this.byToken.get(token);
    return person !== undefined && this.partOf(person, place) !== null;
  }

  /** True where what this person may send repeats a result. */
  isRepeated(place: number): boolean {
    return defined(this.entries[place]).result !== null;
  }

  /** A repetition has come; `same` is null where it was computed elsewhere than on the processor, and says nothing. */
  repeated(token: string, place: number, same: boolean | null): void {
    const person = this.byToken.get(token);
    const { repetition } = defined(this.entries[place]);
    if (person?.has === place) this.release(person);
    if (repetition) repetition.same = same;
  }

  /** A result has come, from a person or from before; `expected` files of its adapter follow. */
  deliver(place: number, { run, accuracy, person, exact = false }: Delivered, expected: number, files: string[] = []): void {
    const entry = defined(this.entries[place]);
    if (entry.holder) this.release(entry.holder);
    const by = this.people.find((one) => one.number === person);
    entry.result = { run, accuracy, person: by?.number ?? null, exact, files, expected };
    if (by) by.done++;
  }

  /** Takes a result back: its experiment is free, and not for whoever sent it. */
  takeBack(place: number): void {
    const entry = defined(this.entries[place]);
    const by = this.people.find((one) => one.number === entry.result?.person);
    if (entry.repetition?.holder) this.release(entry.repetition.holder);
    if (by) {
      by.done--;
      entry.refused.add(by.number);
    }
    Object.assign(entry, { result: null, repetition: null, given: new Set() });
  }

  /** Frees an experiment for everybody: takes it from whoever has it, and forgets with whom it failed. */
  free(place: number): void {
    const entry = defined(this.entries[place]);
    for (const part of [entry, entry.repetition]) if (part?.holder) this.release(part.holder);
    Object.assign(entry, { given: new Set(), failed: new Set(), refused: new Set(), why: '', ...(entry.repetition?.same == null && { repetition: null }) });
  }

  /** Gives somebody another name; the places of their results, or null where there is nobody of this number. */
  rename(number: number, name: string): { name: string; places: number[] } | null {
    const person = this.people.find((one) => one.number === number);
    if (!person) return null;
    person.name = this.uniqueName(name, person);
    return { name: person.name, places: this.entries.flatMap(({ result }, place) => (result?.person === number ? [place] : [])) };
  }

  /** Removes somebody, whose results stay; the token that counts no more, or null where there is nobody of this number. */
  remove(number: number): string | null {
    const person = this.people.find((one) => one.number === number);
    if (person) this.drop(person);
    return person?.token ?? null;
  }

  /** True while nobody is given an experiment and pages pause theirs. */
  get isStopped(): boolean {
    return this.stopped;
  }

  /** Stops all, or lets all go on. */
  stop(stopped: boolean, now: number): void {
    this.stopped = stopped;
    for (const person of this.people) person.moved = now;
  }

  numberOf(token: string): number {
    return this.byToken.get(token)!.number;
  }

  /** True where this person may send a file of an experiment's adapter: it is theirs, and one that is still to come. */
  maySend(token: string, place: number, path: string): boolean {
    const result = this.entries[place]?.result;
    return result !== null && result !== undefined && result.person === this.byToken.get(token)?.number && result.files.length < result.expected && !result.files.includes(path);
  }

  sent(place: number, path: string): void {
    defined(this.entries[place]).result!.files.push(path);
  }

  /** The experiment at a place; undefined where there is none. */
  experimentAt(place: number): Shared | undefined {
    return this.entries[place];
  }

  filesOf(place: number): readonly string[] | null {
    return this.entries[place]?.result?.files ?? null;
  }

  /** Keeps what somebody guessed in a lesson; of more lessons than are told the first is forgotten. */
  guess(token: string, { lesson, answer }: RoomMessage<'guess'>): void {
    const { guesses } = this.byToken.get(token)!;
    guesses.delete(lesson);
    guesses.set(lesson, answer);
    for (const [first] of guesses) if (guesses.size > roomBounds.lessons) guesses.delete(first);
  }

  /** Answers that were guessed, counted over everybody; a lesson that one person made up comes after those of a class. */
  private guessed(): RoomState['guesses'] {
    const lessons = new Map<string, number[]>();
    for (const { guesses } of this.people) {
      for (const [lesson, answer] of guesses) {
        const counts = lessons.get(lesson) ?? Array<number>(roomBounds.answers).fill(0);
        counts[answer] = (counts[answer] ?? 0) + 1;
        lessons.set(lesson, counts);
      }
    }
    const all = ({ counts }: RoomState['guesses'][number]) => counts.reduce((sum, one) => sum + one, 0);
    return [...lessons].map(([lesson, counts]) => ({ lesson, counts })).sort((a, b) => all(b) - all(a)).slice(0, roomBounds.lessons);
  }

  /** Curves of what is trained now. */
  curves(now: number): RoomCurve[] {
    this.settle(now);
    return this.people.flatMap(({ number, has, steps, curve }) => (has === null || curve.length === 0 ? [] : [{ person: number, experiment: has, steps, points: curve }]));
  }

  state(now: number): RoomState {
    this.settle(now);
    const { spec } = defined(this.entries[0]);
    return {
      code: this.code,
      address: this.address,
      stopped: this.stopped,
      model: spec.model,
      data: spec.data,
      people: this.people.filter((person) => person.done > 0 || !this.isGone(person, now) || now - person.seen <= FORGOTTEN).map((person) => this.seenFrom(person, now)),
      experiments: this.entries.map((entry) => ({
        name: entry.name,
        method: entry.spec.method.method,
        state: this.stateOf(entry),
        person: entry.result?.person ?? entry.holder?.number ?? null,
        why: this.stateOf(entry) === 'failed' ? entry.why : '',
        run: entry.result?.run ?? '',
        accuracy: entry.result?.accuracy ?? null,
        files: entry.result?.files ?? [],
        whole: entry.result !== null && (entry.result.files.length >= entry.result.expected || !this.isHere(entry.result.person, now)),
        repeated: repeatedOf(entry),
      })),
      grid: this.grid,
      guesses: this.guessed(),
    };
  }

  private seenFrom(person: Person, now: number): RoomState['people'][number] {
    const { number, name, has, again, paused, step, steps, loss, done, seen } = person;
    const here = !this.isGone(person, now);
    const quiet = now - seen;
    return { number, name, here, silent: here && quiet >= QUIET ? 10 * Math.floor(quiet / 10_000) : 0, has, again, paused, step, steps, loss, done };
  }

  /** True for a page that is silent, or that has lost its connection and does not come back. */
  private isAway({ seen, lost, left }: Person, now: number): boolean {
    const { grace = 15_000, reload = 10_000 } = this.options;
    return now - seen > this.silence || (lost !== null && now - lost > (left ? reload : grace));
  }

  private isHere(number: number | null, now: number): boolean {
    const person = this.people.find((one) => one.number === number);
    return person !== undefined && !this.isGone(person, now);
  }

  /** True for whoever is not there: has left, or is away. */
  private isGone(person: Person, now: number): boolean {
    return person.left || this.isAway(person, now);
  }

  /** Forgets somebody who is gone, so that another has the place: first who has sent no result, and of these who was heard of least lately. */
  private forget(now: number): void {
    const [gone] = this.people.filter((one) => this.isGone(one, now)).sort((a, b) => Number(a.done > 0) - Number(b.done > 0) || a.seen - b.seen);
    if (gone) this.drop(gone);
  }

  private drop(person: Person): void {
    this.release(person);
    this.people = this.people.filter((one) => one !== person);
    this.byToken.delete(person.token);
    for (const { given, result } of this.entries) {
      given.delete(person.number);
      if (result?.person === person.number) result.person = null;
    }
  }

  private standsStill({ moved }: Person, now: number): boolean {
    const { standstill = 600_000 } = this.options;
    return !this.stopped && now - moved > standstill;
  }

  private stateOf({ result, holder, failed }: Entry): 'free' | 'taken' | 'done' | 'failed' {
    return result ? 'done' : holder ? 'taken' : failed.size >= MOST_FAILURES ? 'failed' : 'free';
  }

  private release(person: Person): void {
    const entry = person.has === null ? undefined : this.entries[person.has];
    for (const part of [entry, entry?.repetition]) if (part?.holder === person) part.holder = null;
    Object.assign(person, { has: null, again: false });
  }

  /** Takes experiments back from pages that are away, or that do not go on. */
  private settle(now: number): void {
    for (const person of this.people) if (this.isAway(person, now) || this.standsStill(person, now)) this.release(person);
  }
}
