import { resolve } from 'node:path';
import { build, type Plugin, type Rolldown } from 'vite';
import { keepLists } from '../src/cli/setup/react.mjs';
import { expect, test } from './fixtures';

// Its page is written here; nothing has to be built for it.
test.use({ site: 'engine' });

/** React's own code beside what list.ts does with it. */
async function bundled(plugins: Plugin[]): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    plugins,
    build: { write: false, target: 'es2023', rolldownOptions: { input: resolve(import.meta.dirname, 'react/list.ts') } },
  })) as Rolldown.RolldownOutput;
  return built.output[0].code;
}

test('a list whose view is hidden while it is drawn loses nothing and leaves nothing behind', async ({ page }) => {
  const read = async (plugins: Plugin[]) => {
    await page.goto('about:blank');
    await page.addScriptTag({ type: 'module', content: await bundled(plugins) });
    return page.evaluate(() => (window as unknown as { read: () => Promise<string> }).read());
  };
  expect(await read([keepLists])).toBe('abcx');
  // Where this fails, React has mended it: keepLists can go.
  expect(await read([])).toBe('abcdbcx');
});
