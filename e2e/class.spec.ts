import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Browser, Page } from '@playwright/test';
import { completeConfig } from '../src/adapters/fields';
import { hostRoom } from '../src/cli/room/host';
import { Room, type Shared } from '../src/cli/room/room';
import { ensureBuilt } from '../src/cli/setup/build.mjs';
import { serve } from '../src/cli/setup/serve.mjs';
import { chromiumArgs, findChromium } from '../src/cli/setup/system.mjs';
import { unpackRecording, type Recording } from '../src/records/recording.meta';
import { writeRuns } from '../src/records/runFile';
import { sentCurve } from '../src/ui/class/store/curves';
import toy from '../src/ui/recorded/toy.json' with { type: 'json' };
import { completeTrain } from '../src/train/config';
import type { RunRecord, StepPoint } from '../src/train/protocol';
import { broken } from './axe';
import { expect, onDevice, test } from './fixtures';
import { joinButton, row, startClass } from './classroom';
import { letGo, withHolding } from './hold';
import { ended, goTo, unfold } from './studioHelp';
import { nothingSticksOut } from './layout';

/** A name that is neither https nor localhost, as in a classroom: the processor trains there. */
const host = 'studio.lan';
test.use({ launchOptions: { executablePath: findChromium()!, args: [...chromiumArgs(), `--host-resolver-rules=MAP ${host} 127.0.0.1`] } });

const code = 'K7M2QX';
const methods = [{ method: 'lora', r: 2, target_modules: ['query', 'value'] }, { method: 'linear_probe' }];
const nameOf: Record<string, string> = { lora: 'LoRA, r 2', linear_probe: 'Linear probe' };
const experiments: Shared[] = methods.flatMap((method) =>
  [0, 1].map((seed) => ({ name: `${nameOf[method.method]}, seed ${seed}`, spec: { name: `${nameOf[method.method]}, seed ${seed}`, model: 'vit-nano', data: 'fashion-mnist', method: completeConfig(method), train: completeTrain({ steps: 4, batch: 4, train_limit: 60, test_limit: 20, seed }) } })),
);

/** A class on this computer; what it was sent, by the place of the experiment. */
async function openClass(shared: readonly Shared[] = experiments) {
  let tokens = 0;
  // Whoever closes a page is not waited for.
  const room = new Room(shared, { code, grace: 600_000, silence: 600_000, token: () => `token-${++tokens}` });
  const results = new Map<number, RunRecord>();
  const files = new Map<string, Uint8Array>();
  const guest = hostRoom(room, {
    check: async () => '',
    repeats: async () => null,
    discard: async (place) => void results.delete(place),
    rename: async () => {},
    remember: async () => {},
    keep: async (place, run) => void results.set(place, run),
    keepFile: async (place, path, bytes) => void files.set(`${place}/${path}`, bytes),
    read: async (place) => writeRuns([results.get(place)!], 1),
    readFile: async (place, path, from, most) => files.get(`${place}/${path}`)!.subarray(from, from + most),
  });
  const sockets = new Set<Duplex>();
  let isCut = false;
  const cuttable: typeof guest = {
    answer: guest.answer,
    missing: guest.missing,
    upgrade(request, socket, head) {
      if (isCut) return void socket.destroy();
      sockets.add(socket);
      guest.upgrade(request, socket, head);
    },
  };
  const server = await serve(await ensureBuilt(), { port: 0, workerPrelude: onDevice('wasm'), room: cuttable });
  const url = server.url.replace(/127\.0\.0\.1|localhost/, host);
  room.address = url;
  return {
    room,
    url: server.url,
    lan: url,
    results,
    files,
    close: server.close,
    /** No connection to the class holds, and none comes about, until there may be some again; files are served all the same. */
    cut(cut: boolean) {
      isCut = cut;
      if (cut) sockets.forEach((socket) => socket.destroy());
    },
  };
}

/** Somebody's browser, whose runs wait until they are let go. */
async function classmate(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await withHolding(page, 'run');
  return page;
}

