import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRuns, writeRuns } from '../../io/runFile';
import { writeSafetensors } from '../../io/safetensors';
import { cliFolder } from '../../testing/cliFolder';
import { runRecord } from '../../testing/runRecord';
import type { RunRecord, RunSpec } from '../../train/protocol';
import { roomBounds, roomState, type RoomState } from '../../train/room.meta';
import { readResult } from '../../train/study';
import { serve } from '../setup/serve.mjs';
import { answerRoom } from './answer';
import { Buckets } from './bucket';
import { openRoom, type OpenRoom } from './open';
import { Room } from './room';

const { at, out } = cliFolder('room');
const grid = { model: 'vit-nano', data: 'fashion-mnist', methods: [{ method: 'lora', r: 2, target_modules: ['query', 'value'] }, 'linear_probe'], seeds: [0, 1], train: { steps: 2, batch: 4, train_limit: 40, test_limit: 20 } };
let open: OpenRoom;
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  writeFileSync(at('grid.json'), JSON.stringify(grid));
  mkdirSync(at('site'));
  writeFileSync(at('site', 'index.html'), '<p>page');
  open = await openRoom(at('grid.json'), { under: at('class') });
  server = await serve(at('site'), { port: 0, first: open.answer });
});
afterAll(() => server.close());

const json = { 'content-type': 'application/json' };
const ask = (path: string, init: RequestInit & { token?: string } = {}, code = open.code) =>
  fetch(`${server.url}class/${code}${path}`, { redirect: 'manual', ...init, headers: { ...init.headers, ...(init.token && { authorization: `Bearer ${init.token}` }) } });
const tell = (deed: string, message: unknown, token?: string) => ask(`/${deed}`, { method: 'POST', headers: json, body: JSON.stringify(message), token });
const refused = async (answer: Promise<Response>): Promise<string> => {
  const response = await answer;
  return response.ok ? 'taken' : `${response.status} ${((await response.json()) as { refused: string }).refused}`;
};
const join = async (name: string) => (await (await tell('join', { name })).json()) as { token: string; person: number; beat: number };
const take = async (token: string) => (await (await tell('take', {}, token)).json()) as { experiment: { place: number; spec: RunSpec } | null; over: boolean };
const state = async (): Promise<RoomState> => roomState.parse(await (await ask('')).json());
/** What a page sends of an experiment that it has trained. */
const resultOf = (spec: RunSpec, change: Partial<RunRecord> = {}): string => writeRuns([{ ...runRecord({ state: 'done' }), spec: { ...spec, id: `run of ${spec.name}` }, ...change }], 5);
const deliver = (token: string, place: number, body: string, files = 0) => ask(`/result/${place}?files=${files}`, { method: 'POST', body, token });
const tensors = writeSafetensors({ a: { dtype: 'F32', shape: [2], data: new Float32Array(2) } }) as Uint8Array<ArrayBuffer>;

