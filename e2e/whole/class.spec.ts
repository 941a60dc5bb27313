import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devices, type Page } from '@playwright/test';
import { writeRuns } from '../../src/records/runFile';
import { roomPages } from '../../src/testing/roomPages';
import type { RunRecord } from '../../src/train/protocol';
import { joinButton, row, startClass } from '../classroom';
import { missing, press, seen, test, expect } from '../firefox/firefox';
import { letGo, withHolding } from '../hold';
import { telephone } from '../layout';
import { trained } from '../journeys/visit';

test.skip(missing !== '', missing);
test.setTimeout(6 * trained);

const study = { model: 'vit-nano', data: 'fashion-mnist', methods: [{ method: 'lora', r: 2, target_modules: ['query', 'value'] }, { method: 'linear_probe' }], seeds: Array.from({ length: 18 }, (_, seed) => seed), train: { steps: 4, batch: 4, train_limit: 60, test_limit: 20 } };
const experiments = study.methods.length * study.seeds.length;

/** The runs in a folder of results. */
const resultsIn = (folder: string): RunRecord[] => readdirSync(join(folder, 'results')).map((file) => (JSON.parse(readFileSync(join(folder, 'results', file), 'utf8')) as { fullrank: { run: RunRecord } }).fullrank.run);

/** The 36 runs that the thirty tabs send, trained by the command; the six browsers train theirs themselves. */
function trainAll(folder: string): RunRecord[] {
  execFileSync(process.execPath, ['src/cli/fullrank.mjs', 'study', 'run', join(folder, 'trained'), '--spec', join(folder, 'study.json'), '--device', 'wasm'], { stdio: 'ignore' });
  return resultsIn(join(folder, 'trained'));
}

