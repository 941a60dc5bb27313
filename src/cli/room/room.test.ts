import { expect, test } from 'vitest';
import { defined } from '../../numbers/defined';
import { roomBounds } from '../../records/class.meta';
import { Room, type RoomOptions, type Shared } from './room';

const shared = (count: number): Shared[] => Array.from({ length: count }, (_, i) => ({ name: `m/${i}`, spec: { model: 'a', data: 'b', method: { method: 'm' } } }));

function open(count: number, options: Partial<RoomOptions> = {}) {
  let n = 0;
  const room = new Room(shared(count), { code: 'ABCDEF', silence: 1000, standstill: 5000, token: () => `t${++n}`, ...options });
  const joined = (name = '', now = 0, from = String(n)) => {
    const person = room.join(name, now, from);
    if (typeof person === 'string') throw new Error(person);
    return person;
  };
  const join = (name?: string, now?: number) => joined(name, now).token;
  const at = (step: number, experiment = 0) => ({ experiment, paused: false, step, steps: 9, loss: 1 });
  const states = (now: number) => room.state(now).experiments.map(({ state, person }) => `${state}${person ?? ''}`);
  return { room, join, joined, at, states };
}
const run = { run: 'id', accuracy: 0.5 };

test('each person has another experiment, and asking again gives the same one', () => {
  const { room, join, states } = open(3);
  const [a, b] = [join('Ada'), join('Ben')];
  expect([room.take(a, 0), room.take(b, 0), room.take(a, 0)]).toEqual([{ place: 0, over: false }, { place: 1, over: false }, { place: 0, over: false }]);
  expect(states(0)).toEqual(['taken1', 'taken2', 'free']);
});

test('names are cleaned, two of one name are told apart, and a room has its bounds', () => {
  const { room, join } = open(1);
  join('  Ada\n\u202e Lovelace ');
  join('Ada Lovelace');
  join('x'.repeat(100));
  join('👩🏽‍🔬\u200d');
  join();
  expect(room.state(0).people.map(({ name }) => name)).toEqual(['Ada Lovelace', 'Ada Lovelace 2', 'x'.repeat(40), '👩🏽‍🔬', '']);
  for (let i = 5; i < 200; i++) join();
  expect(room.join('late', 0)).toBe('crowded');
});

test('places of those who left are taken again: 25 people who each join eight times over leave room for the next', () => {
  const { room, join } = open(1);
  let now = 0;
  for (let again = 0; again < 8; again++) {
    const tokens = Array.from({ length: 25 }, () => join('', now));
    for (const token of tokens) room.leave(token);
    now += 300_000;
  }
  expect(room.join('Ada', now)).toMatchObject({ person: 201 });
  // The board shows who is there, and who was until a moment ago.
  expect(room.state(now).people.filter(({ here }) => here).map(({ name }) => name)).toEqual(['Ada']);
  expect(room.state(now).people).toHaveLength(51);
});

test('who has sent a result stays in the table, and gives way last; who is forgotten is nobody, and harms nothing', () => {
  const { room, join, joined } = open(3);
  const [ada, ben, cem] = [join('Ada', 0), join('Ben', 1), joined('Cem', 2)];
  for (const token of [ada, ben]) room.take(token, 3);
  room.deliver(0, { ...run, person: room.numberOf(ada) }, 1);
  room.back(ben, { experiment: 1, why: '' });
  for (const token of [ada, ben, cem.token]) room.leave(token);
  const rows = (now: number) => room.state(now).people.map(({ name, here, done }) => `${name} ${here} ${done}`);
  expect([rows(600_001), rows(600_003)]).toEqual([['Ada false 1', 'Ben false 0', 'Cem false 0'], ['Ada false 1']]);
  // As long as nobody needs the place the same page may come back to it.
  expect([room.knows(cem.token, 700_000), rows(700_000)]).toEqual([true, ['Ada false 1', 'Cem true 0']]);
  room.leave(cem.token);

  const others = Array.from({ length: 198 }, () => join('', 700_000));
  expect([ada, ben, cem.token].map((token) => room.has(token))).toEqual([true, false, true]);
  expect(room.mayDeliver(ben, 1)).toBe(false);
  room.lose(ben, 700_000);
  room.leave(ben);
  expect([room.knows(ben, 700_000), room.join('', 700_000, 'x')]).toEqual([false, { token: 't202', person: 202 }]);
  expect([ada, cem.token].map((token) => room.has(token))).toEqual([true, false]);
  expect(room.join('', 700_000, 'y')).toMatchObject({ person: 203 });
  // The result stays; only who sent it is not known any more.
  expect([room.has(ada), room.state(700_000).experiments[0]]).toEqual([false, expect.objectContaining({ state: 'done', person: null })]);
  expect(room.join('', 700_000, 'z')).toBe('crowded');
  for (const token of others) room.leave(token);
  expect(room.join('', 700_000, 'z')).toMatchObject({ person: 204 });
});