test('a person joins, trains the next experiment, and its result lies in the study as one that was trained here', async () => {
  expect((await fetch(`${server.url}${open.code.toLowerCase()}`, { redirect: 'manual' })).headers.get('location')).toBe(`./#/compare?class=${open.code}`);
  expect((await fetch(server.url)).status).toBe(200);
  const { token, person, beat } = await join('Ada');
  expect([person, beat]).toEqual([1, 22.5]);
  const { experiment } = await take(token);
  const { place, spec } = experiment!;
  expect(spec).toMatchObject({ name: 'lora-r-2-seed0', model: 'vit-nano', method: { method: 'lora', r: 2 }, train: { steps: 2, seed: 0 } });
  expect(await (await tell('progress', { experiment: place, paused: false, step: 1, steps: 2, loss: 2.1 }, token)).json()).toEqual({ yours: true });
  expect((await state()).people).toMatchObject([{ name: 'Ada', here: true, has: 0, step: 1, steps: 2, loss: 2.1 }]);

  // Notes stay with the person; the name is the one of the room.
  expect(await refused(deliver(token, place, resultOf(spec, { notes: 'mine', by: 'Somebody' }), 2))).toBe('taken');
  expect(await refused(ask(`/adapter/${place}/adapter_config.json`, { method: 'PUT', body: '{"r": 2}', token }))).toBe('taken');
  expect(await refused(ask(`/adapter/${place}/adapter_model.safetensors`, { method: 'PUT', body: tensors, token }))).toBe('taken');
  const now = await state();
  expect(now.experiments[0]).toMatchObject({ name: 'lora/r-2-seed0', method: 'lora', state: 'done', person: 1, run: 'run of lora-r-2-seed0', files: ['adapter_config.json', 'adapter_model.safetensors'], whole: true });
  expect(now.people).toMatchObject([{ has: null, done: 1 }]);
  const [run] = readRuns(new Uint8Array(await (await ask(`/result/${place}`)).arrayBuffer()), 'x');
  expect([run!.by, run!.notes, run!.curve.length]).toEqual(['Ada', undefined, 4]);
  expect(new Uint8Array(await (await ask(`/adapter/${place}/adapter_model.safetensors`)).arrayBuffer())).toEqual(tensors);

  // The folder is a study: it goes on as one.
  const again = await openRoom(open.folder, { under: at('class') });
  expect(again.room.state(0).experiments.map(({ state }) => state)).toEqual(['done', 'free', 'free', 'free']);
  expect(again.room.state(0).experiments[0]).toMatchObject({ person: null, files: ['adapter_config.json', 'adapter_model.safetensors'] });
  const [file] = readdirSync(`${open.folder}/results`);
  expect(readResult(readFileSync(`${open.folder}/results/${file!}`, 'utf8'), 'x')).toMatchObject({ name: 'lora/r-2-seed0', success: true });
});

test('only who was given an experiment sends its result, of its settings, once', async () => {
  const [{ token }, other] = [await join('Ben'), await join('Cem')];
  const { place, spec } = (await take(token)).experiment!;
  const result = resultOf(spec);
  expect(await refused(deliver(other.token, place, result))).toBe('409 gone');
  expect(await refused(deliver(token, place, resultOf({ ...spec, train: { ...spec.train, lr: 0.5 } })))).toBe('400 wrong');
  expect(await refused(deliver(token, place, resultOf(spec, { state: 'stopped' })))).toBe('400 wrong');
  expect(await refused(deliver(token, place, resultOf(spec, { summary: null })))).toBe('400 wrong');
  expect(await refused(deliver(token, place, writeRuns([runRecord(), runRecord()], 0)))).toBe('400 wrong');
  expect(await refused(deliver(token, place, 'nonsense'))).toBe('400 wrong');
  expect(await refused(deliver(token, place, result, 7))).toBe('400 wrong');
  expect((await state()).experiments[place]!.state).toBe('taken');
  expect(await refused(deliver(token, place, result, 1))).toBe('taken');
  expect(await refused(deliver(token, place, result, 1))).toBe('409 gone');
  for (const [path, body, why] of [
    ['../../../escaped.json', '{}', '400 wrong'],
    ['..%2f..%2fescaped.json', '{}', '400 wrong'],
    ['run.py', 'import os', '400 wrong'],
    ['adapter_config.json', '{', '400 wrong'],
    ['adapter_model.safetensors', 'nonsense', '400 wrong'],
  ] as const) expect([path, await refused(ask(`/adapter/${place}/${path}`, { method: 'PUT', body, token }))]).toEqual([path, path.startsWith('../') ? expect.stringMatching(/^4/) : why]);
  expect(await refused(ask(`/adapter/${place}/adapter_config.json`, { method: 'PUT', body: '{}', token: other.token }))).toBe('409 gone');
  expect(await refused(ask(`/adapter/${place}/adapter_config.json`, { method: 'PUT', body: '{}', token }))).toBe('taken');
  expect(await refused(ask(`/adapter/${place}/adapter_config.json`, { method: 'PUT', body: '{}', token }))).toBe('409 gone');
  expect(existsSync(at('escaped.json'))).toBe(false);
});

