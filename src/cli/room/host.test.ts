import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readRuns, writeRuns } from '../../records/runFile';
import { writeSafetensors } from '../../io/safetensors';
import { defined } from '../../numbers/defined';
import { cliFolder } from '../../testing/cliFolder';
import { roomPages } from '../../testing/roomPages';
import { trainedGrid } from '../../testing/trainedGrid';
import type { RunRecord, RunSpec } from '../../train/protocol';
import { PIECE_HEAD, roomBounds, writePiece } from '../../records/class.meta';
import { readResult } from '../../records/study';
import { main } from '../main';
import { serve } from '../setup/serve.mjs';
import { Buckets } from './bucket';
import type { ResultStore } from './requests';
import { hostRoom } from './host';
import { openRoom, type OpenRoom } from './open';
import { Room, type Shared } from './room';

const { at, out } = cliFolder('room');
const grid = { model: 'vit-nano', data: 'fashion-mnist', methods: [{ method: 'lora', r: 2, target_modules: ['query', 'value'] }, 'linear_probe'], seeds: [0, 1], train: { steps: 2, batch: 4, train_limit: 40, test_limit: 20 } };
let open: OpenRoom;
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  trainedOf = await trainedGrid(main, at, grid);
  mkdirSync(at('site'));
  writeFileSync(at('site', 'index.html'), '<p>page');
  open = await openRoom(at('grid.json'), { under: at('class') });
  server = await serve(at('site'), { port: 0, room: open.host });
});
afterAll(() => server.close());

const pages = roomPages();
afterEach(pages.end);
const page = ({ url = server.url, code = open.code, ...how }: { url?: string; code?: string; origin?: string; path?: string } = {}) => pages.open(url, code, how);
const state = () => open.room.state(Date.now());

/** Runs of the grid's experiments. */
let trainedOf: (spec: RunSpec) => RunRecord;
/** Run of an experiment, as a page sends it. */
const runOf = (spec: RunSpec, change: Partial<RunRecord> = {}): RunRecord => ({ ...trainedOf(spec), ...change });
const resultOf = (spec: RunSpec, change?: Partial<RunRecord>): string => writeRuns([runOf(spec, change)], 5);
const tensors = writeSafetensors({ a: { dtype: 'F32', shape: [2], data: new Float32Array(2) } }) as Uint8Array<ArrayBuffer>;

test('a person joins, trains the next experiment, and its result lies in the study as one that was trained here', async () => {
  expect((await fetch(`${server.url}${open.code.toLowerCase()}`, { redirect: 'manual' })).headers.get('location')).toBe(`./#/compare?class=${open.code}`);
  expect((await fetch(server.url)).status).toBe(200);
  const [ada, board] = [page(), page()];
  expect(await ada.join('Ada')).toEqual({ token: expect.stringMatching(/^[0-9a-f]{32}$/), person: 1 });
  const { place, spec } = await ada.take();
  expect(spec).toMatchObject({ name: 'LoRA, r 2, seed 0', model: 'vit-nano', method: { method: 'lora', r: 2 }, train: { steps: 2, seed: 0 } });
  expect(await ada.ask('progress', { experiment: place, paused: false, step: 1, steps: 2, loss: 2.1 })).toEqual({ yours: true, stopped: false });
  expect((await board.until(({ people }) => people[0]?.step === 1)).people).toMatchObject([{ name: 'Ada', here: true, has: 0, step: 1, steps: 2, loss: 2.1 }]);

  // Notes stay with the person; the name is the one of the room.
  expect(await ada.deliver(place, resultOf(spec, { notes: 'mine', by: 'Somebody' }), 2)).toEqual({});
  expect(await ada.file(place, 'adapter_config.json', '{"r": 2}')).toEqual({});
  expect(await ada.file(place, 'adapter_model.safetensors', tensors)).toEqual({});
  const now = await board.until(({ experiments }) => defined(experiments[0]).whole);
  expect(now.experiments[0]).toMatchObject({ name: 'LoRA, r 2, seed 0', method: 'lora', state: 'done', person: 1, run: 'run of LoRA, r 2, seed 0', files: ['adapter_config.json', 'adapter_model.safetensors'] });
  expect(now.people).toMatchObject([{ has: null, done: 1 }]);
  const [run] = readRuns(await board.ask<Uint8Array<ArrayBuffer>>('read', { experiment: place, path: '', from: 0 }), 'x');
  expect([run!.spec.name, run!.by, run!.notes, run!.curve.length]).toEqual(['LoRA, r 2, seed 0', 'Ada', undefined, 2]);
  expect(await board.ask('read', { experiment: place, path: 'adapter_model.safetensors', from: 0 })).toEqual(tensors);
  expect(await board.ask('read', { experiment: place, path: 'adapter_model.safetensors', from: 9 })).toEqual(tensors.subarray(9));
  expect(await board.ask('read', { experiment: place, path: 'adapter_model.safetensors', from: 1e9 })).toEqual(new Uint8Array(0));

  // The folder is a study: it goes on as one.
  const again = await openRoom(open.folder, { under: at('class') });
  expect(again.room.state(0).experiments.map(({ state }) => state)).toEqual(['done', 'free', 'free', 'free']);
  expect(again.room.state(0).experiments[0]).toMatchObject({ person: 1, files: ['adapter_config.json', 'adapter_model.safetensors'] });
  const [file] = readdirSync(`${open.folder}/results`);
  expect(readResult(readFileSync(`${open.folder}/results/${file!}`, 'utf8'), 'x')).toMatchObject({ name: 'lora/r-2-seed0', success: true });
});