test('from one network address most of a room may be there at once, and not all of it', () => {
  const { room, joined } = open(1);
  const tokens = Array.from({ length: roomBounds.peopleOfAddress }, () => joined('', 0, 'school').token);
  expect([room.join('', 0, 'school'), room.join('', 0, 'elsewhere')]).toEqual(['address', expect.objectContaining({ person: 151 })]);
  for (const token of tokens.slice(0, 1)) room.leave(token);
  expect(room.join('', 0, 'school')).toMatchObject({ person: 152 });
});

test('a page that falls silent gives its experiment back, and has it again where nobody took it meanwhile', () => {
  const { room, join, at, states } = open(1);
  const [a, b] = [join('Ada'), join('Ben')];
  room.take(a, 0);
  expect(room.progress(a, at(1), 500)).toBe(true);
  expect(states(1001)).toEqual(['free']);
  // As a laptop that was closed for a moment: what it has trained goes on.
  expect([room.knows(a, 1500), room.progress(a, at(2), 1500), states(1500)]).toEqual([true, true, ['taken1']]);
  room.knows(b, 3000);
  expect(room.take(b, 3000)).toEqual({ place: 0, over: false });
  room.knows(a, 3100);
  expect(room.progress(a, at(3), 3100)).toBe(false);
  expect(states(3100)).toEqual(['taken2']);
  // Its result counts all the same, if it is there first; the other hears that it is.
  expect(room.mayDeliver(a, 0)).toBe(true);
  room.deliver(0, { ...run, person: room.numberOf(a) }, 0);
  expect([room.mayDeliver(b, 0), room.progress(b, at(1), 3200), states(3200)]).toEqual([false, false, ['done1']]);
  expect(room.take(b, 3200)).toEqual({ place: null, over: true });
});

test('a page that is not heard for a while is said to be silent, in tens of seconds, until it is heard or away', () => {
  const { room, join } = open(1, { silence: 90_000 });
  const a = join('Ada');
  const now = (at: number) => {
    const { here, silent } = defined(room.state(at).people[0]);
    return [here, silent];
  };
  expect([20_000, 29_999, 30_000, 39_999, 40_000, 90_000, 90_001].map(now)).toEqual([[true, 0], [true, 0], [true, 30], [true, 30], [true, 40], [true, 90], [false, 0]]);
  room.knows(a, 95_000);
  expect(now(100_000)).toEqual([true, 0]);
});

test('who loses the connection is waited for a little, and is the same person after that too', () => {
  const { room, join, at, states } = open(1, { grace: 100 });
  const a = join('Ada');
  room.take(a, 0);
  room.progress(a, at(3), 0);
  room.lose(a, 10);
  expect([states(110), defined(room.state(110).people[0]).here, states(111), defined(room.state(111).people[0]).here]).toEqual([['taken1'], true, ['free'], false]);
  // A step may take longer than that.
  expect([room.knows(a, 200), room.progress(a, at(3), 200), states(900)]).toEqual([true, true, ['taken1']]);
});

test('a page that is heard of but stands still gives it back too, and does not get it again by asking', () => {
  const { room, join, at } = open(1);
  const a = join('Ada');
  room.take(a, 0);
  for (let now = 0; now <= 5000; now += 500) {
    room.knows(a, now);
    room.progress(a, at(3), now);
  }
  room.knows(a, 5600);
  expect(room.progress(a, at(3), 5600)).toBe(false);
  expect(defined(room.state(5600).experiments[0]).state).toBe('free');
});

test('who leaves gives it back at once; who is not given an experiment can neither report on it nor send its result', () => {
  const { room, join, at, states } = open(2);
  const [a, b] = [join('Ada'), join('Ben')];
  room.take(a, 0);
  expect([room.progress(b, at(1), 0), room.mayDeliver(b, 0), room.mayDeliver(b, 7), room.progress(b, at(1, 7), 0), room.mayDeliver('t9', 0)]).toEqual([false, false, false, false, false]);
  room.back(b, { experiment: 0, why: 'not mine' });
  expect(states(0)).toEqual(['taken1', 'free']);
  room.leave(a);
  expect(states(0)).toEqual(['free', 'free']);
  expect(room.state(0).people.map(({ here }) => here)).toEqual([false, true]);
});

