import { describe, expect, test } from 'vitest';
import { gpu, takeErrors } from './dawn';

async function device() {
  const adapter = await gpu().requestAdapter();
  if (!adapter) throw new Error('Dawn finds no adapter');
  return adapter.requestDevice();
}

describe('dawn', () => {
  test('runs a kernel', async () => {
    const d = await device();
    const code = `@group(0) @binding(0) var<storage, read_write> x: array<f32>;
      @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) i: vec3u) { x[i.x] = f32(i.x) * 2; }`;
    const pipeline = await d.createComputePipelineAsync({ layout: 'auto', compute: { module: d.createShaderModule({ code }) } });
    const x = d.createBuffer({ size: 256, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
    const read = d.createBuffer({ size: 256, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = d.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, d.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer: x } }] }));
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(x, 0, read, 0, 256);
    d.queue.submit([encoder.finish()]);
    await read.mapAsync(GPUMapMode.READ);
    expect([...new Float32Array(read.getMappedRange())]).toEqual(Array.from({ length: 64 }, (_, i) => i * 2));
  });

  test('one instance for the same toggles', () => {
    expect(gpu()).toBe(gpu());
  });

  test('uncaptured errors are noticed, captured ones are not', async () => {
    const d = await device();
    d.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.MAP_WRITE });
    expect(await takeErrors()).toEqual([expect.stringContaining('MapRead')]);
    d.pushErrorScope('validation');
    d.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.MAP_WRITE });
    expect(await d.popErrorScope()).not.toBeNull();
    expect(await takeErrors()).toEqual([]);
  });
});