test('only who was given an experiment sends its result, of its settings, once', async () => {
  const [ben, cem] = [page(), page()];
  await Promise.all([ben.join('Ben'), cem.join('Cem')]);
  const { place, spec } = await ben.take();
  const result = resultOf(spec);
  expect(await cem.deliver(place, result)).toBe('gone');
  expect(await ben.deliver(place, result, 7)).toBe('wrong');
  expect(defined(state().experiments[place]).state).toBe('taken');
  expect(await ben.deliver(place, result, 1)).toEqual({});
  expect(await ben.deliver(place, result, 1)).toBe('gone');
  for (const [path, body] of [
    ['../../../escaped.json', '{}'],
    ['..%2f..%2fescaped.json', '{}'],
    ['run.py', 'import os'],
    ['adapter_config.json', '{'],
    ['adapter_model.safetensors', 'nonsense'],
  ] as const) expect([path, await ben.file(place, path, body)]).toEqual([path, 'wrong']);
  expect(await cem.file(place, 'adapter_config.json', '{}')).toBe('gone');
  expect(await ben.file(place, 'adapter_config.json', '{}')).toEqual({});
  expect(await ben.file(place, 'adapter_config.json', '{}')).toBe('gone');
  expect(existsSync(at('escaped.json'))).toBe(false);
});

test('a result that cannot be so is refused with a sentence, and its experiment is free again, for others', async () => {
  const forged = (spec: RunSpec): string => {
    const run = runOf(spec);
    for (const one of [run.summary!.final!, ...run.evaluations]) one.accuracy = 0.95;
    return writeRuns([run], 5);
  };
  const plan = (run: RunRecord) => ({ ...run.summary!, plan: { ...run.summary!.plan, adapter_parameters: 7 } });
  const forgeries: [string, (spec: RunSpec) => string, RegExp][] = [
    ['accuracy', forged, /0\.95/],
    ['parameters', (spec) => resultOf(spec, { summary: plan(runOf(spec)) }), / 7 adapter parameters/],
    ['settings', (spec) => resultOf({ ...spec, train: { ...spec.train, lr: 0.5 } }), /settings/],
    ['state', (spec) => resultOf(spec, { state: 'stopped' }), /end/],
    ['two runs', (spec) => writeRuns([runOf(spec), runOf(spec)], 0), /one run/],
    ['no runs', () => 'nonsense', /one run/],
  ];
  for (const [what, forge, why] of forgeries) {
    const eve = page();
    await eve.join(`Eve ${what}`);
    const { place, spec } = await eve.take();
    eve.answers.length = 0;
    expect([what, await eve.deliver(place, forge(spec))]).toEqual([what, 'untrue']);
    expect(eve.answers.at(-1)).toMatchObject({ why: expect.stringMatching(why) as string });
    expect(defined(state().experiments[place])).toMatchObject({ state: 'free', person: null, run: '' });
    // Neither a true one, nor another try.
    expect([what, await eve.deliver(place, resultOf(spec))]).toEqual([what, 'gone']);
    expect((await eve.take()).place).not.toBe(place);
    eve.socket.close(1000);
    await eve.closed;
  }
});