test('three people join by a code and take different experiments; one is lost in the middle and another takes its experiment; the board ends complete', async ({ page, browser, problems }) => {
  problems.allow(/WebGPU/);
  const open = await openClass();
  await page.goto(`${open.url}#/compare?class=${code}&board=1&group=who`);
  await expect(page.getByRole('heading', { name: `Class ${code}` })).toBeVisible();
  await expect(page.getByText(`${open.lan}${code}`)).toBeVisible();
  await expect(page.getByRole('img', { name: `QR code of ${open.lan}#/compare?class=${code}` })).toBeVisible();
  await expect(page.getByText('Nobody has joined yet.')).toBeVisible();
  // What is handed out leads to where others reach the page, though this one is at localhost.
  await page.getByRole('button', { name: 'Plan for 45 minutes' }).click();
  await expect(page.getByText(`${open.lan}#/lessons?lesson=rank`, { exact: true }).first()).toBeVisible();
  await page.goBack();
  // Recorded runs would pass for results of the class.
  await expect(page.getByRole('heading', { name: 'No result yet' })).toBeVisible();

  const [ada, ben, third] = [await classmate(browser), await classmate(browser), await classmate(browser)];
  const [spoken, sent]: [string[], string[]] = [[], []];
  ada.on('request', (request) => void (request.method() !== 'GET' && spoken.push(request.url())));
  ada.on('websocket', (socket) => {
    spoken.push(socket.url());
    socket.on('framesent', ({ payload }) => void sent.push(String(payload)));
  });
  // As it stands on the blackboard.
  await ada.goto(`${open.lan}${code.toLowerCase()}`);
  await ada.getByRole('textbox', { name: 'Your name, if you like' }).fill('Ada');
  await expect(ada.getByRole('form').getByText(/^This page computes on the processor: browsers give/)).toBeVisible();
  await expect(ada.getByText('Your data never leaves this computer.', { exact: true })).toBeVisible();
  expect(await broken(ada, 'form')).toEqual([]);
  await joinButton(ada).click();
  await expect(row(page, 'Ada').getByText('LoRA, r 2, seed 0')).toBeVisible();

  await ben.goto(`${open.lan}#/compare?class=ZZZZZZ`);
  await joinButton(ben).click();
  await expect(ben.getByText(/There is no class with this code here/)).toBeVisible();
  await ben.getByRole('textbox', { name: 'Code of the class' }).fill('k7m 2qx');
  await ben.getByRole('textbox', { name: 'Your name, if you like' }).fill('Ben');
  await ben.keyboard.press('Enter');
  await expect(row(page, 'Ben').getByText('LoRA, r 2, seed 1')).toBeVisible();

  await third.goto(`${open.lan}#/compare?class=${code}`);
  await joinButton(third).click();
  await expect(row(page, 'Person 3').getByText('Linear probe, seed 0')).toBeVisible();
  await expect(third.getByText(/^This tab trains Linear probe, seed 0/)).toBeVisible();
  await expect(page.getByText('0 of 4 experiments done, 3 in progress. 3 people are here.')).toBeVisible();

  await third.context().close();
  await expect(row(page, 'Person 3').getByText('away')).toBeVisible();
  await expect(page.getByText('0 of 4 experiments done, 2 in progress. 2 people are here.')).toBeVisible();

  await Promise.all([letGo(ada), letGo(ben)]);
  await expect(page.getByText('The board is complete: all 4 experiments have ended.')).toBeVisible({ timeout: ended });
  await expect(ada.getByText('Nothing is left to train. Thank you.')).toBeVisible();
  await expect(ada.getByText('Settings, curves and adapters go to the class.')).toBeVisible();
  for (const name of [/^Fine-tune/, 'Add 2 seeds', 'Train your own']) await expect(ada.getByRole('button', { name })).toBeHidden();
  expect([...open.results.keys()].sort()).toEqual([0, 1, 2, 3]);
  expect(open.results.get(0)).toMatchObject({ by: 'Ada', spec: { method: { method: 'lora' }, train: { seed: 0 } }, state: 'done' });
  expect(['Ada', 'Ben']).toContain(open.results.get(2)!.by);
  for (const run of open.results.values()) expect([run.curve.length, run.summary!.device.vendor]).toEqual([4, 'wasm']);
  expect(open.files.has('0/adapter_model.safetensors')).toBe(true);

  // Settings, curves and adapters: no names of pictures, and nothing to any other address.
  expect(spoken).toEqual([`${open.lan.replace('http', 'ws')}class/${code}`]);
  expect(sent.length).toBeGreaterThan(5);
  for (const body of sent) expect(body).not.toContain('"images"');

  // The results are runs of the teacher's page, a row for each person, with their adapters.
  for (const name of ['Ada', 'Ben']) await expect(page.getByRole('region', { name: 'Table of runs' }).getByRole('row').filter({ hasText: name }).first()).toBeVisible();
  await expect.poll(() => countKept(page, 'adapters')).toBe(4);
  await unfold(page, /^Experiments/);
  await expect(page.getByRole('region', { name: 'Table of experiments' }).getByRole('row').filter({ hasText: 'Linear probe, seed 1' }).getByText('done')).toBeVisible();
  expect(await broken(page, '[data-view=compare]')).toEqual([]);
  for (const one of [page, ada]) {
    await one.setViewportSize({ width: 360, height: 800 });
    await nothingSticksOut(one);
  }

  // A member sees what the class found beside their own, and takes it home.
  const found = ada.getByRole('region', { name: 'What the class found', exact: true });
  await expect(found.getByRole('row').filter({ hasText: 'LoRA' }).getByRole('cell').last()).toHaveText('2');
  await expect(found.getByRole('row').filter({ hasText: 'Linear probe' }).getByRole('cell').last()).toHaveText('2');
  const [saved] = await Promise.all([ada.waitForEvent('download'), found.getByRole('button', { name: 'Save the report' }).click()]);
  expect(saved.suggestedFilename()).toMatch(new RegExp(`-${code}\\.html$`));
  const report = readFileSync(await saved.path(), 'utf8');
  for (const word of ['Ada', 'LoRA, r 2, seed 0', 'Linear probe, seed 1']) expect(report).toContain(word);

  await ada.getByRole('button', { name: 'Leave the class' }).click();
  await expect(row(page, 'Ada').getByText('away')).toBeVisible();
  expect(ada.url()).not.toContain('class=');
  await Promise.all([ada, ben].map((one) => one.context().close()));
  await open.close();
  problems.allow(/ERR_CONNECTION_REFUSED/);
});

