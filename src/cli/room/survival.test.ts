import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PAGE_LEFT } from '../../records/class.meta';
import { exportRuns } from '../../records';
import { readRuns, writeRuns } from '../../records/runFile';
import { cliFolder } from '../../testing/cliFolder';
import { roomPages } from '../../testing/roomPages';
import { trainedGrid } from '../../testing/trainedGrid';
import type { RunRecord, RunSpec } from '../../train/protocol';
import { main } from '../main';
import { serve } from '../setup/serve.mjs';
import { openRoom } from './open';

const { at, dir } = cliFolder('survival');
const grid = { model: 'vit-nano', data: 'fashion-mnist', methods: [{ method: 'lora', r: 2, target_modules: ['query', 'value'] }, 'linear_probe'], seeds: [0, 1, 2], train: { steps: 2, batch: 4, train_limit: 40, test_limit: 20 } };
let runOf: (spec: RunSpec) => RunRecord;
const pages = roomPages();

beforeAll(async () => {
  runOf = await trainedGrid(main, at, grid);
});
afterAll(pages.end);

/** The class as the documented command opens it, on the port that it had before. */
async function start(from: string, now?: number) {
  const open = await openRoom(from, { under: at('class'), ...(now && { now }) });
  const server = await serve(dir, { port: open.port, room: open.host });
  const lines = open.opened(server.url, '127.0.0.1');
  return { ...open, url: server.url, lines, close: server.close, page: () => pages.open(server.url, open.code), state: () => open.room.state(Date.now()) };
}
type Page = ReturnType<typeof pages.open>;

/** The same tab after its page was loaded again. */
async function reload(of: { page: () => Page }, tab: Page, token: string): Promise<Page> {
  tab.socket.close(PAGE_LEFT);
  await tab.closed;
  const next = of.page();
  expect(await next.ask('again', { token })).toMatchObject({ person: expect.any(Number) as number });
  return next;
}
const step = (experiment: number) => ({ experiment, paused: false, step: 1, steps: 2, loss: 2 });