test('what fails somewhere is given to others, and after three of them to nobody', () => {
  const { room, join, states } = open(1);
  for (const name of ['Ada', 'Ben', 'Cem']) {
    const token = join(name);
    expect(room.take(token, 0).place).toBe(0);
    room.back(token, { experiment: 0, why: `no memory at ${name}'s` });
    // Not with the same person once more.
    expect(room.take(token, 0)).toEqual({ place: null, over: true });
  }
  expect(states(0)).toEqual(['failed']);
  expect(defined(room.state(0).experiments[0]).why).toBe("no memory at Cem's");
  expect(room.take(join('Dan'), 0)).toEqual({ place: null, over: true });
});

test('files of an adapter come from whoever sent the result, each once, as many as were said', () => {
  const { room, join } = open(1);
  const [a, b] = [join('Ada'), join('Ben')];
  room.take(a, 0);
  expect(room.maySend(a, 0, 'x.json')).toBe(false);
  room.deliver(0, { ...run, person: room.numberOf(a) }, 2);
  expect([room.maySend(a, 0, 'x.json'), room.maySend(b, 0, 'x.json')]).toEqual([true, false]);
  room.sent(0, 'x.json');
  expect([room.maySend(a, 0, 'x.json'), room.maySend(a, 0, 'y.json'), defined(room.state(0).experiments[0]).whole]).toEqual([false, true, false]);
  room.sent(0, 'y.json');
  expect([room.maySend(a, 0, 'z.json'), defined(room.state(0).experiments[0]).whole]).toEqual([false, true]);
  expect(room.state(0).people[0]).toMatchObject({ done: 1, has: null });
});

/** Cells by seeds, method by method, as a grid has them. */
const cells = (methods: readonly string[], seeds: number): Shared[] => methods.flatMap((method) => Array.from({ length: seeds }, (_, seed) => ({ name: `${method} ${seed}`, cell: method, spec: { model: 'a', data: 'b', method: { method } } })));

function openCells(methods: readonly string[], seeds: number, options: Partial<RoomOptions> = {}) {
  let tokens = 0;
  const next: Record<string, number> = {};
  const further = (cell: string) => ({ ...cells([cell], 1)[0]!, name: `${cell} ${(next[cell] = (next[cell] ?? seeds - 1) + 1)}` });
  const room = new Room(cells(methods, seeds), { code: 'ABCDEF', token: () => `t${++tokens}`, ...options, ...(options.further && { further }) });
  const join = (name = '') => (room.join(name, 0, String(tokens)) as { token: string }).token;
  const nameAt = (place: number | null) => (place === null ? null : room.experimentAt(place)!.name);
  return { room, join, nameAt, take: (token: string) => nameAt(room.take(token, 0).place) };
}
const further = () => shared(1)[0]!;

test('after any number of results every method has about as many', () => {
  const { room, join, take } = openCells(['a', 'b', 'c'], 3);
  const token = join();
  const order: string[] = [];
  for (let n = 0; n < 9; n++) {
    order.push(take(token)!);
    room.deliver(room.state(0).people[0]!.has!, { ...run, person: 1 }, 0);
  }
  expect(order).toEqual(['a 0', 'b 0', 'c 0', 'a 1', 'b 1', 'c 1', 'a 2', 'b 2', 'c 2']);
});

test('who would wait trains a further seed of what has begun least often, at most as many as there were, and none once the grid is done', () => {
  const { room, join, take } = openCells(['a', 'b'], 1, { further });
  const [ada, ben, ...others] = [join(), join(), join(), join(), join()] as const;
  expect([take(ada), take(ben), ...others.map(take)]).toEqual(['a 0', 'b 0', 'a 1', 'b 1', null]);
  expect(room.take(others[2], 0)).toEqual({ place: null, over: false });
  room.deliver(0, { ...run, person: 1 }, 0);
  room.deliver(1, { ...run, person: 2 }, 0);
  expect(room.state(0).experiments.map(({ name, state }) => `${name} ${state}`)).toEqual(['a 0 done', 'b 0 done', 'a 1 taken', 'b 1 taken']);
  room.back(others[0], { experiment: 2, why: '' });
  expect(take(ada)).toBe('a 1');
  expect(take(ben)).toBeNull();
  // A class of one is over when its grid is.
  const alone = openCells(['a'], 1, { further });
  const token = alone.join();
  alone.take(token);
  alone.room.deliver(0, { ...run, person: 1 }, 0);
  expect(alone.room.take(token, 0)).toEqual({ place: null, over: true });
});