test('the class is out of reach for a while and a run is not lost: its page comes back as the same person, and so does the board', async ({ page, browser, problems }) => {
  problems.allow(/WebGPU|WebSocket/);
  const open = await openClass();
  await page.goto(`${open.url}#/compare?class=${code}&board=1&group=who`);
  const ada = await classmate(browser);
  await ada.goto(`${open.lan}${code}`);
  await joinButton(ada).click();
  await expect(ada.getByText(/^This tab trains LoRA, r 2, seed 0/)).toBeVisible();
  // A page that is loaded again is the same person, without a word.
  await ada.reload();
  await expect(ada.getByText(/^This tab trains LoRA, r 2, seed 0/)).toBeVisible();
  await expect(row(page, /Person/)).toHaveCount(1);
  // Also in a view that shows nothing of the class.
  await goTo(ada, 'Train');
  await ada.reload();
  await expect(row(page, /Person/).getByText('away')).toBeHidden();
  await expect(row(page, /Person/).getByText('starting')).toBeVisible();
  await goTo(ada, 'Compare');
  await expect(ada.getByText(/^This tab trains LoRA, r 2, seed 0/)).toBeVisible();
  const silent = 'The class does not answer. Trying again.';
  open.cut(true);
  for (const one of [page, ada]) {
    await expect(one.getByText(silent)).toBeVisible();
    await expect(one.getByText(/^When it was last heard: 0 of 4 experiments done, \d in progress\.$/)).toBeVisible();
    await expect(one.getByRole('region', { name: 'People' })).toBeHidden();
  }
  await letGo(ada);
  await expect(ada.getByText('Sending what was measured.')).toBeVisible({ timeout: ended });
  expect(open.results.size).toBe(0);
  open.cut(false);
  for (const one of [page, ada]) await expect(one.getByText(silent)).toBeHidden({ timeout: 20_000 });
  await expect(page.getByText('The board is complete: all 4 experiments have ended.')).toBeVisible({ timeout: ended });
  expect(open.results.size).toBe(4);
  // The run that was begun before the page was loaded again went on; none was begun beside it.
  expect(await countKept(ada, 'runs')).toBe(4);
  await expect(row(page, /Person/)).toHaveCount(1);
  await expect(row(page, 'Person 1').getByRole('cell').last()).toHaveText('4');
  // A copy of the tab takes its place, and the two of them do not take it from each other by turns.
  const copy = await ada.context().newPage();
  const kept = await ada.evaluate(() => ({ ...sessionStorage }));
  await copy.addInitScript((all) => Object.entries(all).forEach(([key, value]) => sessionStorage.setItem(key, String(value))), kept);
  await copy.goto(ada.url());
  await expect(copy.getByText('Nothing is left to train. Thank you.')).toBeVisible();
  await expect(ada.getByText(/^Another tab, a copy of this one, goes on in the class/)).toBeVisible();
  await expect(row(page, /Person/)).toHaveCount(1);
  expect(await ada.evaluate(() => sessionStorage.getItem('fullrank.class'))).toBeNull();
  await expect(row(page, 'Person 1').getByText('done', { exact: true })).toBeVisible();
  const opened = async () => {
    const tab = await ada.context().newPage();
    await tab.goto(ada.url());
    await tab.getByRole('button', { name: 'Join the class' }).click();
    await expect(tab.getByText('Nothing is left to train. Thank you.')).toBeVisible();
    return tab;
  };
  // Another tab of the browser is somebody else while the first is there, and the same person once it has been closed.
  const other = await opened();
  await expect(row(page, /Person/)).toHaveCount(2);
  await other.getByRole('button', { name: 'Leave the class' }).click();
  await copy.reload();
  await expect(copy.getByText('Nothing is left to train. Thank you.')).toBeVisible();
  await copy.goto('about:blank');
  await expect(row(page, 'Person 1').getByText('away')).toBeVisible();
  const anew = await opened();
  await expect(row(page, 'Person 1').getByText('done', { exact: true })).toBeVisible();
  await expect(anew.getByRole('row').filter({ hasText: 'Person 1 (you)' })).toBeVisible();
  await anew.goto('about:blank');
  await expect(row(page, 'Person 1').getByText('away')).toBeVisible();
  await ada.context().close();
  await open.close();
  problems.allow(/ERR_CONNECTION_REFUSED/);
});

