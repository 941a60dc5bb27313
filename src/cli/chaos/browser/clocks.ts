import { defined } from '../../../numbers/defined';
import { startButton } from '../../../testing/startButton';
import { asWhole, done, fresh, nothingWrong, open, pause, type Part } from './host';

/** Clocks that jump, a tab asleep for an hour, a battery saver: what is said of time stays sane, and the run goes on. */

/** In pages and workers: both clocks are moved on when somebody says so. */
const movable = `{
  let [wall, even] = [0, 0];
  new BroadcastChannel('chaos').addEventListener('message', ({ data }) => ((wall += data.wall), (even += data.even)));
  const now = Date.now;
  const performanceNow = Performance.prototype.now;
  Date.now = () => now() + wall;
  Performance.prototype.now = function () { return performanceNow.call(this) + even; };
}
`;

const HOUR = 3_600_000;
const jumps = {
  'an hour asleep': { wall: HOUR, even: HOUR },
  'set back a day': { wall: -24 * HOUR, even: 0 },
  'set on a day': { wall: 24 * HOUR, even: 0 },
};

/** Seconds in what the page says of a time that is left, above which it is none of this run's. */
const LONG = /\b(\d+ h|hours?)\b/;

export const clockParts: Record<string, Part> = {
  clocks: {
    on: 'wasm',
    prelude: movable,
    round: ({ url, random, whole, within }) =>
      fresh(async (page, context, wrong) => {
        await context.addInitScript({ content: movable });
        await open(page, url);
        const names = [...Object.keys(jumps), 'battery saver', 'frozen'] as const;
        const what = defined(names[random.below(names.length)]);
        const began = performance.now();
        await startButton(page).click();
        await pause(random.below(Math.ceil(within / 2)));
        const session = await context.newCDPSession(page);
        if (what === 'battery saver') await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
        else if (what === 'frozen') {
          await session.send('Page.setWebLifecycleState', { state: 'frozen' });
          await pause(2000);
          await session.send('Page.setWebLifecycleState', { state: 'active' });
        } else await page.evaluate((jump) => new BroadcastChannel('chaos').postMessage(jump), jumps[what as keyof typeof jumps]);
        let long = '';
        const watching = (async () => {
          while (long === '' && !page.isClosed()) {
            const bar = await page.locator('#run-bar').innerText({ timeout: 1000 }).catch(() => '');
            if (LONG.test(bar)) long = bar;
            await pause(150);
          }
        })();
        const end = await done(page);
        const took = (performance.now() - began) / 1000;
        await page.close();
        await watching;
        asWhole(end, whole, what);
        if (long) throw new Error(`${what}: the page says “${long}”`);
        if (!(end.seconds >= 0 && end.seconds < took + 5)) throw new Error(`${what}: the run is said to have taken ${end.seconds} s of ${took} s`);
        if (end.clock.some((at, i) => at < (end.clock[i - 1] ?? 0))) throw new Error(`${what}: the clock of its curve goes back`);
        nothingWrong(wrong);
        return what;
      }),
  },
};