test('what comes from outside is refused by its form, and changes nothing', async () => {
  const { experiments } = state();
  expect(await page({ code: 'ZZZZZZ' }).closed).toBe('1008 code');
  expect(await page({ code: '..%2f' }).closed).toBe('1008 code');
  const dan = page();
  for (const deed of ['take', 'progress', 'back', 'result', 'file']) expect([deed, await dan.ask(deed, { experiment: 2, why: '', paused: false, step: 1, steps: 2, loss: 1, bytes: 5, files: 0, path: 'x.json' })]).toEqual([deed, 'person']);
  expect(await dan.ask('again', { token: 'guessed' })).toBe('person');
  for (const message of [null, [], { name: 7 }, { name: 'x'.repeat(300) }]) expect([message, await dan.ask('join', message as object)]).toEqual([message, 'wrong']);
  await dan.join('Dan');
  expect(await dan.ask('join', { name: 'Dan once more' })).toBe('wrong');
  for (const change of [{ experiment: -1 }, { experiment: 0.5 }, { experiment: 1e9 }, { step: 'x' }, { step: -1 }, { paused: 1 }, { loss: 'low' }]) {
    expect(await dan.ask('progress', { experiment: 2, paused: false, step: 1, steps: 2, loss: 1, ...change })).toBe('wrong');
  }
  const free = experiments.findIndex((one) => one.state === 'free');
  for (const [experiment, path, why] of [[9, '', 'wrong'], ['x', '', 'wrong'], [free, '', 'gone'], [0, 'run.json', 'wrong'], [0, '../../x', 'wrong'], [0, 'adapter_config.json/..', 'wrong']] as const) {
    expect([experiment, path, await dan.ask('read', { experiment, path, from: 0 })]).toEqual([experiment, path, why]);
  }
  expect(state().experiments).toEqual(experiments);
  expect(state().people.at(-1)).toMatchObject({ name: 'Dan', has: null });

  // What cannot be answered closes the socket.
  for (const frame of ['', '{', 'null', '[]', '{"number":-1,"deed":"beat","message":{}}', ...['dance', 'constructor', '__proto__', 'toString'].map((deed) => JSON.stringify({ number: 1, deed, message: {} })), Buffer.from([1, 2]), writePiece(1, Buffer.from('unasked'))]) {
    const eve = page();
    await eve.opened;
    eve.socket.send(frame);
    expect([String(frame), await eve.closed]).toEqual([String(frame), '1008 wrong']);
  }
});

test('frames are bounded, and what is sent by what was announced', async () => {
  const eve = page();
  expect(await eve.ask('join', { name: 'x'.repeat(roomBounds.message) })).toBe('1008 size');
  const large = page();
  await large.opened;
  large.socket.send(new Uint8Array(roomBounds.piece + PIECE_HEAD + 1));
  expect(await large.closed).toMatch(/^1009 /);
  // In fragments, none of which is too long.
  const split = page();
  await split.opened;
  for (let i = 0; i < 3; i++) split.socket.send(new Uint8Array(roomBounds.piece / 2), { fin: false });
  expect(await split.closed).toMatch(/^1009 /);

  const fay = page();
  await fay.join('Fay');
  const { place, spec } = await fay.take();
  expect(await fay.ask('result', { experiment: place, bytes: roomBounds.result + 1, files: 0 })).toBe('size');
  expect(await fay.ask('result', { experiment: place, bytes: 0, files: 0 })).toBe('wrong');
  const announced = { experiment: place, bytes: 10, files: 0 };
  for (const piece of [0, 9, 11]) {
    expect(await fay.ask('result', announced)).toEqual({});
    expect(await fay.ask('result', announced)).toBe('busy');
    expect(await fay.exchange((n) => writePiece(n, new Uint8Array(piece)))).toBe('wrong');
  }
  // Long ones come and go in pieces.
  const long = resultOf(spec, { memory: Array.from({ length: 1000 }, (_, step) => ({ phase: 'train', step, seconds: 1, bytes: { frozen: 1, ['x'.repeat(290)]: 1, ['y'.repeat(290)]: 1 } })) });
  expect(long.length).toBeGreaterThan(2 * roomBounds.piece);
  expect(await fay.deliver(place, long)).toEqual({});
  let read = Buffer.alloc(0);
  for (let piece = Buffer.alloc(roomBounds.piece); piece.length === roomBounds.piece; ) {
    piece = Buffer.from(await fay.ask<Uint8Array>('read', { experiment: place, path: '', from: read.length }));
    read = Buffer.concat([read, piece]);
  }
  expect(defined(readRuns(new Uint8Array(read), 'x')[0]).memory).toHaveLength(1000);
});