/** A class of so many people: a third of its experiments is done, and the others train. */
async function fullClass(people: number) {
  const recorded = unpackRecording(toy as unknown as Recording).filter(({ spec }) => spec.train.seed < 3 && spec.train.shots === 0);
  const names = recorded.map(({ spec }) => spec.name);
  const open = await openClass(recorded.map(({ spec }) => ({ name: spec.name, spec })));
  const { room, results } = open;
  const tokens = Array.from({ length: people }, (_, i) => {
    const joined = room.join(i === 7 ? 'Maximiliane-Charlotte von Hohenstein' : (classNames[i % classNames.length] ?? ''), Date.now());
    return typeof joined === 'string' ? joined : joined.token;
  });
  const curveOf = (place: number, steps: number) => sentCurve(...[({ step }: StepPoint) => step, ({ loss }: StepPoint) => loss].map((of) => recorded[place]!.curve.slice(0, steps).map(of)) as [number[], number[]]);
  const train = (token: string, step: number) => {
    const { place } = room.take(token, Date.now());
    if (place !== null) room.progress(token, { experiment: place, paused: false, step, steps: recorded[place]!.curve.length, loss: null, curve: curveOf(place, step) }, Date.now());
  };
  const finish = (token: string) => {
    const { place } = room.take(token, Date.now());
    const run = recorded[place!]!;
    results.set(place!, { ...run, state: 'done', by: room.nameOf(token) });
    room.deliver(place!, { run: run.spec.id, accuracy: run.summary!.final!.accuracy, person: room.numberOf(token) }, 0);
  };
  tokens.slice(0, Math.ceil(names.length / 3)).forEach(finish);
  tokens.forEach((token, i) => {
    train(token, 10 + ((37 * i) % 90));
    if (i % 5 < 4) room.guess(token, { lesson: 'rank', answer: i % 3 });
  });
  return { ...open, tokens, train, finish, all: names.length };
}

const classNames = 'Ada Ben Cem Dana Emil Fatma Goran Hana Ivo Jana Kofi Lena Milo Nora Omar Pia Quirin Rosa Samir Tuva Ugo Vera Wei Xenia Yusuf Zoe Amélie Björn Chloé'.split(' ');