test('a class outlives its server: code, address, people, results and what they train are the same, and nothing is given twice', async () => {
  const first = await start(at('grid.json'));
  const given: number[] = [];
  const take = async (tab: Page) => {
    const { place, spec } = await tab.take();
    given.push(place);
    return { place, spec };
  };
  let [ada, ben] = [first.page(), first.page()];
  const [{ token }, { token: bens }] = [await ada.join('Ada'), await ben.join('Ben')];
  const [hers, his] = [await take(ada), await take(ben)];
  for (let n = 0; n < 5; n++) {
    ada = await reload(first, ada, token);
    expect((await ada.take()).place).toBe(hers.place);
  }
  expect(first.state().people.map(({ name, has }) => [name, has])).toEqual([['Ada', hers.place], ['Ben', his.place]]);
  await ada.ask('progress', step(hers.place));
  expect(await ben.deliver(his.place, writeRuns([runOf(his.spec)], 1), 2)).toEqual({});
  expect(await ben.file(his.place, 'adapter_config.json', '{}')).toEqual({});
  const next = await take(ben);
  const eve = first.page();
  await eve.join('Eve');
  const forged = await take(eve);
  given.pop();
  for (const [field, value] of [['accuracy', 0.99], ['loss', -1]] as const) {
    const run = runOf(forged.spec);
    Object.assign(run.summary!.final!, { [field]: value });
    expect([field, await eve.deliver(forged.place, writeRuns([run], 1))]).toEqual([field, field === 'accuracy' ? 'untrue' : 'gone']);
  }
  await first.close();
  await Promise.all([ada, ben, eve].map(({ closed }) => closed));

  // As documented, an hour later.
  const second = await start(first.folder, Date.now() + 3_600_000);
  const now = () => second.room.state(Date.now() + 3_600_000);
  expect([second.code, second.url, second.lines.slice(1)]).toEqual([first.code, first.url, first.lines.slice(1)]);
  expect(now().people.slice(0, 2).map(({ name, number, has, done }) => [name, number, has, done])).toEqual([['Ada', 1, hers.place, 0], ['Ben', 2, next.place, 1]]);
  expect(now().experiments.map(({ state, person }) => [state, person])).toEqual(first.state().experiments.map(({ state, person }) => [state, person]));
  await second.close();

  const third = await start(first.folder);
  [ada, ben] = [third.page(), third.page()];
  expect([await ada.ask('again', { token }), await ben.ask('again', { token: bens })]).toEqual([{ person: 1 }, { person: 2 }]);
  expect(await ada.ask('progress', step(hers.place))).toEqual({ yours: true, stopped: false });
  // What was on its way is not sent twice, and what was missing comes.
  expect(await ben.deliver(his.place, writeRuns([runOf(his.spec)], 1), 2)).toBe('gone');
  expect(third.state().experiments[his.place]).toMatchObject({ whole: false, person: 2 });
  expect(await ben.file(his.place, 'shapes.json', '{}')).toEqual({});
  expect(third.state().experiments[his.place]).toMatchObject({ whole: true, files: ['adapter_config.json', 'shapes.json'] });

  // Whoever comes late, or calls themselves like another, is somebody else.
  const late = third.page();
  expect(await late.join('Ada')).toMatchObject({ person: 4 });
  expect(third.state().people.map(({ name }) => name).at(-1)).toBe('Ada 2');
  expect(await third.page().ask('again', { token: 'Ada' })).toBe('person');
  for (const [tab, had] of [[ada, hers], [ben, next], [late, await take(late)]] as const) {
    for (let has: typeof had | null = had; has; given.push(...(has ? [has.place] : []))) {
      expect(await tab.deliver(has.place, writeRuns([runOf(has.spec)], 1))).toEqual({});
      has = third.state().experiments.some(({ state }) => state === 'free') ? await tab.take() : null;
    }
  }
  expect(given.sort()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(third.state().experiments.map(({ state }) => state)).toEqual(Array(6).fill('done'));
  expect(await ada.ask('take')).toEqual({ experiment: null, over: true });
  await third.close();
});

test('thirty tabs: their curves, guesses and results outlast a restart, what cannot be so is refused, and any of them makes the report', async () => {
  const first = await start(at('grid.json'));
  const tabs = Array.from({ length: 30 }, () => first.page());
  const joined = await Promise.all(tabs.map((tab, i) => tab.join(`Person ${i}`)));
  const curve = (i: number): [number, number][] => [[1, 2 + i / 8], [2, 1]];
  const had = await Promise.all(tabs.map(async (tab) => (await tab.take()) as Awaited<ReturnType<Page['take']>> | null));
  const progress = (tab: Page, i: number, of: unknown = curve(i)) => tab.ask('progress', { ...step(had[i]!.place), curve: of });
  const training = had.flatMap((one, i) => (one ? [i] : []));
  // As many again as the study has, of further seeds.
  expect(training.length).toBe(12);
  for (const i of training) expect(await progress(tabs[i]!, i)).toEqual({ yours: true, stopped: false });
  await Promise.all(tabs.map((tab, i) => tab.ask('guess', { lesson: 'rank', answer: i % 3 })));
  await tabs[0]!.ask('guess', { lesson: 'rank', answer: 2 });
  const hers = tabs[training[0]!]!;
  const lies = [Array.from({ length: 33 }, (_, i) => [i, 1]), [[2, 1], [1, 1]], [[1, 1], [1, 1]], [[1, -1]], [[1, 1e9]], [[1, null]], [[0.5, 1]], [[1]], 'x'];
  for (const lie of lies) expect([lie, await progress(hers, training[0]!, lie)]).toEqual([lie, 'wrong']);
  for (const lie of [{ lesson: 'rank', answer: 6 }, { lesson: 'rank', answer: -1 }, { lesson: '__proto__', answer: 0 }, { lesson: 'x'.repeat(41), answer: 0 }]) expect([lie, await hers.ask('guess', lie)]).toEqual([lie, 'wrong']);
  // Whoever makes lessons up fills nothing, and pushes none of the class's away.
  for (let i = 0; i < 40; i++) await tabs[29]!.ask('guess', { lesson: `made-up-${'abcdefghij'[i % 10]}${'wxyz'[i % 4]}`, answer: 0 });
  await tabs[29]!.ask('guess', { lesson: 'rank', answer: 2 });
  const guesses = () => first.state().guesses;
  expect(guesses()[0]).toEqual({ lesson: 'rank', counts: [9, 10, 11, 0, 0, 0] });
  expect(guesses().length).toBeLessThanOrEqual(16);
  expect(await first.page().ask('guess', { lesson: 'rank', answer: 0 })).toBe('person');
  const before = guesses();
  await first.close();

  const second = await start(first.folder);
  const again = await Promise.all(joined.map(async ({ token }) => {
    const tab = second.page();
    await tab.ask('again', { token });
    return tab;
  }));
  expect(second.state().guesses).toEqual(before);
  const watch = () => second.page().ask<{ curves: { person: number; experiment: number; points: unknown }[] }>('curves');
  expect((await watch()).curves).toEqual([]);
  for (const i of training) await progress(again[i]!, i);
  expect((await watch()).curves).toEqual(training.map((i) => ({ person: joined[i]!.person, experiment: had[i]!.place, steps: 2, points: curve(i) })).sort((a, b) => a.person - b.person));
  for (const i of training.filter((one) => had[one]!.place < 6)) expect(await again[i]!.deliver(had[i]!.place, writeRuns([runOf(had[i]!.spec)], 1))).toEqual({});
  // What is done is trained no more.
  expect((await watch()).curves.length).toBe(6);
  const idle = again[29]!;
  const read = async (place: number) => readRuns(await idle.ask<Uint8Array<ArrayBuffer>>('read', { experiment: place, path: '', from: 0 }), 'result');
  const results = (await Promise.all([0, 1, 2, 3, 4, 5].map(read))).flat();
  const [report] = await exportRuns(results, 'html', Date.now());
  for (const { by, spec } of results) for (const word of [by!, spec.name]) expect(report!.bytes).toContain(word);
  await second.close();
});

test('a study that was changed meanwhile goes on with its new experiments, and those that stayed are whose they were', async () => {
  const first = await start(at('grid.json'));
  const [ada, ben] = [first.page(), first.page()];
  await ada.join('Ada');
  await ben.join('Ben');
  const [hers, his] = [await ada.take(), await ben.take()];
  await ada.deliver(hers.place, writeRuns([runOf(hers.spec)], 1));
  await first.close();
  const path = `${first.folder}/study.json`;
  const study = JSON.parse(readFileSync(path, 'utf8')) as object;
  // The first method has gone to the end, and there is a seed more.
  writeFileSync(path, JSON.stringify({ ...study, methods: [...grid.methods].reverse(), seeds: [0, 1, 2, 3] }));
  const second = await start(first.folder);
  const { people, experiments } = second.state();
  expect([experiments.length, experiments.filter(({ state }) => state !== 'free').map(({ name, state, person }) => [name, state, person])]).toEqual([8, [[his.spec.name, 'taken', 2], [hers.spec.name, 'done', 1]]]);
  expect(people.map(({ name, done }) => [name, done])).toEqual([['Ada', 1], ['Ben', 0]]);
  await second.close();

  writeFileSync(`${first.folder}/class.json`, '{"version": 1');
  await expect(openRoom(first.folder, { under: at('class') })).rejects.toThrow(/class\.json keeps no class/);
});
