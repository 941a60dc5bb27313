import type { BrowserContext, Page } from '@playwright/test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeProject } from '../src/io/project/write';
import { defined } from '../src/numbers/defined';
import { runValue } from '../src/records/runFile';
import { hostileNames } from '../src/testing/hostileNames';
import { runRecord } from '../src/testing/runRecord';
import { expect, test } from './fixtures';
import { goTo, openRun, openStudio, startButton } from './studioHelp';

let folder = '';
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fullrank-hostile-'));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

const names = Object.values(hostileNames);
const long = 'x'.repeat(1900);

/** A project whose every name is hostile: runs, their classes, titles, notes and people, models and data of the hub, edits. */
async function hostileProject(): Promise<Buffer> {
  const runs = names.map((name, i) => {
    const record = runRecord({ state: 'done', created: 1000 + i, classes: [defined(names[0]), `${defined(names[1])} ${long}`], model_title: name, data_title: defined(names[2]), notes: `${name}\n[a](javascript:globalThis.hostile=1)`, by: name.slice(0, 100) }, { seed: i });
    return { ...record, spec: { ...record.spec, id: `id-${i}`, name, model: defined(names[3]), data: defined(names[4]) } };
  });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const whole = new Response(readable as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer();
  await writeProject(
    {
      manifest: {
        format: 'fullrank-project',
        version: 1,
        app: defined(names[0]).slice(0, 100),
        saved: 5,
        settings: { version: 1, model: 'nobody/model', data: 'nobody/data', methods: ['lora', '__proto__'], filter: names[1], curves: names[0], sort: '__proto__', hubEndpoint: 'https://hub.example' },
        edits: Object.fromEntries(names.map((name) => [name, { version: 1, disabled_classes: [name], disabled: [name], relabelled: [[name, name]], split: null }])),
        records: runs.map(({ spec }) => ({ store: 'records', key: spec.id })),
        imports: [],
        hub: [{ kind: 'model', id: 'nobody/model' }, { kind: 'dataset', id: 'nobody/data' }],
      },
      record: async (i) => runValue(runs[i] as never),
      pack: async () => new Blob([]),
    },
    writable,
  );
  return Buffer.from(await whole);
}

/** Records what a page must not do by itself: run what a name says, ask other servers, open windows or dialogs. */
async function watched(context: BrowserContext, own: string): Promise<string[]> {
  const done: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (!['blob:', 'data:'].includes(url.protocol) && url.origin !== new URL(own).origin) done.push(`${request.method()} ${request.url()}`);
  });
  context.on('dialog', (dialog) => {
    done.push(`showed ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('page', (page) => page.on('popup', () => done.push('opened a window')));
  await context.addInitScript(() => Object.defineProperty(globalThis, 'hostile', { set: () => console.error('a name ran as a script'), get: () => undefined }));
  return done;
}

/** Elements that a name became. */
const becameElements = (page: Page): Promise<string[]> =>
  page.evaluate(() => [...document.querySelectorAll('img[src=x], [onerror], [onload], a[href^="javascript:"], main script, main iframe, main b b, main object, main embed')].map((element) => element.outerHTML.slice(0, 200)));

test('a project of hostile names: every view, the report and pictures show them as text, and nothing is asked of anybody', async ({ page, context, browser, baseURL }) => {
  const done = await watched(context, baseURL!);
  await page.addInitScript(() => delete (window as { showSaveFilePicker?: unknown }).showSaveFilePicker);
  await openStudio(page, {}, 'Compare');
  await page.getByRole('button', { name: 'Project', exact: true }).click();
  const sheet = page.getByRole('dialog', { name: 'Project' });
  await sheet.getByLabel('Choose a project file').setInputFiles({ name: '<img src=x onerror=globalThis.hostile=1>.fullrank', mimeType: 'application/zip', buffer: await hostileProject() });
  await expect(sheet.getByText(new RegExp(`holds ${names.length} runs`))).toBeVisible();
  expect(await becameElements(page)).toEqual([]);
  await sheet.getByRole('button', { name: 'Open it' }).click();
  await expect(sheet).toBeHidden();
  for (const view of ['Start', 'Train', 'Landscape', 'Inside', 'Try', 'Lessons', 'Compare'] as const) {
    await goTo(page, view);
    await expect(page.locator(`[data-view=${view.toLowerCase()}]`)).toBeVisible();
    expect(await becameElements(page), view).toEqual([]);
  }
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('run');
  const table = page.getByRole('region', { name: 'Runs', exact: true }).getByRole('table');
  await expect(table.getByRole('rowheader').first()).toBeVisible();
  await openRun(page);
  for (const section of ['Memory, time and other quantities', 'By class']) await page.getByRole('heading', { name: section }).click();
  expect(await becameElements(page)).toEqual([]);

  // A picture of a figure whose words are names.
  const figure = page.getByRole('figure', { name: 'Accuracy against trainable parameters' });
  await figure.getByRole('button', { name: /^Export/ }).click();
  const [drawn] = await Promise.all([page.waitForEvent('download'), figure.getByRole('button', { name: /^SVG/ }).click()]);
  const svg = readFileSync(await drawn.path(), 'utf8');
  expect(svg).toMatch(/^<svg /);
  expect(svg).not.toMatch(/<(script|style|foreignObject|image|a|use|animate|set|iframe)\b|<[^>]*\s(on\w+|style|href|xlink:href)\s*=|url\((?!#)/i);

  await page.getByRole('button', { name: 'Export runs' }).click();
  const runs = page.getByRole('dialog', { name: 'Export runs' });
  await runs.getByRole('radio', { name: 'Report', exact: true }).check();
  const [report] = await Promise.all([page.waitForEvent('download'), runs.getByRole('button', { name: `Export ${names.length} runs` }).click()]);
  await report.saveAs(join(folder, 'report.html'));
  writeFileSync(join(folder, 'figure.svg'), svg);

  for (const file of ['report.html', 'figure.svg']) {
    const alone = await browser.newContext();
    const asked = await watched(alone, `file://${folder}`);
    const opened = await alone.newPage();
    const errors: string[] = [];
    opened.on('console', (message) => errors.push(message.text()));
    opened.on('pageerror', (error) => errors.push(error.message));
    await opened.goto(`file://${join(folder, file)}`);
    expect(await opened.evaluate(() => document.querySelectorAll('script, img, iframe, object, embed, link, [onerror], [onload]').length), file).toBe(0);
    expect(errors, file).toEqual([]);
    expect(asked, file).toEqual([]);
    await alone.close();
  }
  expect(done).toEqual([]);
});

test('a link asks before it loads a project or a model, and trains nothing', async ({ page, context, baseURL }) => {
  const done = await watched(context, baseURL!);
  const project = 'https://projects.example/%E0%A4%A.fullrank';
  // A name with percent signs that stand for nothing; its server says a size.
  await context.route('https://projects.example/**', (route) => route.fulfill({ status: 200, headers: { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'content-length', 'content-length': '0' } }));
  await page.goto(`/#/train?v=1&model=nobody/model&data=nobody/data&methods=lora&steps=4&start=1&train=1&autostart=1&project=${encodeURIComponent(project)}&sha256=${'ab'.repeat(32)}`);
  await expect(page.getByText(/[Tt]he model nobody\/model/)).toBeVisible();
  await expect(page.getByText(/projects\.example/).first()).toBeVisible();
  for (const view of ['Compare', 'Train'] as const) await goTo(page, view);
  await expect(startButton(page)).toBeVisible();
  await goTo(page, 'Compare');
  await expect(page.getByText(/^(running|waiting)$/)).toHaveCount(0);
  // Its size, which is said beside the button that would load it.
  expect(new Set(done)).toEqual(new Set([`HEAD ${project}`]));
});
