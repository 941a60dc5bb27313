const SOURCE = `enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<vec4<u32>>;
@compute @workgroup_size(8, 8)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) wid: vec3<u32>) {
  out[wid.x * 64u + lane] = vec4<u32>(quadBroadcast(lane, 0u), quadBroadcast(lane, 1u), quadBroadcast(lane, 2u), quadBroadcast(lane, 3u));
}`;
const GROUPS = 3;

/**
 * True when on this device four neighbouring invocations of a workgroup, by local index, form a quad. WGSL leaves the
 * order open, so it is tried; any failure (no subgroups, a driver that does not know quads) is a no. See kernels that
 * use shaders/lib/share.quads.wgsl.
 */
export async function quadsWork(gpu: GPUDevice): Promise<boolean> {
  if (!gpu.features.has('subgroups')) return false;
  gpu.pushErrorScope('validation');
  gpu.pushErrorScope('internal');
  const size = GROUPS * 64 * 16;
  const out = gpu.createBuffer({ label: 'quads', size, usage: 0x80 | 0x4 }); // STORAGE | COPY_SRC
  const staging = gpu.createBuffer({ label: 'quads', size, usage: 0x1 | 0x8 }); // MAP_READ | COPY_DST
  let right = false;
  try {
    const module = gpu.createShaderModule({ label: 'quads', code: SOURCE });
    const pipeline = await gpu.createComputePipelineAsync({ label: 'quads', layout: 'auto', compute: { module } });
    const encoder = gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, gpu.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer: out } }] }));
    pass.dispatchWorkgroups(GROUPS);
    pass.end();
    encoder.copyBufferToBuffer(out, 0, staging, 0, size);
    gpu.queue.submit([encoder.finish()]);
    await staging.mapAsync(1); // GPUMapMode.READ
    right = new Uint32Array(staging.getMappedRange()).every((seen, i) => seen === ((i >> 2) % 64 & ~3) + (i & 3));
  } catch {
    right = false;
  } finally {
    out.destroy();
    staging.destroy();
  }
  const errors = await Promise.all([gpu.popErrorScope(), gpu.popErrorScope()]).catch(() => ['lost']);
  return right && errors.every((error) => error === null);
}