test('a method that fails with somebody is not given to them with another seed', () => {
  const { room, join, take } = openCells(['a', 'b'], 1, { further });
  const [ada, ben] = [join(), join()];
  expect(take(ada)).toBe('a 0');
  room.back(ada, { experiment: 0, why: 'no memory' });
  expect([take(ben), take(ada)]).toEqual(['a 0', 'b 0']);
  room.deliver(1, { ...run, person: 1 }, 0);
  expect(take(ada)).toBe('b 1');
});

test('who would wait repeats what another has done on the processor, and its result stays as it is', () => {
  const { room, join, take } = openCells(['a', 'b', 'c'], 1, { repeats: true });
  const [ada, ben, cem] = [join('Ada'), join('Ben'), join('Cem')];
  expect([take(ada), take(ben), take(cem)]).toEqual(['a 0', 'b 0', 'c 0']);
  room.deliver(0, { ...run, person: 1, exact: true }, 0);
  // Nobody repeats their own.
  expect(take(ada)).toBeNull();
  room.deliver(1, { ...run, person: 2 }, 0);
  expect(take(ben)).toBe('a 0');
  expect([room.isRepeated(0), room.mayDeliver(ben, 0), room.mayDeliver(ada, 0), room.progress(ben, { experiment: 0, paused: false, step: 1, steps: 2, loss: 1 }, 0)]).toEqual([true, true, false, true]);
  expect(room.state(0)).toMatchObject({ people: [{}, { has: 0, again: true, step: 1 }, {}], experiments: [{ state: 'done', person: 1, repeated: 'taken' }, {}, {}] });
  room.repeated(ben, 0, false);
  expect([room.mayDeliver(ben, 0), take(ben), room.state(0).experiments[0]]).toEqual([false, null, expect.objectContaining({ state: 'done', person: 1, accuracy: 0.5, repeated: 'other' })]);
});

test('a page that is left keeps its experiment for a moment, as it may be loaded again', () => {
  const { room, join, states, at } = open(1, { reload: 100 });
  const [a, b] = [join('Ada'), join('Ben')];
  room.take(a, 0);
  room.lose(a, 10, true);
  expect([states(110), room.take(b, 110).place, defined(room.state(110).people[0]).here]).toEqual([['taken1'], null, false]);
  room.knows(a, 110);
  expect([states(300), room.progress(a, at(1), 300)]).toEqual([['taken1'], true]);
  room.lose(a, 310, true);
  expect(room.take(b, 411).place).toBe(0);
});

test('the teacher takes results back, frees, renames, removes, stops and starts', () => {
  const { room, join, states } = open(3);
  const [a, b] = [join('Ada'), join('Ben')];
  room.take(a, 0);
  room.take(b, 0);
  room.deliver(0, { ...run, person: 1 }, 0);
  room.takeBack(0);
  expect([states(0), defined(room.state(0).people[0]).done, room.mayDeliver(a, 0), room.maySend(a, 0, 'x.json')]).toEqual([['free', 'taken2', 'free'], 0, false, false]);
  // Whose result was taken back does not train the same again, unless it is freed.
  expect(room.take(a, 0).place).toBe(2);
  room.free(1);
  expect([states(0), room.mayDeliver(b, 1)]).toEqual([['free', 'free', 'taken1'], false]);
  room.free(0);
  room.back(a, { experiment: 2, why: '' });
  expect(room.take(a, 0).place).toBe(0);

  room.deliver(0, { ...run, person: 1 }, 0);
  expect([room.rename(1, ' Ben '), room.rename(2, 'Ben'), room.rename(9, 'x')]).toEqual([{ name: 'Ben 2', places: [0] }, { name: 'Ben', places: [] }, null]);
  expect([room.remove(1), room.remove(1), room.has(a), room.state(0).experiments[0]]).toEqual([a, null, false, expect.objectContaining({ state: 'done', person: null })]);

  room.stop(true, 0);
  expect([room.take(b, 0), room.state(0).stopped]).toEqual([{ place: null, over: false }, true]);
  room.stop(false, 0);
  expect(room.take(b, 0).place).toBe(1);
});

test('who stands still while all are stopped keeps what they have', () => {
  const { room, join, states } = open(1);
  room.take(join('Ada'), 0);
  room.stop(true, 0);
  for (let now = 0; now <= 9000; now += 500) room.knows('t1', now);
  expect(states(9000)).toEqual(['taken1']);
  room.stop(false, 9000);
  room.knows('t1', 9900);
  expect(states(9900)).toEqual(['taken1']);
});
