import { defined } from '../../numbers/defined';
import { cleanName, roomBounds, type RoomMessage, type RoomState } from '../../records/class.meta';

/** An experiment that a class shares; its spec goes to pages as it is. */
export interface Shared {
  name: string;
  spec: { model: string; data: string; method: { method: string } };
}

/** Facts about a result besides its files. */
export interface Delivered {
  run: string;
  accuracy: number | null;
  /** Sender; null for a result that was there before. */
  person: number | null;
}

interface Entry extends Shared {
  result: (Delivered & { files: string[]; expected: number }) | null;
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
  paused: boolean;
  step: number;
  steps: number;
  loss: number | null;
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
  /** Milliseconds after which one that does not go on is, although its page is heard of. */
  standstill?: number;
  /** Makes tokens of people, which nobody can guess. */
  token: () => string;
}

/** Pages with whom an experiment has to fail before it is given to nobody any more. */
const MOST_FAILURES = 3;

/** Milliseconds after which silence is said: a page is heard of every ten seconds or more often. */
const QUIET = 30_000;

/** Milliseconds after which someone who is away, and has sent no result, is dropped from the table. */
const FORGOTTEN = 600_000;

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
  private readonly byToken = new Map<string, Person>();

  constructor(
    experiments: readonly Shared[],
    private readonly options: RoomOptions,
  ) {
    this.code = options.code;
    this.silence = options.silence ?? 90_000;
    this.entries = experiments.map((one) => ({ ...one, result: null, holder: null, given: new Set(), failed: new Set(), refused: new Set(), why: '' }));
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
    const clean = cleanName(name);
    const taken = new Set(this.people.map((one) => one.name));
    let unique = clean;
    for (let n = 2; clean !== '' && taken.has(unique); n++) unique = `${clean} ${n}`;
    const person: Person = { number: ++this.joined, name: unique, token: this.options.token(), has: null, paused: false, step: 0, steps: 0, loss: null, done: 0, seen: now, moved: now, lost: null, left: false, from };
    this.people.push(person);
    this.byToken.set(person.token, person);
    return { token: person.token, person: person.number };
  }

  /** True for a token of somebody of this room. */
  has(token: string): boolean {
    return this.byToken.has(token);
  }

  /** True for somebody of this room, who counts as there from now on. */
  knows(token: string, now: number): boolean {
    const person = this.byToken.get(token);
    if (person) Object.assign(person, { seen: now, lost: null, left: false });
    return person !== undefined;
  }

  nameOf(token: string): string {
    return this.byToken.get(token)?.name ?? '';
  }

  /** The next experiment that nobody has, or the one that this person has already; null where there is none for now. `over`: nor will there be. */
  take(token: string, now: number): { place: number | null; over: boolean } {
    this.settle(now);
    const person = this.byToken.get(token)!;
    if (person.has !== null) return { place: person.has, over: false };
    const place = this.entries.findIndex((entry) => this.stateOf(entry) === 'free' && isFor(entry, person));
    if (place >= 0) {
      defined(this.entries[place]).holder = person;
      defined(this.entries[place]).given.add(person.number);
      Object.assign(person, { has: place, paused: false, step: 0, steps: 0, loss: null, moved: now });
    }
    const left = this.entries.some((entry) => ['free', 'taken'].includes(this.stateOf(entry)) && isFor(entry, person));
    return { place: place < 0 ? null : place, over: !left };
  }

  /** Notes how far a person's experiment is. False where it is not that person's any more. */
  progress(token: string, { experiment, paused, step, steps, loss }: RoomMessage<'progress'>, now: number): boolean {
    this.settle(now);
    const person = this.byToken.get(token)!;
    const entry = this.entries[experiment];
    if (!entry?.given.has(person.number) || entry.result || (entry.holder && entry.holder !== person)) return false;
    if (!entry.holder) {
      // It was given back since the page was away, and nobody has taken it since. One that stood still stays free until it goes on.
      if (person.has !== null || (this.standsStill(person, now) && step <= person.step)) return false;
      person.has = experiment;
      entry.holder = person;
    }
    if (step !== person.step) person.moved = now;
    Object.assign(person, { paused, step, steps, loss });
    return true;
  }

  /** Takes an experiment back that a person stopped, or that failed there. */
  back(token: string, { experiment, why }: RoomMessage<'back'>): void {
    const person = this.byToken.get(token)!;
    const entry = this.entries[experiment];
    if (!entry || entry.holder !== person) return;
    this.release(person);
    if (why === '') return;
    entry.failed.add(person.number);
    entry.why = why;
  }

  /** Takes an experiment back from a person whose result of it cannot be so; it is free for others. */
  refuse(token: string, place: number): void {
    const person = this.byToken.get(token);
    const entry = defined(this.entries[place]);
    if (!person) return;
    if (entry.holder === person) this.release(person);
    entry.given.delete(person.number);
    entry.refused.add(person.number);
  }

  /** Somebody goes, and what they had is there for others at once. */
  leave(token: string): void {
    const person = this.byToken.get(token);
    if (!person) return;
    this.release(person);
    person.left = true;
  }

  /** The connection of somebody is gone, who may come back. */
  lose(token: string, now: number): void {
    const person = this.byToken.get(token);
    if (person) person.lost = now;
  }

  /** True where this person may send the result of an experiment: it was given to them once, and nobody was quicker. */
  mayDeliver(token: string, place: number): boolean {
    const person = this.byToken.get(token);
    const entry = this.entries[place];
    return person !== undefined && entry !== undefined && entry.result === null && entry.given.has(person.number);
  }

  /** A result has come, from a person or from before; `expected` files of its adapter follow. */
  deliver(place: number, { run, accuracy, person }: Delivered, expected: number, files: string[] = []): void {
    const entry = defined(this.entries[place]);
    if (entry.holder) this.release(entry.holder);
    const by = this.people.find((one) => one.number === person);
    entry.result = { run, accuracy, person: by?.number ?? null, files, expected };
    if (by) by.done++;
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

  state(now: number): RoomState {
    this.settle(now);
    const { spec } = defined(this.entries[0]);
    return {
      code: this.code,
      address: this.address,
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
        whole: entry.result !== null && entry.result.files.length >= entry.result.expected,
      })),
    };
  }

  private seenFrom(person: Person, now: number): RoomState['people'][number] {
    const { number, name, has, paused, step, steps, loss, done, seen } = person;
    const here = !this.isGone(person, now);
    const quiet = now - seen;
    return { number, name, here, silent: here && quiet >= QUIET ? 10 * Math.floor(quiet / 10_000) : 0, has, paused, step, steps, loss, done };
  }

  /** True for a page that is silent, or that has lost its connection and does not come back. */
  private isAway({ seen, lost }: Person, now: number): boolean {
    const { grace = 15_000 } = this.options;
    return now - seen > this.silence || (lost !== null && now - lost > grace);
  }

  /** True for whoever is not there: has left, or is away. */
  private isGone(person: Person, now: number): boolean {
    return person.left || this.isAway(person, now);
  }

  /** Forgets somebody who is gone, so that another has the place: first who has sent no result, and of these who was heard of least lately. */
  private forget(now: number): void {
    const [gone] = this.people.filter((one) => this.isGone(one, now)).sort((a, b) => Number(a.done > 0) - Number(b.done > 0) || a.seen - b.seen);
    if (!gone) return;
    this.release(gone);
    this.people = this.people.filter((one) => one !== gone);
    this.byToken.delete(gone.token);
    for (const { given, result } of this.entries) {
      given.delete(gone.number);
      if (result?.person === gone.number) result.person = null;
    }
  }

  private standsStill({ moved }: Person, now: number): boolean {
    const { standstill = 600_000 } = this.options;
    return now - moved > standstill;
  }

  private stateOf({ result, holder, failed }: Entry): 'free' | 'taken' | 'done' | 'failed' {
    return result ? 'done' : holder ? 'taken' : failed.size >= MOST_FAILURES ? 'failed' : 'free';
  }

  private release(person: Person): void {
    if (person.has !== null) defined(this.entries[person.has]).holder = null;
    person.has = null;
  }

  /** Takes experiments back from pages that are away, or that do not go on. */
  private settle(now: number): void {
    for (const person of this.people) if (this.isAway(person, now) || this.standsStill(person, now)) this.release(person);
  }
}
