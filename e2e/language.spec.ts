import type { Page } from '@playwright/test';
import { methodFields } from '../src/adapters/fields';
import { trainFields } from '../src/train/config';
import { first, second } from '../src/ui/store/names';
import { pseudoLetters } from '../src/language/language';
import { expect, test } from './fixtures';
import { ended, tiny } from './studioHelp';

/**
 * The page in the pseudo-language, whose words all stand in ⟦brackets⟧: what is read or heard outside of them never went
 * through the words of the page, and would stay English in every language.
 */

/** What is the same in all languages, or not the page's to say. */
const same: readonly (string | RegExp)[] = [
  // Names of methods, models, data sets and their makers.
  ...Object.values(methodFields).map(({ title }) => title), 'Full', 'Linear probe', 'Fullrank', 'vit-nano', 'clip-nano', 'Fashion-MNIST (subset)', 'Fashion-MNIST',
  // Where papers are.
  /\barXiv \d{4}\.\d{5}/g, /\bICLR \d{4}/g,
  // Names and values of settings, as they stand in files and on the command line.
  ...[...trainFields, ...Object.values(methodFields).flatMap(({ fields }) => fields)].flatMap(({ name, choices = [] }) => [name, ...choices]), 'main', 'localhost',
  // The device, as WebGPU names it and its limits.
  'wasm', 'SwiftShader', 'llvmpipe', 'swiftshader', 'google', 'software', /llvmpipe: Mesa \S+ \(LLVM [\d.]+\)/g, /(?:max|min)(?:\u200b?[A-Z][a-z]+)+/g, 'timestamp-query', 'subgroups',
  // What Intl says itself, which the pseudo-language leaves in English.
  'and', /\b[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d\d [AP]M/g,
  // Layers, by their names in the model's file or by a pattern of them, and licences.
  /\.\*\(\S+/g, /(?:[\w]+\.)+\w+|\b(?:query|key|value)$/g, 'MIT', 'CC-BY',
  // Classes of the bundled pictures, and what files and runs are called.
  'T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot',
  /[\w-]+\.(?:fullrank|zip|json|csv|png|jpg|safetensors)\b/g, /[\w-]+-seed\d+/g, new RegExp(`\\b(?:${first.join('|')})-(?:${second.join('|')})\\b`, 'g'), /[\w-]+\/[\w-]+(?:@\w+)?/g, /\btest\/\d+|\btrain\/\d+/g, /https?:\S+/g,
];

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** Patterns before names, and long names before those that are in them. */
const given = [...same]
  .sort((a, b) => (typeof a === 'string' && typeof b === 'string' ? b.length - a.length : Number(typeof a === 'string') - Number(typeof b === 'string')))
  .map((one) => (typeof one === 'string' ? new RegExp(`(?<![\\p{L}_])${escape(one)}(?![\\p{L}_])`, 'gu') : one));

/** What of a text is English, or was put into the language twice. */
function englishIn(text: string): boolean {
  const rest = given.reduce((left, one) => left.replace(one, ' '), text.replace(/⟦[^⟦⟧]*⟧/g, ' '));
  return /\p{L}{3,}|[⟦⟧]/u.test(rest);
}

/** Every text and spoken attribute of the page that is English. What is code, a key or typed in stays as it is, and what the engine says in English is marked so. */
async function leftOver(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found = new Set<string>([document.title]);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement!;
      if (!parent.closest('script, style, noscript, code, kbd, pre, textarea, body [lang=en]')) found.add(walker.currentNode.nodeValue!.trim());
    }
    for (const element of document.body.querySelectorAll('*')) {
      for (const name of ['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'title', 'placeholder', 'alt', 'data-label']) {
        const value = element.closest('code, kbd, pre, body [lang=en]') ? null : element.getAttribute(name);
        if (value) found.add(value);
      }
    }
    return [...found];
  });
  return texts.filter(englishIn);
}

const word = pseudoLetters;
const say = (english: string): RegExp => new RegExp(`^${escape(word(english))}`);

async function open(page: Page, address: string, settings: Record<string, unknown> = {}): Promise<void> {
  await page.addInitScript(
    (kept) => {
      localStorage.setItem('fullrank.language', 'pseudo');
      if (!localStorage.getItem('fullrank.settings')) localStorage.setItem('fullrank.settings', kept);
    },
    JSON.stringify({ version: 1, methods: ['lora'], train: tiny, ...settings }),
  );
  await page.goto(address);
}

async function go(page: Page, view: string): Promise<void> {
  await page.goto(`/#/${view}`);
  await expect(page.locator(`[data-view=${view}]`)).toBeVisible();
}

