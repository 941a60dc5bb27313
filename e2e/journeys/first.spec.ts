import { expect, test } from '../fixtures';
import { allInThemes, internal, misplaced } from './look';

test('nothing is touched: every view is whole, from what comes with the page', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Fine-tune now' })).toBeEnabled();
  await allInThemes(page, 'untouched');
});

test('the example that comes with the page: every view is whole in all themes and sizes', async ({ page }) => {
  await page.goto('/#/compare?project=example');
  await page.getByRole('button', { name: 'Open this project' }).click();
  await page.getByRole('dialog', { name: 'Project' }).getByRole('button', { name: 'Open it' }).click();
  await expect(page.getByText('55 runs finished')).toBeVisible();
  await allInThemes(page, 'the example', ['Train', 'Compare', 'Landscape', 'Inside', 'Try']);
});

test('what a journey looks for is found: words over one another, words that are cut, words of the code', async ({ page }) => {
  await page.setContent(`
    <div style="position: relative; height: 60px"><b style="position: absolute; left: 10px">accuracy</b><i style="position: absolute; left: 30px">memory</i></div>
    <p style="width: 60px; overflow: hidden; white-space: nowrap">a sentence that is cut</p>
    <p style="width: 60px; overflow: hidden; white-space: nowrap" title="a sentence with its whole elsewhere">a sentence with its whole elsewhere</p>
    <p style="width: 60px; overflow: hidden; white-space: nowrap" aria-label="words that are only spoken whole">words that are only spoken whole</p>
    <p style="width: 60px; overflow: auto; white-space: nowrap">a sentence that is scrolled to</p>
    <p>NaN % of undefined</p><code>null</code>`);
  expect(await misplaced(page)).toEqual([expect.stringMatching(/^"a sentence that is cut" is cut by p/), expect.stringMatching(/^"words that are only spoken whole" is cut by p/), expect.stringMatching(/^"accuracy" and "memory" lie over one another by/)]);
  expect(await internal(page)).toEqual(['NaN in "NaN % of undefined"', 'undefined in "NaN % of undefined"']);
});