test('pages of other addresses, and what is no socket of the class, are not let in', async () => {
  const { host, port } = new URL(server.url);
  for (const origin of ['http://elsewhere.example', `http://localhost:${Number(port) + 1}`, 'null', '']) expect([origin, await page({ origin }).closed]).toEqual([origin, 'Unexpected server response: 403']);
  // A page hears of no status of a socket: it asks whether there are classes at all, and of none of them.
  for (const code of [open.code, 'ABCDEF']) expect((await fetch(`${server.url}class/${code}`, { method: 'HEAD' })).status).toBe(204);
  expect(await page({ path: 'elsewhere' }).closed).toBe('Unexpected server response: 404');
  expect(await page({ path: `class/${open.code}/more` }).closed).toBe('Unexpected server response: 404');
  // Behind a server with a certificate, which passes the name on.
  const socket = page({ origin: 'https://class.example' });
  expect(await socket.closed).toBe('Unexpected server response: 403');
  const behind = request({ host: 'localhost', port, path: `/class/${open.code}`, headers: { host: 'class.example', origin: 'https://class.example', connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13' } });
  behind.end();
  const [, upgraded] = (await once(behind, 'upgrade')) as [unknown, import('node:net').Socket];
  upgraded.destroy();
  // No WebSocket at all.
  const raw = connect(Number(port), 'localhost');
  raw.end(`GET /class/${open.code} HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  expect(String(((await once(raw, 'data')) as [Buffer])[0])).toMatch(/^HTTP\/1\.1 400 /);
});

const shared = (count: number): Shared[] => Array.from({ length: count }, (_, i) => ({ name: `m/${i}`, spec: { name: `m-${i}`, model: 'a', data: 'b', method: { method: 'm' }, train: {} } }));
const nothing: ResultStore = { check: async () => '', repeats: async () => null, discard: async () => {}, rename: async () => {}, remember: async () => {}, keep: async () => {}, keepFile: async () => {}, read: async () => '', readFile: async () => new Uint8Array() };

/** A class of its own, whose clock stands. */
async function standing(count: number, { kept = nothing, ...options }: { silence?: number; grace?: number; kept?: ResultStore } = {}) {
  const clock = { now: 0 };
  let tokens = 0;
  const room = new Room(shared(count), { code: 'ABCDEF', token: () => `t${++tokens}`, ...options });
  const served = await serve(at('site'), { port: 0, room: hostRoom(room, kept, { clock: () => clock.now }) });
  return { room, clock, url: served.url, close: served.close, page: (code = 'ABCDEF') => page({ url: served.url, code }) };
}

test('a mistyped code leads to a page with a field for the right one, and guessing costs', async () => {
  const get = (path: string, accept = 'text/html') => fetch(new URL(path, server.url), { headers: { accept }, redirect: 'manual' });
  const wrong = await get('zzz%3Cb%3E');
  const text = await wrong.text();
  expect([wrong.status, wrong.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
  expect(text).toMatch(/<label for="code">[^]*<input id="code" name="code"/);
  expect(text).not.toContain('<b>');
  expect(text).toContain('zzz&#60;b&#62;');
  expect((await get(`class?code=${open.code.slice(0, 3).toLowerCase()}+${open.code.slice(3)}`)).headers.get('location')).toBe(`./#/compare?class=${open.code}`);
  expect((await get('class?code=zzzzzz')).status).toBe(404);
  // Files, and what asks for none to be read, are as they were.
  for (const [path, accept] of [['missing.js', 'text/html'], ['a/b', 'text/html'], ['zzzzzz', '*/*']] as const) expect([path, await (await get(path, accept)).text()]).toEqual([path, 'Not found']);

  const { url, close } = await standing(1);
  const statuses: number[] = [];
  for (let n = 0; n < 22; n++) statuses.push((await fetch(new URL('zzzzzz', url), { headers: { accept: 'text/html' } })).status);
  expect([statuses.filter((status) => status === 404).length, statuses.at(-1)]).toEqual([20, 429]);
  await close();
});

test('only who shows the teacher’s key takes results back, frees, renames, removes and stops', async () => {
  const study = await openRoom(at('grid.json'), { under: at('taught') });
  const served = await serve(at('site'), { port: 0, room: study.host });
  const key = /board=([0-9a-f]{32})/.exec(study.opened(served.url, '127.0.0.1').join('\n'))![1]!;
  const one = () => pages.open(served.url, study.code);
  const now = () => study.room.state(Date.now());
  const [ada, board] = [one(), one()];
  await ada.join('Rude');
  const { place, spec } = await ada.take();
  await ada.deliver(place, resultOf(spec), 1);
  await ada.file(place, 'adapter_config.json', '{}');
  const next = await ada.take();
  const deeds: [string, object][] = [['stop', { stopped: true }], ['discard', { experiment: place }], ['free', { experiment: next.place }], ['rename', { person: 1, name: 'Ada' }], ['remove', { person: 1 }]];
  for (const [deed, message] of deeds) expect([deed, await ada.ask(deed, message)]).toEqual([deed, 'key']);
  expect([await board.ask('teach', { key: '1' }), await board.ask('teach', { key })]).toEqual(['key', {}]);

  expect(await board.ask('stop', { stopped: true })).toEqual({});
  expect([await ada.ask('progress', { experiment: next.place, paused: false, step: 1, steps: 2, loss: 1 }), now().stopped]).toEqual([{ yours: true, stopped: true }, true]);
  expect(await one().join('Ben')).toMatchObject({ person: 2 });
  await board.ask('stop', { stopped: false });

  expect(await board.ask('rename', { person: 1, name: 'Ada' })).toEqual({ name: 'Ada' });
  const read = async () => readRuns(await board.ask<Uint8Array<ArrayBuffer>>('read', { experiment: place, path: '', from: 0 }), 'x')[0]!;
  expect([(await read()).by, now().people[0]!.name]).toEqual(['Ada', 'Ada']);

  expect(await board.ask('free', { experiment: next.place })).toEqual({});
  expect(await ada.ask('progress', { experiment: next.place, paused: false, step: 1, steps: 2, loss: 1 })).toMatchObject({ yours: false });
  expect(await board.ask('discard', { experiment: place })).toEqual({});
  expect(await board.ask('discard', { experiment: place })).toBe('gone');
  expect(now().experiments[place]).toMatchObject({ state: 'free', run: '', accuracy: null, files: [] });
  expect([readdirSync(`${study.folder}/results`), readdirSync(`${study.folder}/taken-back/results`), existsSync(`${study.folder}/taken-back/adapters/lora/r-2-seed0/adapter_config.json`)]).toEqual([[], ['lora--r-2-seed0.json'], true]);

  expect(await board.ask('remove', { person: 1 })).toEqual({});
  expect([await ada.closed, now().people.map(({ name }) => name)]).toEqual(['1008 person', ['Ben']]);
  expect(await board.ask('remove', { person: 1 })).toBe('person');
  expect([await board.ask('free', { experiment: 9 }), await board.ask('rename', { person: 9, name: '' })]).toEqual(['wrong', 'person']);
  await served.close();
});

test('who would wait repeats a result, and is told apart by its bits', async () => {
  const study = await openRoom(at('grid.json'), { under: at('repeated') });
  const served = await serve(at('site'), { port: 0, room: study.host });
  // One after another: a person's number is his place in the order in which people join.
  const people: ReturnType<typeof page>[] = [];
  for (let i = 0; i < 10; i++) {
    const one = pages.open(served.url, study.code);
    await one.join(`P${i}`);
    people.push(one);
  }
  const taken: { place: number; spec: RunSpec }[] = [];
  for (const one of people.slice(0, 8)) taken.push(await one.take());
  // Four of the grid, seed by seed, then two further seeds.
  expect(taken.map(({ spec }) => spec.name)).toEqual(['LoRA, r 2, seed 0', 'Linear probe, seed 0', 'LoRA, r 2, seed 1', 'Linear probe, seed 1', 'LoRA, r 2, seed 2', 'Linear probe, seed 2', 'LoRA, r 2, seed 3', 'Linear probe, seed 3']);
  expect(await people[8]!.ask('take')).toEqual({ experiment: null, over: false });
  for (const i of [0, 1]) await people[i]!.deliver(taken[i]!.place, resultOf(taken[i]!.spec));
  const [same, other] = [await people[8]!.take(), await people[9]!.take()];
  expect([same.place, other.place]).toEqual([taken[0]!.place, taken[1]!.place]);
  expect(await people[8]!.deliver(same.place, resultOf(same.spec))).toEqual({});
  const differs = runOf(other.spec);
  defined(differs.curve[0]).loss += 1e-7;
  expect(await people[9]!.deliver(other.place, writeRuns([differs], 5))).toEqual({});
  const { experiments } = study.room.state(Date.now());
  expect([same, other].map(({ place }) => experiments[place])).toMatchObject([{ state: 'done', person: 1, repeated: 'same' }, { state: 'done', person: 2, repeated: 'other' }]);

  // Its folder goes on with the further seeds and what is known of the repetitions.
  await served.close();
  const again = await openRoom(study.folder, { under: at('repeated') });
  expect(again.room.state(Date.now()).experiments.map(({ name, state, repeated }) => [name, state, repeated])).toEqual(experiments.map(({ name, state, repeated }) => [name, state, repeated]));
});

test('a result that is read in pieces is read from the disk once', async () => {
  const text = 'x'.repeat(5 * roomBounds.piece + 1);
  let reads = 0;
  const { room, page, close } = await standing(1, { kept: { ...nothing, read: async () => (reads++, text) } });
  room.deliver(0, { run: 'r', accuracy: null, person: null }, 0);
  const board = page();
  const lengths: number[] = [];
  for (let from = 0; lengths.at(-1) !== 1; from += roomBounds.piece) lengths.push((await board.ask<Uint8Array>('read', { experiment: 0, path: '', from })).length);
  expect([lengths.length, reads]).toEqual([6, 1]);
  await close();
});

test('who asks too often is told to wait and then cut off, and a wrong code costs more', async () => {
  const flooded = await standing(1);
  const why = async (code: string) => {
    const socket = flooded.page(code);
    return Promise.race([socket.closed, socket.ask('beat')]);
  };
  const guesses: unknown[] = [];
  for (let i = 0; i < 22; i++) guesses.push(await why('ZZZZZZ'));
  expect([guesses.filter((one) => one === '1008 code').length, guesses.at(-1), await why('ABCDEF')]).toEqual([20, '1008 busy', '1008 busy']);
  flooded.clock.now += 1000;
  expect(await why('ABCDEF')).toEqual({});

  flooded.clock.now += 60_000;
  const eager = flooded.page();
  let answers = 0;
  let answer: unknown;
  do answer = await eager.ask('beat');
  while (typeof answer === 'object' && ++answers);
  expect(answer).toBe('busy');
  expect(answers).toBeGreaterThan(300);
  while (answer === 'busy') answer = await eager.ask('beat');
  expect(answer).toBe('1008 busy');

  // Who does not wait for answers.
  flooded.clock.now += 60_000;
  const flood = flooded.page();
  await flood.opened;
  for (let i = 0; i < 100; i++) flood.socket.send('{"number":1,"deed":"beat","message":{}}');
  expect(await flood.closed).toBe('1008 busy');
  await flooded.close();
});

test('sockets of an address are bounded, and so are people', async () => {
  const full = await standing(1, { silence: 1e9 });
  const some = [];
  for (let i = 0; i < 250; i++) {
    full.clock.now += 1000;
    some.push(full.page());
    await some.at(-1)!.opened;
  }
  expect(await full.page().closed).toBe('Unexpected server response: 503');
  full.clock.now += 10_000;
  const most = roomBounds.peopleOfAddress;
  for (const [i, one] of some.entries()) {
    full.clock.now += 100;
    expect(await one.join('')).toEqual(i < most ? { token: `t${i + 1}`, person: i + 1 } : 'address');
  }
  // Others have room, and so have those of the address where somebody leaves.
  expect(full.room.join('', full.clock.now, '192.0.2.1')).toMatchObject({ person: most + 1 });
  defined(some[0]).socket.close(1000);
  await expect.poll(() => defined(full.room.state(full.clock.now).people[0]).here).toBe(false);
  full.clock.now += 60_000;
  expect(await defined(some[most]).join('')).toMatchObject({ person: most + 2 });
  await full.close();
});

test('a class whose pupils load their pages again and again is not full: 25 of one address, eight times, with and without the token of the tab', async () => {
  const school = await standing(1);
  const pupils: string[] = [];
  const visit = async (i: number, token = '') => {
    const one = school.page();
    const answer = await (token === '' ? one.join('') : one.ask<{ token?: string }>('again', { token }));
    expect(answer).toMatchObject({ person: expect.any(Number) as number });
    pupils[i] = answer.token ?? token;
    one.socket.close(1000);
    await one.closed;
  };
  for (let load = 0; load < 8; load++) {
    for (let i = 0; i < 25; i++) await visit(i, pupils[i]);
    school.clock.now += 60_000;
  }
  expect(school.room.state(school.clock.now).people).toHaveLength(25);
  // As a browser that keeps nothing of a tab.
  for (let load = 0; load < 8; load++) {
    for (let i = 0; i < 25; i++) await visit(i);
    school.clock.now += 60_000;
  }
  const ada = school.page();
  expect(await ada.join('Ada')).toMatchObject({ person: 226 });
  expect(school.room.state(school.clock.now).people.filter(({ here }) => here)).toMatchObject([{ name: 'Ada' }]);
  await school.close();
});

test('who joins over and over from one address is told so, and others are not', async () => {
  const one = await standing(1);
  const answers: unknown[] = [];
  for (let i = 0; i < 160; i++) {
    one.clock.now += 100;
    const page = one.page();
    answers.push(await page.join(''));
    page.socket.close(1000);
    await page.closed;
  }
  expect(answers.slice(0, 150)).not.toContain('address');
  expect(answers.at(-1)).toBe('address');
  one.clock.now += 60_000;
  expect(await one.page().join('')).toMatchObject({ person: expect.any(Number) as number });
  await one.close();
});

test('a page that is closed gives its experiment back at once, one whose connection breaks a little later, and it may come back as the same person', async () => {
  const { page, room, clock, close } = await standing(2, { grace: 5000 });
  const [ada, ben] = [page(), page()];
  await ada.join('Ada');
  const { token } = await ben.join('Ben');
  await Promise.all([ada.take(), ben.take()]);
  const states = () => room.state(clock.now).experiments.map(({ state, person }) => `${state}${person ?? ''}`);
  const here = () => room.state(clock.now).people.map((one) => one.here);
  expect(states().sort()).toEqual(['taken1', 'taken2']);
  const [place] = [defined(room.state(0).people[1]).has!];

  ada.socket.close(1000);
  await expect.poll(here).toEqual([false, true]);
  expect(states()).toContain('free');

  ben.socket.terminate();
  await ben.closed;
  clock.now += 4000;
  expect([here()[1], states()[place]]).toEqual([true, 'taken2']);
  const back = page();
  expect(await back.ask('again', { token })).toEqual({ person: 2 });
  expect(await back.ask('progress', { experiment: place, paused: false, step: 1, steps: 9, loss: 1 })).toEqual({ yours: true, stopped: false });
  clock.now += 6000;
  expect([here()[1], states()[place]]).toEqual([true, 'taken2']);

  // On another socket, while the server has not heard of the end of the one before.
  const third = page();
  expect(await third.ask('again', { token })).toEqual({ person: 2 });
  expect(await back.closed).toBe('1008 elsewhere');
  expect([here()[1], states()[place]]).toEqual([true, 'taken2']);

  third.socket.terminate();
  await third.closed;
  await expect.poll(() => ((clock.now += 5001), here()[1])).toBe(false);
  expect(states()[place]).toBe('free');
  // Nobody has taken it: its run goes on.
  const fourth = page();
  await fourth.ask('again', { token });
  expect(await fourth.ask('progress', { experiment: place, paused: false, step: 1, steps: 9, loss: 1 })).toEqual({ yours: true, stopped: false });
  await close();
});

test('a socket that falls silent is cut off, and so is one that does not go on with what it announced', async () => {
  const { page, clock, close } = await standing(1, { silence: 100_000 });
  const [silent, stalled] = [page(), page()];
  await silent.opened;
  await stalled.join('Ada');
  const { place } = await stalled.take();
  expect(await stalled.ask('result', { experiment: place, bytes: 100, files: 0 })).toEqual({});
  clock.now += 60_001;
  expect(await stalled.closed).toMatch(/^1006/);
  clock.now += 40_000;
  expect(await silent.closed).toMatch(/^1006/);
  await close();
});

test('the state is said when it has changed, and only then', async () => {
  const { page, clock, close } = await standing(1, { silence: 1e9 });
  const [board, ada] = [page(), page()];
  await board.until(({ people }) => people.length === 0);
  await ada.join('Ada');
  await board.until(({ people }) => people.length === 1);
  expect(board.states).toHaveLength(2);
  // Looks go by, of which nothing is said: the next state that comes is the next change.
  clock.now += 1000;
  await new Promise((done) => setTimeout(done, 2200));
  await ada.take();
  await board.until(({ experiments }) => defined(experiments[0]).state === 'taken');
  expect(board.states).toHaveLength(3);
  await close();
});

test('addresses that ask are remembered in bounded memory', () => {
  const buckets = new Buckets(2, 1);
  expect([buckets.take('a', 1, 0), buckets.take('a', 1, 0), buckets.take('a', 1, 0), buckets.take('b', 1, 0), buckets.take('a', 1, 1500)]).toEqual([true, true, false, true, true]);
  for (let i = 0; i < 6000; i++) buckets.take(String(i), 1, 2000);
  expect((buckets as unknown as { buckets: Map<string, unknown> }).buckets.size).toBe(5000);
});

test('a study that pages elsewhere cannot train is refused, and so is what is none', async () => {
  const refusal = (from: string) => openRoom(from, { under: at('class') }).then(() => '', (error: Error) => error.message);
  expect(await refusal(at('none.json'))).toMatch(/there is no such file or folder/);
  expect(await refusal(at('site'))).toMatch(/holds no study\.json/);
  writeFileSync(at('wrong.json'), JSON.stringify({ ...grid, methods: [] }));
  expect(await refusal(at('wrong.json'))).toMatch(/methods/);
  expect(out).toEqual([]);
});

test('the study that comes with the page opens: seven methods by three seeds', async () => {
  const { room, opened, code } = await openRoom(undefined, { under: at('standard') });
  const { experiments } = room.state(0);
  expect([experiments.length, new Set(experiments.map(({ method }) => method)).size]).toEqual([21, 7]);
  const lines = opened('http://localhost:4173/', '0.0.0.0');
  expect(lines.join('\n')).toMatch(new RegExp(`board.*http://localhost:4173/#/compare\\?class=${code}&board=[0-9a-f]{32}\n.*:4173/${code}\n.*--class .*${code}$`));
  expect(opened('http://localhost:80/', '127.0.0.1')[2]).toMatch(new RegExp(`http://localhost(:80)?/${code}$`));
});
