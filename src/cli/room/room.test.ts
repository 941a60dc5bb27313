import { expect, test } from 'vitest';
import { defined } from '../../numbers/defined';
import { Room, type RoomOptions, type Shared } from './room';

const shared = (count: number): Shared[] => Array.from({ length: count }, (_, i) => ({ name: `m/${i}`, spec: { model: 'a', data: 'b', method: { method: 'm' } } }));

function open(count: number, options: Partial<RoomOptions> = {}) {
  let n = 0;
  const room = new Room(shared(count), { code: 'ABCDEF', silence: 1000, standstill: 5000, token: () => `t${++n}`, ...options });
  const join = (name = '', now = 0) => room.join(name, now)!.token;
  const at = (step: number, experiment = 0) => ({ experiment, paused: false, step, steps: 9, loss: 1 });
  const states = (now: number) => room.state(now).experiments.map(({ state, person }) => `${state}${person ?? ''}`);
  return { room, join, at, states };
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
  join();
  expect(room.state(0).people.map(({ name }) => name)).toEqual(['Ada Lovelace', 'Ada Lovelace 2', 'x'.repeat(40), '']);
  for (let i = 4; i < 200; i++) join();
  expect(room.join('late', 0)).toBeNull();
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
