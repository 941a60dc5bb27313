// out[b] = x[b, :first], tokens, x[b, first + R:]: the same tokens in place of R of every sequence. PUT = false: x[b] with zeros
// there, which is the way back of its gradient (that of the tokens is a batch sum, batch_sum.wgsl).
//
// One invocation owns one value, a workgroup 64. Source: Jia et al., Visual Prompt Tuning (arXiv 2203.12119), deep prompts.
override PUT: bool = true;
struct Params { count: u32, T: u32, R: u32, width: u32, first: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (B, T, width)
@group(0) @binding(1) var<storage, read> tokens: array<f32>;       // (R, width)
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // (B, T, width)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let t = (i / p.width) % p.T;
  if (t < p.first || t >= p.first + p.R) {
    out[i] = x[i];
  } else if (PUT) {
    out[i] = tokens[(t - p.first) * p.width + i % p.width];
  } else {
    out[i] = 0.0;
  }
}