test('the board of thirty people is one screen of a projector: way in, progress, people, curves that grow and the finding', async ({ page, problems }) => {
  problems.allow(/WebGPU/);
  const open = await fullClass(30);
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto(`${open.url}#/compare?class=${code}&board=1&present=1`);
  const results = (done: number) => page.getByText(`${done} of ${open.all} results`);
  await expect(results(Math.ceil(open.all / 3))).toBeVisible();
  const people = page.getByRole('list', { name: 'People and what they train' });
  await expect(people.getByRole('listitem')).toHaveCount(30);
  const losses = page.getByRole('figure', { name: 'Training loss' });
  await expect(page.getByRole('figure').nth(1).getByText('DoRA r 5')).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [width, height] of [[1280, 720], [1920, 1080]] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await expect.poll(() => crowded(page), `${width} x ${height}, ${colorScheme}`).toEqual([]);
    }
    expect(await broken(page, 'main')).toEqual([]);
  }
  // What is trained moves, and what is found grows.
  const drawn = () => losses.locator('path').evaluateAll((paths) => paths.map((path) => path.getAttribute('d')).join());
  const before = await drawn();
  open.tokens.forEach((token) => open.train(token, 110));
  await expect.poll(drawn).not.toBe(before);
  open.finish(open.tokens[10]!);
  await expect(results(Math.ceil(open.all / 3) + 1)).toBeVisible();
  // Behind the charts stands how the class guessed, and of nobody who did.
  for (let slide = 0; slide < 5; slide++) await page.keyboard.press('ArrowRight');
  const guesses = page.getByRole('list', { name: 'The class guessed' });
  await expect(guesses.getByRole('listitem')).toHaveCount(3);
  await expect(guesses.getByText('8', { exact: true })).toHaveCount(3);
  await open.close();
  problems.allow(/ERR_CONNECTION_REFUSED/);
});

/** What does not fit the window, or lies over something else: of a board, its parts and each person. */
const crowded = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
    const all = [...document.querySelectorAll('main [role=img][aria-label^="QR"], main p, main progress, main li, main h1, main h3, main figure [role=group], main button')].filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('.sr, [hidden]')).map((one) => ({ one, box: one.getBoundingClientRect(), name: `${one.tagName} "${(one.textContent ?? '').slice(0, 30)}"` })).filter(({ box }) => box.width > 0 && box.height > 0);
    return [
      ...(scrollWidth > clientWidth || scrollHeight > clientHeight ? [`the page is ${scrollWidth} x ${scrollHeight}`] : []),
      ...all.flatMap(({ box, name }) => (box.left < -1 || box.top < -1 || box.right > clientWidth + 1 || box.bottom > clientHeight + 1 ? [`${name} sticks out`] : box.height < 12 && !name.startsWith('PROGRESS') && !name.startsWith('LI ""') ? [`${name} is ${box.height} high`] : [])),
      ...all.flatMap((a, i) => all.slice(i + 1).flatMap((b) => {
        if (a.one.contains(b.one) || b.one.contains(a.one)) return [];
        const [width, height] = [Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left), Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top)];
        return width > 1 && height > 1 ? [`${a.name} and ${b.name} by ${Math.round(width)} x ${Math.round(height)}`] : [];
      })),
    ];
  });

test('a class is found from Start, Lessons, its teachers and Share; a link to one that is not here says so', async ({ page, problems }) => {
  problems.allow(/WebSocket|404/);
  const sheet = page.getByRole('dialog', { name: 'Train as a class' });
  const ways = [['/', '[data-view=start]', 'Train as a class'], ['/#/lessons', '[data-view=lessons]', 'Train as a class'], ['/#/lessons?lesson=rank&teacher=1', '[data-view=lessons]', 'How to start one'], ['/#/try', 'header', 'Share']] as const;
  for (const [address, within, name] of ways) {
    await page.goto(address);
    await page.locator(within).getByRole('button', { name, exact: true }).filter({ visible: true }).click();
    if (name === 'Share') await page.getByRole('dialog').getByRole('button', { name: 'Train as a class' }).click();
    await expect(sheet.getByText('npm start -- --class', { exact: true })).toBeVisible();
    if (name !== 'Share') await page.keyboard.press('Escape');
  }
  expect(await broken(page, 'dialog[open]')).toEqual([]);
  await sheet.getByRole('textbox').fill('abc def');
  await sheet.getByRole('button', { name: 'To the class' }).click();
  await joinButton(page).click();
  await expect(page.getByText('There is no class with this code here. It may have ended.')).toBeVisible();
});