test('what comes from outside is refused by its form, and changes nothing', async () => {
  const before = await state();
  const { token } = await join('Dan');
  expect(await refused(ask('', {}, 'ZZZZZZ'))).toBe('404 code');
  expect(await refused(ask('', {}, '..%2f'))).toBe('404 code');
  expect(await refused(tell('take', {}))).toBe('401 person');
  expect(await refused(tell('take', {}, 'guessed'))).toBe('401 person');
  expect(await refused(ask('/join', { method: 'POST', body: '{"name":""}' }))).toBe('400 wrong');
  for (const message of ['null', '[]', '{"name":7}', `{"name":"${'x'.repeat(300)}"}`, '{', '']) expect([message, await refused(ask('/join', { method: 'POST', headers: json, body: message }))]).toEqual([message, '400 wrong']);
  for (const change of [{ experiment: -1 }, { experiment: 0.5 }, { experiment: 1e9 }, { step: 'x' }, { step: -1 }, { paused: 1 }, { loss: 'low' }]) {
    expect(await refused(tell('progress', { experiment: 2, paused: false, step: 1, steps: 2, loss: 1, ...change }, token))).toBe('400 wrong');
  }
  for (const path of ['/dance', '/result/9', '/result/x', '/result/2', '/adapter/0/run.json', '/adapter/0/../../x', '/a/b/c/d/e']) expect([path, (await ask(path)).ok]).toEqual([path, false]);
  for (const path of ['/constructor', '/toString', '/__proto__']) expect([path, await refused(ask(path, { method: 'POST', headers: json, body: '{}', token }))]).toEqual([path, '400 wrong']);
  expect(await refused(ask('', { method: 'DELETE' }))).toBe('400 wrong');
  const now = await state();
  expect(now.experiments).toEqual(before.experiments);
  expect(now.people.at(-1)).toMatchObject({ name: 'Dan', has: null });
});

test('bodies are bounded as they come, whatever they say of their length', async () => {
  expect(await refused(tell('join', { name: 'x'.repeat(roomBounds.message) }))).toBe('413 size');
  // In pieces, without a length.
  const { hostname, port } = new URL(server.url);
  const answer = await new Promise<string>((done, fail) => {
    const socket = connect(Number(port), hostname);
    let got = '';
    socket.on('data', (data) => (got += String(data)));
    socket.on('close', () => done(got));
    socket.on('error', (error) => (got === '' ? fail(error) : done(got)));
    const piece = 'x'.repeat(3000);
    socket.write(`POST /class/${open.code}/join HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`);
    for (let i = 0; i < 2; i++) socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/i);
});

test('who asks too often is told to wait, and a wrong code costs more', async () => {
  let now = 0;
  const room = new Room([{ name: 'm/0', spec: { model: 'a', data: 'b', method: { method: 'm' } } }], { code: 'ABCDEF', token: () => 't' });
  const kept = { keep: async () => {}, keepFile: async () => {}, read: async () => '', readFile: async () => new Uint8Array() };
  const flooded = await serve(at('site'), { port: 0, first: answerRoom(room, kept, { clock: () => now }) });
  const status = async (code: string) => (await fetch(`${flooded.url}class/${code}`)).status;
  const guesses: number[] = [];
  for (let i = 0; i < 22; i++) guesses.push(await status('ZZZZZZ'));
  expect([guesses.filter((one) => one === 404).length, guesses.at(-1), await status('ABCDEF')]).toEqual([20, 429, 429]);
  now += 1000;
  expect(await status('ABCDEF')).toBe(200);
  await flooded.close();
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

test('the study that comes with the page opens: every method of a first visit by three seeds', async () => {
  const { room, opened, code } = await openRoom(undefined, { under: at('standard') });
  const { experiments } = room.state(0);
  expect([experiments.length, new Set(experiments.map(({ method }) => method)).size]).toEqual([21, 7]);
  const lines = opened('http://localhost:4173/', '0.0.0.0');
  expect(lines.join('\n')).toMatch(new RegExp(`board.*http://localhost:4173/#/compare\\?class=${code}&board=1\n.*:4173/${code}$`));
  expect(opened('http://localhost:80/', '127.0.0.1').at(-1)).toMatch(new RegExp(`http://localhost(:80)?/${code}$`));
});
