import type { Page } from '@playwright/test';
import { serious } from '../axe';
import { expect, test } from '../fixtures';
import { ended, goTo, openRun, startButton } from '../studioHelp';
import { allLookRight, looksRight } from '../layout';
import { choose, finished, trained, visit } from './visit';

test.setTimeout(6 * trained);

/** Letters with a subject, a body, a class, and a mark that is a number. */
const letters = () =>
  ['id,subject,body,label,mark', ...Array.from({ length: 40 }, (_, i) => `${i},letter ${i},the lamp number ${i} was ${i % 2 ? 'lovely' : 'awful'},${i % 2 ? 'good' : 'bad'},${(i % 5) + 0.5}`)].join('\n');

async function dropLetters(page: Page): Promise<void> {
  await visit(page, 4);
  await page.getByRole('button', { name: 'Use your own pictures' }).click();
  await page.getByLabel('Choose files of pictures').setInputFiles({ name: 'letters.csv', mimeType: 'text/csv', buffer: Buffer.from(letters()) });
  await expect(page.getByText(/^letters\. 2 classes, 40 texts\./)).toBeVisible();
}

test('a table is read as one says: a pair and a number, a prompt and its answer, and as it was found; a run keeps its own reading, and so does a reload', async ({ page }) => {
  await dropLetters(page);
  await expect(page.getByText('Texts from “body”, classes from “label”.')).toBeVisible();
  await page.getByRole('button', { name: 'Choose columns' }).click();
  const columns = page.getByRole('region', { name: 'How the table is read' });
  await expect(columns.getByRole('region', { name: 'The first rows' }).getByRole('columnheader')).toHaveText(['id', 'subject', 'body', 'label', 'mark']);
  await columns.getByLabel('Second texts').selectOption('subject');
  await expect(page.getByText('Pairs from “body” and “subject”, classes from “label”.')).toBeVisible();
  await columns.getByLabel('Classes or numbers').selectOption('mark');
  await expect(page.getByText('Pairs from “body” and “subject”, numbers from “mark”.')).toBeVisible();
  await expect(page.getByText(/^letters\. 40 texts with a number each\./)).toBeVisible();
  await looksRight(page, 'Train, columns chosen');
  expect(await serious(page), 'columns').toEqual([]);
  await choose(page, ['LoRA']);
  await startButton(page).click();
  await finished(page, ['LoRA']);

  await goTo(page, 'Train');
  await columns.getByLabel('What is learned').selectOption('how a text continues');
  await expect(page.getByText(/^llama-nano, bundled\./)).toBeVisible();
  // What gave way comes back.
  await columns.getByLabel('What is learned').selectOption('a label for each text');
  await expect(page.getByText(/^bert-nano, bundled\./)).toBeVisible();
  await columns.getByLabel('What is learned').selectOption('how a text continues');
  await expect(page.getByText(/^llama-nano, bundled\./)).toBeVisible();
  await columns.getByRole('button', { name: 'an answer', exact: true }).click();
  const prompt = columns.getByLabel('Prompt', { exact: true });
  await prompt.fill('{subject} :');
  await columns.getByLabel('Answer', { exact: true }).fill(' {nothing}');
  await columns.getByRole('button', { name: 'Use these' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'letters.csv has no column "nothing"; it has id, subject, body, label, mark.' })).toBeVisible();
  await columns.getByLabel('Answer', { exact: true }).fill(' ');
  await columns.getByRole('button', { name: 'Insert body' }).click();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Prompt “{subject} :”, answer “{body}”.')).toBeVisible();
  // What counts in the loss is the answer, token by token.
  await expect(page.getByText('counts in the loss').first()).toBeVisible();
  await looksRight(page, 'Train, a prompt and its answer');

  await page.reload();
  await expect(page.getByText('Prompt “{subject} :”, answer “{body}”.')).toBeVisible({ timeout: ended });
  // The run that learned numbers says so whatever is chosen now.
  await goTo(page, 'Compare');
  await openRun(page);
  await expect(page.getByText(/^Pearson correlation of -?[\d.]+ % on \d+ test texts with the weights of step \d+/)).toBeVisible();
  await expect(page.getByText(/^Spearman correlation/)).toBeVisible();
  await goTo(page, 'Train');
  await page.getByRole('button', { name: 'Choose columns' }).click();
  await columns.getByRole('button', { name: 'Reset to what was detected' }).click();
  await expect(page.getByText('Texts from “body”, classes from “label”.')).toBeVisible();
});