test('a class of thirty-six: thirty tabs that speak the protocol and six browsers, over a restart, five reloads, two forged results and a latecomer, to one board and a report', async ({ tab, browser, problems }) => {
  problems.allow(/WebGPU|WebSocket|ERR_CONNECTION_REFUSED|can.t establish a connection|NetworkError/);
  const folder = mkdtempSync(join(tmpdir(), 'fullrank-class-'));
  writeFileSync(join(folder, 'study.json'), JSON.stringify(study));
  const runs = trainAll(folder);
  const runOf = ({ method, train: { seed }, name }: RunRecord['spec']): RunRecord => {
    const run = structuredClone(runs.find(({ spec }) => spec.method.method === method.method && spec.train.seed === seed)!);
    return { ...run, state: 'done', spec: { ...run.spec, id: `run of ${name}`, name } };
  };
  const pages = roomPages();
  const first = await startClass(join(folder, 'study.json'));
  const servers = [first];
  try {
    const board = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
    await board.goto(first.board);
    await expect(board.getByText(`0 of ${experiments} experiments done, 0 in progress. Nobody is here.`)).toBeVisible();
    const [url, code] = [new URL(first.others).origin, new URL(first.others).pathname.slice(1) || new URLSearchParams(new URL(first.others).hash.split('?')[1]).get('class')!];

    // Six browsers: four on desks, a telephone, and Firefox, which joins last, as its runs do not wait.
    const person = async (name: string, options: object = {}): Promise<Page> => {
      const page = await (await browser.newContext(options)).newPage();
      await withHolding(page, 'run');
      await page.goto(first.others);
      await page.getByRole('textbox', { name: 'Your name, if you like' }).fill(name);
      await joinButton(page).click();
      await expect(page.getByText(/^This tab trains /)).toBeVisible();
      return page;
    };
    const { defaultBrowserType: _, ...pixel } = devices['Pixel 7'];
    const people: [string, Page][] = [];
    for (const name of ['Ada', 'Ben', 'Cem', 'Dana']) people.push([name, await person(name)]);
    people.push(['Emil', await person('Emil', { ...pixel, viewport: telephone })]);

    const tabs = Array.from({ length: 30 }, () => pages.open(url, code));
    const joined = await Promise.all(tabs.map((one, i) => one.join(`Tab ${i + 1}`)));
    const has = await Promise.all(tabs.map((one) => one.take()));
    // Nobody has an experiment that another has.
    expect(new Set(has.map(({ place }) => place)).size).toBe(30);
    await Promise.all(tabs.map((one, i) => one.ask('progress', { experiment: has[i]!.place, paused: false, step: 2, steps: 4, loss: 2, curve: [[1, 2.3], [2, 2.2]] })));
    await Promise.all(tabs.map((one, i) => one.ask('guess', { lesson: 'rank', answer: i % 3 })));

    // Two forged results: each is refused, and its experiment is free for others.
    for (const [i, forge] of [(run: RunRecord) => void (run.summary!.final!.accuracy = 0.99), (run: RunRecord) => void (run.summary!.plan.trainable_parameters = 7)].entries()) {
      const run = runOf(has[i]!.spec);
      forge(run);
      expect(await tabs[i]!.deliver(has[i]!.place, writeRuns([run], 1))).toBe('untrue');
    }
    const half = has.map((_, i) => i).filter((i) => i >= 2 && i < 16);
    for (const i of half) expect(await tabs[i]!.deliver(has[i]!.place, writeRuns([runOf(has[i]!.spec)], 1))).toEqual({});
    await expect(board.getByText(new RegExp(`^${half.length} of ${experiments} experiments done`))).toBeVisible();

    // Five reloads: the same person with the same experiment.
    for (const [name, page] of people) {
      const trains = await page.getByText(/^This tab trains /).textContent();
      await page.reload();
      await expect(page.getByText(trains!)).toBeVisible();
      await expect(row(board, name)).toHaveCount(1);
    }

    // The server ends and comes back as documented; every tab comes back by itself.
    await first.stop();
    const second = await startClass(first.folder, Number(new URL(first.others).port));
    servers.push(second);
    expect([second.others, second.board]).toEqual([first.others, first.board]);
    const again = await Promise.all(joined.map(async ({ token, person: number }) => {
      const one = pages.open(url, code);
      expect(await one.ask('again', { token })).toEqual({ person: number });
      return one;
    }));
    for (const [name] of people) await expect(row(board, name).getByText('away')).toBeHidden({ timeout: trained });
    // Firefox is the latecomer.
    await tab.goto(second.others);
    await press(tab, /^Join the class$/);
    const late = `Person ${people.length + tabs.length + 1}`;
    await expect(row(board, late)).toBeVisible({ timeout: trained });
    // It has one of its own before the others end theirs and take what is left.
    await seen(tab, 'body *', /^This tab trains /, trained);

    for (const i of has.map((_, i) => i).filter((i) => i >= 16)) expect(await again[i]!.deliver(has[i]!.place, writeRuns([runOf(has[i]!.spec)], 1))).toEqual({});
    await Promise.all(people.map(([, page]) => letGo(page)));
    await expect(board.getByText(`The board is complete: all ${experiments} experiments have ended.`)).toBeVisible({ timeout: 2 * trained });

    // Nothing was trained twice, every browser trained something, and all see what the class found.
    const kept = resultsIn(second.folder);
    expect(kept.length).toBe(experiments);
    const by = new Set(kept.map(({ by: who }) => who));
    expect([...people.map(([name]) => name), late].filter((name) => !by.has(name))).toEqual([]);
    for (const [, page] of people) {
      const found = page.getByRole('region', { name: 'What the class found', exact: true });
      for (const name of ['LoRA', 'Linear probe']) await expect(found.getByRole('row').filter({ hasText: name }).getByRole('cell').last()).toHaveText(String(study.seeds.length));
    }
    const [, ada] = people[0]!;
    const [saved] = await Promise.all([ada.waitForEvent('download'), ada.getByRole('button', { name: 'Save the report' }).click()]);
    const report = readFileSync(await saved.path(), 'utf8');
    for (const word of [late, 'Emil', 'Tab 3', 'Linear probe, seed 17']) expect(report).toContain(word);
    await Promise.all([...people.map(([, page]) => page), board].map((page) => page.context().close()));
    await second.stop();
  } finally {
    pages.end();
    servers.forEach(({ kill }) => kill());
    for (const path of [folder, first.folder]) rmSync(path, { recursive: true, force: true });
  }
});
