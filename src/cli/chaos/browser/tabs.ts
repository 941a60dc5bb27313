import type { Page } from '@playwright/test';
import { defined } from '../../../numbers/defined';
import { keptEdits } from '../../../testing/keptEdits';
import { startButton } from '../../../testing/startButton';
import { asWhole, done, fresh, goTo, nothingWrong, open, PATIENCE, pause, records, until, type Part } from './host';

/** Two tabs on one project: no change is lost, and each says what the other has. */

const ALSO = /^This project is open in another tab too\./;
const CLASSES = ['Ankle boot', 'Bag', 'Coat', 'Dress', 'Pullover', 'Sandal'];

async function rename(page: Page, from: string, to: string): Promise<void> {
  await choose(page, from);
  const field = page.getByLabel('Name', { exact: true });
  await field.fill(to);
  await field.press('Enter');
}

async function note(page: Page, run: string, text: string): Promise<void> {
  await choose(page, run);
  await page.getByLabel('Notes').fill(text);
  await page.getByLabel('Notes').blur();
}

async function choose(page: Page, run: string): Promise<void> {
  await goTo(page, 'compare');
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('run');
  await page.getByRole('button', { name: run, exact: true }).first().click();
}

async function leaveOut(page: Page, name: string): Promise<void> {
  await goTo(page, 'train');
  await page.getByRole('checkbox', { name: `Use ${name}` }).click();
}

const leftOut = async (page: Page): Promise<string[]> => Object.values(await keptEdits(page)).flatMap(({ disabled_classes }) => disabled_classes);

export const tabParts: Record<string, Part> = {
  'two tabs': {
    on: 'wasm',
    round: ({ url, random, whole }) =>
      fresh(async (one, context, wrong) => {
        await open(one, url);
        const other = await context.newPage();
        await open(other, url);
        await other.getByText(ALSO).waitFor({ timeout: PATIENCE });
        // A run in the one tab; what the other changes about it meanwhile stays.
        await startButton(one).click();
        await until(async () => (await records(other)).length === 1, () => 'the other tab does not learn of the run');
        const { name } = defined((await records(other))[0]);
        await pause(random.below(2500));
        const during = random.below(2) === 0;
        if (!during) await done(one);
        await Promise.all([rename(other, name, 'renamed'), pause(random.below(50))]);
        await note(other, 'renamed', 'by the other tab');
        const end = await done(one);
        asWhole(end, whole, 'changed by another tab');
        // Both change what lies beside each other, at once.
        const drawn = [...CLASSES].sort(() => (random.below(2) === 0 ? 1 : -1));
        const [mine, theirs] = [drawn.slice(0, 1 + random.below(2)), drawn.slice(3, 4 + random.below(2))];
        await Promise.all([
          (async () => {
            for (const out of mine) await leaveOut(one, out);
            await rename(one, 'renamed', 'renamed again');
          })(),
          (async () => {
            for (const out of theirs) await leaveOut(other, out);
          })(),
        ]);
        await note(one, 'renamed again', 'by both');
        const expected = [...mine, ...theirs].sort();
        for (const page of [one, other]) await until(async () => String((await leftOut(page)).sort()) === String(expected), async () => `left out are ${String(await leftOut(page))}, not ${String(expected)}`);
        for (const page of [one, other]) {
          await goTo(page, 'train');
          for (const out of expected) await until(async () => !(await page.getByRole('checkbox', { name: `Use ${out}` }).isChecked()), () => `one tab does not show that ${out} is left out`);
        }
        await Promise.all([one.reload(), other.reload()]);
        const [kept, ...more] = await records(one);
        if (more.length > 0 || kept?.name !== 'renamed again' || kept.notes !== 'by both' || String((await leftOut(one)).sort()) !== String(expected)) throw new Error(`after a reload: ${JSON.stringify([kept?.name, kept?.notes, more.length, await leftOut(one)])}`);
        asWhole(kept, whole, 'after a reload');
        nothingWrong(wrong);
        return during ? 'a run that went on' : 'a run that had ended';
      }),
  },
};