test('words with a class each, and numbers: learned, looked at in every view, and told of what is typed', async ({ page }) => {
  await page.goto('/#/train?v=1&model=bert-nano&data=village-tags&methods=lora,randlora&steps=30');
  await expect(page.getByText(/^Village tags, bundled\. 800 texts, whose words are of 4 classes\./)).toBeVisible();
  await startButton(page).click();
  await finished(page, ['LoRA', 'RandLoRA']);
  await openRun(page);
  await expect(page.getByText(/^[\d.]+ % of the words of 300 test texts right/)).toBeVisible();
  await allLookRight(page, 'words', ['Train', 'Compare', 'Landscape', 'Inside', 'Try']);
  await goTo(page, 'Try');
  const region = page.getByRole('region', { name: 'Try your models' });
  await region.getByLabel('Type one text, or several, one per line').fill('fay gave the soup to ann');
  await region.getByRole('button', { name: 'Ask the models' }).click();
  await expect(region.getByRole('row').filter({ hasText: 'fay gave the soup to ann' }).getByText('PERSON').first()).toBeVisible({ timeout: ended });
  await looksRight(page, 'Try, words');

  await page.goto('/#/train?v=1&model=bert-nano&data=village-alike&methods=lora&steps=10');
  await expect(page.getByText(/^Village alike, bundled\. 1,200 texts with a number each\./)).toBeVisible();
  await startButton(page).click();
  await finished(page, ['LoRA']);
  await allLookRight(page, 'numbers', ['Train', 'Compare', 'Landscape', 'Inside', 'Try']);
  await goTo(page, 'Try');
  await region.getByLabel('Type a pair of texts separated by |, or several pairs, one per line').fill('fay lost the bread in the harbour | fay lost the bread in the mill');
  await region.getByRole('button', { name: 'Ask the models' }).click();
  await expect(region.getByRole('row').filter({ hasText: 'fay lost the bread in the mill' }).getByText(/^[-−]?\d\.\d\d$/)).toBeVisible({ timeout: ended });
  await looksRight(page, 'Try, numbers');
});

test('what is chosen while the texts that come with the page are still being opened stays chosen', async ({ page }) => {
  // The worker gets the request for them late, and, after it, their edits later than anything asked meanwhile.
  await page.addInitScript(() => {
    const post = Worker.prototype.postMessage;
    let edits = 0;
    Worker.prototype.postMessage = function (this: Worker, ...args: [unknown]) {
      const [asked] = (args[0] as { path?: string[] }).path ?? [];
      const late = asked === 'datasets' ? 800 : asked === 'editData' && ++edits === 2 ? 1500 : 0;
      if (late) setTimeout(() => post.apply(this, args), late);
      else post.apply(this, args);
    };
  });
  await dropLetters(page);
  await page.getByRole('button', { name: 'Choose columns' }).click();
  const columns = page.getByRole('region', { name: 'How the table is read' });
  await columns.getByLabel('Second texts').selectOption('subject');
  await expect(page.getByText('Pairs from “body” and “subject”, classes from “label”.')).toBeVisible();
  await page.waitForTimeout(1200);
  await columns.getByLabel('Classes or numbers').selectOption('mark');
  await expect(page.getByText('Pairs from “body” and “subject”, numbers from “mark”.')).toBeVisible();
  await page.waitForTimeout(2500);
  await expect(page.getByText('Pairs from “body” and “subject”, numbers from “mark”.')).toBeVisible();
});
