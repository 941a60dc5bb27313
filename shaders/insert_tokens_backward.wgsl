// dx[b] = dout[b] without the inserted tokens' rows (their gradient is a batch sum, batch_sum.wgsl).
//
// One invocation owns one value, a workgroup 64. Source: derivative of insert_tokens.wgsl.
struct Params { count: u32, T: u32, R: u32, width: u32, first: u32 }
@group(0) @binding(0) var<storage, read> dout: array<f32>;        // (B, T + R, width)
@group(0) @binding(1) var<storage, read_write> dx: array<f32>;    // (B, T, width)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let t = (i / p.width) % p.T;
  let b = i / p.width / p.T;
  dx[i] = dout[(b * (p.T + p.R) + select(t, t + p.R, t >= p.first)) * p.width + i % p.width];
}
