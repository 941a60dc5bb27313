import { findFirefox } from '../../src/cli/setup/system.mjs';
import { expect, test } from './firefox';

test.skip(!findFirefox(), 'there is no Firefox here');
test.use({ site: 'engine' });

test('naga compiles every kernel in every variant that this browser can have', async ({ tab, baseURL }) => {
  await tab.goto(`${baseURL}e2e/engine.html`);
  const { compiled, features, ms, refused } = await tab.evaluate(async () => {
    const { mustOpen } = await load<typeof import('../../src/testing/checkOp')>('/src/testing/checkOp.ts');
    const { compilePipeline } = await load<typeof import('../../src/engine/pipelines')>('/src/engine/pipelines.ts');
    const { kernels, variants } = await load<typeof import('../../src/testing/variants')>('/src/testing/variants.ts');
    const device = await mustOpen(navigator.gpu);
    const refused: string[] = [];
    const start = performance.now();
    let compiled = 0;
    for (const k of kernels) {
      if (k.text.includes('enable chromium') || (k.text.includes('enable f16') && !device.gpu.features.has('shader-f16'))) continue;
      const results = await Promise.allSettled(variants(k).map((overrides) => compilePipeline(device, k, overrides)));
      compiled += results.filter(({ status }) => status === 'fulfilled').length;
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) refused.push(String(failed.reason));
    }
    refused.push(...device.errors);
    const features = [...device.gpu.features];
    device.destroy();
    return { compiled, features, ms: Math.round(performance.now() - start), refused };
  });
  console.log(`${compiled} pipelines in ${ms} ms; ${features.join(', ')}`);
  expect(refused).toEqual([]);
  expect(compiled).toBeGreaterThan(500);
});