test('npm start -- --class: a study is shared, its results lie in the folder of a study, and a class of before goes on from there', async ({ page, browser, problems }) => {
  const own = mkdtempSync(join(tmpdir(), 'fullrank-class-'));
  const study = join(own, 'study.json');
  writeFileSync(study, JSON.stringify({ model: 'vit-nano', data: 'fashion-mnist', methods: [{ method: 'linear_probe' }], seeds: [0], train: { steps: 2, batch: 4, train_limit: 60, test_limit: 20 } }));
  const first = await startClass(study);
  const opened = [first];
  try {
    await page.goto(first.board);
    await expect(page.getByText('0 of 1 experiment done, 0 in progress. Nobody is here.')).toBeVisible();
    const ada = await (await browser.newContext()).newPage();
    await ada.goto(first.others);
    await ada.getByRole('textbox', { name: 'Your name, if you like' }).fill('Ada');
    await joinButton(ada).click();
    const complete = page.getByText('The board is complete: the experiment has ended.');
    await expect(complete).toBeVisible({ timeout: ended });
    // One name everywhere, and of one mark no more is said than there is.
    const called = 'Linear probe, seed 0';
    await expect(page.getByRole('region', { name: 'Table of runs' }).getByRole('button', { name: called, exact: true })).toBeVisible();
    await unfold(page, /^Experiments/);
    await expect(page.getByRole('region', { name: 'Table of experiments' }).getByText(called)).toBeVisible();
    await expect(ada.getByRole('region', { name: 'Table of runs' }).getByRole('button', { name: called, exact: true })).toBeVisible();
    await expect(page.getByText(/Counts cover everything trainable/)).toBeVisible();
    await expect(page.getByText(/stepped line/)).toBeHidden();
    await goTo(page, 'Train');
    await expect(page.getByText('Ready to train')).toBeVisible();
    await expect(page.getByText(/^Your own, beside the class: /)).toBeVisible();
    await goTo(page, 'Compare');
    await ada.context().close();
    problems.allow(/ERR_CONNECTION_REFUSED/);
    await first.stop();

    const again = await startClass(first.folder);
    opened.push(again);
    expect(again.output).toContain('shares 1 experiment, 0 of them without a result so far');
    expect(again.folder).toBe(first.folder);
    await page.goto(again.board);
    await expect(complete).toBeVisible();
    const results = page.getByRole('region', { name: 'Table of runs' }).getByRole('row');
    await expect(results.filter({ hasText: 'Ada' }).first()).toBeVisible();
    // The same class, with the same people; and what the teacher does there is asked first.
    expect([again.others, again.board].map((address) => new URL(address).pathname + new URL(address).hash)).toEqual([first.others, first.board].map((address) => new URL(address).pathname + new URL(address).hash));
    expect(page.url()).not.toContain(again.board.slice(-32));
    await row(page, 'Ada').getByRole('button', { name: 'Rename Ada' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('textbox', { name: 'New name' }).fill('Eve');
    await sheet.getByRole('button', { name: 'Rename' }).click();
    await expect(row(page, 'Eve')).toBeVisible();
    await expect(results.filter({ hasText: 'Eve' }).first()).toBeVisible();
    await unfold(page, /^Experiments/);
    const back = page.getByRole('button', { name: `Take back the result of ${called}` });
    await back.click();
    await sheet.getByRole('button', { name: 'Cancel' }).click();
    await expect(complete).toBeVisible();
    await back.click();
    await sheet.getByRole('button', { name: 'Take back', exact: true }).click();
    await expect(page.getByText(/^0 of 1 experiment done/)).toBeVisible();
    await expect(results.filter({ hasText: called })).toHaveCount(0);
    expect(readdirSync(join(first.folder, 'results'))).toEqual([]);
    const stop = page.getByRole('button', { name: 'Stop all' });
    await stop.click();
    await expect(stop).toHaveAttribute('aria-pressed', 'true');
    expect(await broken(page, '[data-view=compare]')).toEqual([]);
    await again.stop();
  } finally {
    opened.forEach(({ kill }) => kill());
    rmSync(own, { recursive: true });
    rmSync(first.folder, { recursive: true, force: true });
  }
});

/** Runs or adapters that the page keeps. */
const countKept = (page: Page, store: 'runs' | 'adapters'): Promise<number> =>
  page.evaluate(
    (kept) =>
      new Promise<number>((done, fail) => {
        const opening = indexedDB.open('fullrank');
        opening.onerror = () => fail(opening.error ?? new Error('no database'));
        opening.onsuccess = () => {
          const counting = opening.result.transaction(kept).objectStore(kept).count();
          counting.onsuccess = () => {
            opening.result.close();
            done(counting.result);
          };
        };
      }),
    store,
  );
