import { test } from '../fixtures';
import { sweepSeeds, trained, trainOnAdapter, visit } from '../journeys/visit';
import { allLookRight } from '../layout';

test.setTimeout(6 * trained);

test('a sweep over seeds and rates, counted before it is added, to means with intervals', async ({ page }) => {
  await visit(page);
  await sweepSeeds(page);
  await allLookRight(page, 'after a sweep');
  await trainOnAdapter(page, 'Linear probe', 5);
});
