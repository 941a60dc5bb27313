import { ensureBuilt } from '../../src/cli/setup/build.mjs';
import { SAME } from '../../src/testing/same';
import { expect, missing, test } from './firefox';

test.skip(missing !== '', missing);
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

test('every kernel computes here what it computes in Node', async ({ tab, baseURL }) => {
  await tab.goto(`${baseURL}e2e/engine.html`);
  const { cases, kernels, quads } = await tab.evaluate(async () => {
    const { mustOpen } = await load<typeof import('../../src/testing/checkOp')>('/src/testing/checkOp.ts');
    const { formsIn, judge, judgeForm, opCases, representativeCases } = await load<typeof import('../../src/testing/opCases')>('/src/testing/opCases.ts');
    const device = await mustOpen(navigator.gpu);
    const halves = device.gpu.features.has('shader-f16');
    const cases: { name: string; problems: string[]; ms: number }[] = [];
    const kernels = new Set<string>();
    const timed = async (name: string, run: () => Promise<string[]>) => {
      const start = performance.now();
      const problems = await run().catch((error) => [String(error)]);
      cases.push({ name, problems: [...problems, ...device.errors.splice(0)], ms: Math.round(performance.now() - start) });
    };
    const native = Object.values(opCases).flat().filter((c) => c.shaderF16 && halves);
    for (const c of [...representativeCases(), ...native]) {
      await timed(c.name, async () => {
        const { result, problems } = await judge(device, c);
        result.kernels.forEach((name) => kernels.add(name));
        return problems;
      });
    }
    const product = opCases.matmul!.find((c) => c.everyForm)!;
    for (const form of formsIn(product).filter((form) => halves || !form.startsWith('half'))) await timed(`${product.name} as ${form}`, () => judgeForm(device, product, form));
    const { quads } = device;
    device.destroy();
    return { cases, kernels: [...kernels], quads };
  });
  console.log(`${cases.length} cases, ${kernels.length} kernels, ${cases.reduce((sum, { ms }) => sum + ms, 0)} ms, slowest ${JSON.stringify([...cases].sort((a, b) => b.ms - a.ms).slice(0, 5))}`);
  expect(cases.filter((c) => c.problems.length > 0)).toEqual([]);
  expect(kernels.length).toBeGreaterThan(40);
  // The form without exchange between neighbours is what ran.
  expect(quads).toBe(false);
});

test('a run on the processor gives the bits here that it gives in Node and in Chromium', async ({ tab, baseURL }) => {
  // The build compiles the kernels.
  await ensureBuilt();
  await tab.goto(`${baseURL}e2e/engine.html`);
  const made = await tab.evaluate(async () => {
    const { sameRun } = await load<typeof import('../../src/testing/sameRun')>('/src/testing/sameRun.ts');
    const { shipped } = await load<typeof import('../../src/wasm/shipped')>('/src/wasm/shipped.ts');
    return sameRun(shipped(), '/');
  });
  expect(made).toEqual({ ...SAME, errors: [] });
});

test('a WebGPU error that nobody captures is noticed here too, in the page and in a worker', async ({ tab, baseURL, problems }) => {
  problems.allow(/MAP_READ|MapRead|usage/i);
  await tab.goto(`${baseURL}e2e/engine.html`);
  await tab.evaluate(async () => {
    const { provoke } = await load<typeof import('../uncaptured')>('/e2e/uncaptured.ts');
    await provoke('in the page');
    new Worker('/e2e/uncaptured.ts?own', { type: 'module' });
  });
  await expect.poll(() => problems.all.filter((problem) => problem.includes('uncaptured WebGPU error')).length).toBe(2);
});
