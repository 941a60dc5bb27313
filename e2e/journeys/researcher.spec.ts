import { test } from '../fixtures';
import { looksRight } from '../layout';
import { sweepSeeds, trained, trainOnAdapter, visit } from './visit';

test.setTimeout(6 * trained);

test('a researcher: a sweep over seeds, counted before it is added, to means with intervals; then one run on WebGPU beside them', async ({ page }) => {
  await visit(page, 2);
  await sweepSeeds(page);
  await looksRight(page, 'Compare, after a sweep');
  await trainOnAdapter(page, 'Linear probe', 5);
});