/** Opens all that is folded, and all charts' tables. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
}

test('nothing is English outside of the words: all views, lessons, a page for teachers, and the sheets', async ({ page }) => {
  await open(page, '/#/train', { methods: ['lora', 'randlora', 'vera', 'nola', 'dora', 'full', 'linear_probe'] });
  const start = page.getByRole('button', { name: word('Fine-tune now') }).first();
  await expect(start).toBeEnabled();
  const look = async (where: string) => expect.soft(await leftOver(page), where).toEqual([]);
  for (const name of ['From Hugging Face', 'Hugging Face', 'Add a sweep']) await page.getByRole('button', { name: word(name), exact: true }).first().click();
  await unfold(page);
  await look('train');
  for (const view of ['start', 'compare', 'landscape', 'inside', 'try', 'lessons']) {
    await go(page, view);
    await expect(page.locator(`[data-view=${view}]`).getByText('⟦').first()).toBeVisible();
    if (view === 'compare') await expect(page.getByRole('combobox', { name: word('Group runs by') })).toBeVisible();
    await unfold(page);
    await look(view);
  }
  for (const lesson of ['rank', 'more-rank', 'few-shots', 'landscape', 'memory']) {
    await page.goto(`/#/lessons?lesson=${lesson}`);
    await expect(page.getByRole('button', { name: word('Next') })).toBeVisible();
    await look(lesson);
    await page.goto(`/#/lessons?lesson=${lesson}&teacher=1`);
    await expect(page.getByText(word('Goal')).first()).toBeVisible();
    await look(`for teachers: ${lesson}`);
  }
  await go(page, 'train');
  await page.getByRole('button', { name: word('Experiments of the RandLoRA paper') }).first().click();
  for (const [item, shown] of [['Figure 2', 'Largest memory'], ['Table 5', 'Beside the paper'], ['Figure 4', 'Largest memory']] as const) {
    await page.getByRole('dialog').getByRole('button', { name: say(item) }).click();
    await expect(page.getByRole('dialog').getByText(word(shown), { exact: true })).toBeVisible();
    await unfold(page);
    await look(`experiments: ${item}`);
  }
  await page.keyboard.press('Escape');
  for (const name of ['Project', 'Share', 'Keyboard shortcuts, question mark']) {
    await page.getByRole('banner').getByRole('button', { name: say(name) }).first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await look(name);
    await page.keyboard.press('Escape');
  }
});

test('nothing is English beside results: the example, its landscape and look inside, one run, exports', async ({ page }) => {
  await open(page, '/#/compare');
  await page.getByRole('banner').getByRole('button', { name: say('Project') }).click();
  await page.getByRole('button', { name: word('Open the example') }).click();
  await page.getByRole('button', { name: word('Open it') }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const look = async (where: string) => expect.soft(await leftOver(page), where).toEqual([]);
  await go(page, 'compare');
  await expect(page.getByRole('button', { name: word('Export runs') }).first()).toBeVisible();
  for (const by of ['run', 'seed', 'method']) {
    await page.getByRole('combobox', { name: word('Group runs by') }).selectOption(by);
    await unfold(page);
    await look(`compare by ${by}`);
  }
  for (const view of ['landscape', 'inside', 'try']) {
    await go(page, view);
    await unfold(page);
    await expect(page.locator(`[data-view=${view}]`).getByRole(view === 'try' ? 'checkbox' : 'figure').first()).toBeVisible();
    await look(view);
  }
  await go(page, 'compare');
  await page.getByRole('button', { name: word('Export runs') }).first().click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await look('export of runs');
});

test('nothing is English while a run goes on, in its results, and when its adapter is tried', async ({ page }) => {
  await open(page, '/#/train');
  const look = async (where: string) => expect.soft(await leftOver(page), where).toEqual([]);
  const start = page.getByRole('button', { name: word('Fine-tune now') }).first();
  await expect(start).toBeEnabled();
  await start.click();
  await expect(page.getByRole('button', { name: say('Pause') })).toBeVisible();
  await look('starting');
  await go(page, 'compare');
  await page.getByRole('combobox', { name: word('Group runs by') }).selectOption('run');
  await expect(page.getByRole('cell').getByText(word('done')).first()).toBeVisible({ timeout: ended });
  await unfold(page);
  await look('results');
  // By its key: what was unfolded in the header may lie over it.
  await page.getByRole('button', { name: say('Export') }).filter({ hasNotText: word('runs') }).first().press('Enter');
  await look('export');
});
