import type { Page } from '@playwright/test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import sharp from 'sharp';
import { bytesContent, startHub } from '../../../testing/hubServer.node';
import { startButton } from '../../../testing/startButton';
import { copies } from './copies';
import { asWhole, begin, done, goTo, inFolder, kill, newest, nothingWrong, open, PATIENCE, pause, seeThrough, start, until, wrongIn, type Part, type Round } from './host';

/** The whole browser dies, as in a power cut, and is started again on what it left. */

/** A model of pictures that comes with the page, as if it were on a hub. */
const models = join(import.meta.dirname, '../../../../public/models');
const files = ['config.json', 'model.safetensors', 'preprocessor_config.json'];
const bundled = readdirSync(models).find((name) => !existsSync(join(models, name, 'tokenizer.json')) && files.every((file) => existsSync(join(models, name, file))))!;
const hubId = `someone/${bundled}`;

/** Kills the browser so many milliseconds into what `before` began, and looks at what it left. */
const killed = ({ url }: Round, after: number, before: (page: Page) => Promise<void>, then: (page: Page) => Promise<string>): Promise<string> =>
  inFolder(async (profile) => {
    const first = await start(profile);
    await before(first.page);
    await pause(after);
    await kill(first.process);
    const again = await start(profile);
    try {
      const wrong = wrongIn(again.page.context());
      await open(again.page, url);
      const met = await then(again.page);
      nothingWrong(wrong);
      return met;
    } finally {
      await kill(again.process);
    }
  });

/** Two classes of noise, large enough that keeping them takes a while. */
async function pictures(): Promise<Buffer> {
  const files: Record<string, Uint8Array> = {};
  for (let i = 0; i < 60; i++) {
    const pixels = Buffer.alloc(256 * 256 * 3, 0).map((_, at) => (Math.imul(at + 1, 2654435761 + 40503 * i) >>> 24) & 255);
    files[`${i < 40 ? 'train' : 'test'}/${i % 2 ? 'odd' : 'even'}/${i}.png`] = await sharp(pixels, { raw: { width: 256, height: 256, channels: 3 } }).png().toBuffer();
  }
  return Buffer.from(zipSync(files, { level: 0 }));
}

/** Downloads of a page go into a folder. */
async function downloadsTo(page: Page, folder: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setDownloadBehavior' as 'Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
}

/** A file is saved, and the browser dies meanwhile: what stands in the folder under its own name is whole, and the run is as it was. */
const saving = (round: Round, press: (page: Page) => Promise<void>): Promise<string> =>
  inFolder((folder) =>
    killed(
      round,
      round.random.below(1500),
      async (page) => {
        // Without the browser's own dialog, which nobody can press here, a save is a download.
        await page.addInitScript({ content: 'delete window.showSaveFilePicker;' });
        await downloadsTo(page, folder);
        await begin(page, round.url);
        await done(page);
        await press(page);
      },
      async (page) => {
        const kept = await newest(page);
        if (!kept) throw new Error('the run is gone');
        asWhole(kept, round.whole, 'after the save');
        const files = readdirSync(folder).filter((name) => /\.(zip|fullrank)$/.test(name));
        for (const name of files) unzipSync(readFileSync(join(folder, name)));
        return files.length > 0 ? 'a file that was whole' : 'no file yet';
      },
    ),
  );

export const killedParts: Record<string, Part> = {
  'killed in a run': {
    on: 'wasm',
    round: (round) => killed(round, round.random.below(round.within), (page) => begin(page, round.url), (page) => seeThrough(page, round.whole)),
  },
  'killed in an import': {
    on: 'wasm',
    round: (round) =>
      killed(
        round,
        round.random.below(2500),
        async (page) => {
          await open(page, round.url);
          await page.getByLabel('Choose files of pictures').setInputFiles({ name: 'noise.zip', mimeType: 'application/zip', buffer: await pictures() });
        },
        async (page) => {
          const choice = page.getByRole('combobox', { name: 'Data set' }).locator('option[value="noise.zip"]');
          // What is not whole goes when the page looks at what it has.
          let found = { all: 0, whole: 0 };
          await until(
            async () => {
              const now = await copies(page);
              if (!now) return null;
              found = now;
              return found.all === found.whole && (found.whole === 0 || (await choice.count()) > 0);
            },
            async () => `${found.all} folders, of which ${found.whole} are whole, and ${await choice.count()} to choose`,
          );
          return found.whole > 0 ? trainOn(page) : 'nothing kept yet';
        },
      ),
  },
  'killed in a download': {
    on: 'wasm',
    async round(round) {
      const hub = await startHub({ [hubId]: Object.fromEntries(files.map((name) => [name, bytesContent(new Uint8Array(readFileSync(join(models, bundled, name))))])) });
      try {
        hub.fail('model.safetensors', { hangAfter: round.random.below(400_000) });
        return await killed(
          round,
          round.random.below(2500),
          async (page) => {
            await open(page, round.url);
            await ask(page, hub.endpoint);
          },
          async (page) => {
            // The next try goes on from what came; the model is whole in the end.
            await ask(page, hub.endpoint);
            await page.getByRole('combobox', { name: 'Model', exact: true }).locator('option:checked', { hasText: hubId }).waitFor({ state: 'attached', timeout: PATIENCE });
            await page.getByText(`${hubId}. `).waitFor({ timeout: PATIENCE });
            return hub.log.some(({ origin, status }) => origin === 'cdn' && status === 206) ? 'a download that went on' : 'a download that began again, or was whole';
          },
        );
      } finally {
        await hub.close();
      }
    },
  },
  'killed in an export': {
    on: 'wasm',
    round: (round) =>
      saving(round, async (page) => {
        await goTo(page, 'compare');
        await page.getByRole('row').getByRole('button', { name: /^Export/ }).first().click();
        await page.getByRole('dialog', { name: /^Export / }).getByRole('button', { name: 'Export' }).click();
      }),
  },
  'killed in a save': {
    on: 'wasm',
    round: (round) =>
      saving(round, async (page) => {
        await page.getByRole('button', { name: 'Project', exact: true }).click();
        await page.getByRole('dialog', { name: 'Project' }).getByRole('button', { name: 'Save project' }).click();
      }),
  },
};

/** A short run on the pictures that were kept. */
async function trainOn(page: Page): Promise<string> {
  await page.getByRole('combobox', { name: 'Data set' }).selectOption('noise.zip');
  await startButton(page).and(page.locator(':enabled')).click({ timeout: PATIENCE });
  await done(page);
  return 'pictures that were kept, and learned from';
}

async function ask(page: Page, endpoint: string): Promise<void> {
  const form = page.getByRole('region', { name: 'Open a model from Hugging Face' });
  await page.getByRole('button', { name: 'From Hugging Face' }).first().click();
  await form.getByRole('textbox', { name: 'Model id' }).fill(hubId);
  await form.locator('summary').click();
  await form.getByRole('textbox', { name: 'Endpoint' }).fill(endpoint);
  await form.getByRole('button', { name: 'Open', exact: true }).click();
}
