import { expect, test } from './fixtures';

test.use({ site: 'engine' });

test.beforeEach(async ({ page }) => {
  await page.goto('/e2e/engine.html');
});

test('Chromium gives a device and runs a kernel', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter) throw new Error('no adapter');
    const device = await adapter.requestDevice();
    const code = `
      @group(0) @binding(0) var<storage, read> a: array<f32>;
      @group(0) @binding(1) var<storage, read> b: array<f32>;
      @group(0) @binding(2) var<storage, read_write> out: array<f32>;
      @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) i: vec3u) {
        if (i.x < arrayLength(&out)) { out[i.x] = a[i.x] + b[i.x]; }
      }`;
    const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module: device.createShaderModule({ code }) } });
    const n = 1000;
    const buffer = (usage: number) => device.createBuffer({ size: n * 4, usage });
    const a = buffer(GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST);
    const b = buffer(GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST);
    const out = buffer(GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
    const read = buffer(GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    device.queue.writeBuffer(a, 0, Float32Array.from({ length: n }, (_, i) => i));
    device.queue.writeBuffer(b, 0, Float32Array.from({ length: n }, (_, i) => 2 * i));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    const entries = [a, b, out].map((buffer, binding) => ({ binding, resource: { buffer } }));
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(Math.ceil(n / 64));
    pass.end();
    encoder.copyBufferToBuffer(out, 0, read, 0, n * 4);
    device.queue.submit([encoder.finish()]);
    await read.mapAsync(GPUMapMode.READ);
    const sums = [...new Float32Array(read.getMappedRange())];
    device.destroy();
    const { vendor, architecture, description } = adapter.info;
    return { sums, adapter: { vendor, architecture, description }, features: [...adapter.features].sort() };
  });
  expect(result.sums).toEqual(Array.from({ length: 1000 }, (_, i) => 3 * i));

  const has = (feature: string) => result.features.includes(feature);
  console.log(`${JSON.stringify(result.adapter)}: subgroups ${has('subgroups')}, f16 ${has('shader-f16')}, timestamps ${has('timestamp-query')}`);
  // What the tests count on: f16 arithmetic is absent here, so the paths without it are the ones that run in this browser.
  if (result.adapter.architecture === 'swiftshader') expect(has('shader-f16')).toBe(false);
});

test('modules of src load in the browser', async ({ page }) => {
  const name = await page.evaluate(async () => {
    const { DataError } = await load<typeof import('../src/data/source')>('/src/data/source.ts');
    return new DataError('no').name;
  });
  expect(name).toBe('DataError');
});

test('a WebGPU error that nobody captures is noticed, in the page and in a worker', async ({ page, problems }) => {
  problems.allow(/MapRead/);
  await page.evaluate(async () => {
    const { provoke } = await load<typeof import('./uncaptured')>('/e2e/uncaptured.ts');
    await provoke('in the page');
    new Worker('/e2e/uncaptured.ts?own', { type: 'module' }); // a path of its own: the page's copy may come from the cache, past the fixtures
  });
  await expect.poll(() => problems.all.join()).toContain('in the page');
  await expect.poll(() => problems.all.join()).toContain('in a worker');
});
