/** Each invocation writes four words, in workgroups of 64 or 8 in a row. */
const source = (words: string, workgroup: string) => `enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<vec4<u32>>;
@compute @workgroup_size(${workgroup})
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) wid: vec3<u32>, @builtin(subgroup_size) size: u32) {
  out[wid.x * ${workgroup === '8' ? 8 : 64}u + lane] = vec4<u32>(${words});
}`;
const WORDS = 3 * 64;

/**
 * True when on this device four neighbouring invocations of a workgroup, by local index, form a quad. WGSL leaves the
 * order open, so it is tried; any failure (no subgroups, a driver that does not know quads) is a no. See kernels that
 * use shaders/lib/share.quads.wgsl.
 */
export const quadsWork = (gpu: GPUDevice): Promise<boolean> =>
  shows(gpu, [0, 1, 2, 3].map((i) => `quadBroadcast(lane, ${i}u)`).join(), '8, 8', (i) => [0, 1, 2, 3].map((j) => (i % 64 & ~3) + j));

/** True when eight neighbouring invocations are a subgroup, in workgroups of 64 and of 8; see shaders/lib/share.octs.wgsl. */
export async function octsWork(gpu: GPUDevice): Promise<boolean> {
  const words = 'size, subgroupBroadcast(lane, 0u), subgroupBroadcast(lane, 3u), subgroupBroadcast(lane, 7u)';
  for (const [workgroup, size] of [['8, 8', 64], ['8', 8]] as const) {
    if (!(await shows(gpu, words, workgroup, (i) => [8, ...[0, 3, 7].map((j) => (i % size & ~7) + j)]))) return false;
  }
  return true;
}

/** True if each invocation `i` writes the words that are expected of it; false when anything fails. */
async function shows(gpu: GPUDevice, words: string, workgroup: string, expected: (i: number) => number[]): Promise<boolean> {
  if (!gpu.features.has('subgroups')) return false;
  const scopes = ['validation', 'internal', 'out-of-memory'] as const;
  for (const filter of scopes) gpu.pushErrorScope(filter);
  const size = WORDS * 16;
  const made: GPUBuffer[] = [];
  const buffer = (usage: number): GPUBuffer => {
    const one = gpu.createBuffer({ label: 'quads', size, usage });
    made.push(one);
    return one;
  };
  let right = false;
  try {
    const out = buffer(0x80 | 0x4); // STORAGE | COPY_SRC
    const staging = buffer(0x1 | 0x8); // MAP_READ | COPY_DST
    const module = gpu.createShaderModule({ label: 'quads', code: source(words, workgroup) });
    const pipeline = await gpu.createComputePipelineAsync({ label: 'quads', layout: 'auto', compute: { module } });
    const encoder = gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, gpu.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer: out } }] }));
    pass.dispatchWorkgroups(WORDS / (workgroup === '8' ? 8 : 64));
    pass.end();
    encoder.copyBufferToBuffer(out, 0, staging, 0, size);
    gpu.queue.submit([encoder.finish()]);
    await staging.mapAsync(1); // GPUMapMode.READ
    right = new Uint32Array(staging.getMappedRange()).every((seen, i) => seen === expected(i >> 2)[i & 3]);
  } catch {
    // It shows nothing.
  } finally {
    for (const one of made) one.destroy();
  }
  // Stryker disable next-line StringLiteral: any word does, as it says that not everything went well
  const errors = await Promise.all(scopes.map(() => gpu.popErrorScope())).catch(() => ['lost']);
  return right && errors.every((error) => error === null);
}
