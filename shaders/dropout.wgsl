// out = x * mask / (1 - p), mask from the counter (seed, step, stream, element); serves forward and backward alike.
//
// One invocation owns one element, a workgroup 64. Source: torch.nn.functional.dropout; counter as in lib/random.wgsl.
struct Params { count: u32, stream: u32, threshold: u32, scale: f32 } // dropped when word < threshold
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  // Rows of a batch that is computed in parts are masked as they would be in one.
  let word = random_word(step.seed, step.index, p.stream, step.part * p.count + i);
  out[i] = select(x[i] * p.scale, 0.0, word < p.threshold);
}
