// dx[t, j] = dout[t, j]; dx[t, width + j] = dout[t, j] eps[t, j] exp(x[t, width + j] / 2) / 2, with eps made again.
//
// One invocation owns one drawn value and writes both, a workgroup 64. Source: derivative of sample.wgsl.
struct Params { count: u32, width: u32, stream: u32, own: u32, seed: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (count / width, 2 width)
@group(0) @binding(1) var<storage, read> dout: array<f32>;         // (count)
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;     // like x
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let mean = i + (i / p.width) * p.width;
  let word = random_word(select(step.seed, p.seed, p.own == 1u), step.index, p.stream, step.part * p.count + i);
  dx[mean] = dout[i];
  dx[mean + p.width] = 0.5 * dout[i] * normal_of(word) * exp(0.5 * x[mean + p.width]);
}
