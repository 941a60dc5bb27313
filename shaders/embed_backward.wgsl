// dpatches[b, t] = dout[b, t + 1]: drops the class token's row (its gradient is a batch sum, batch_sum.wgsl).
//
// One invocation owns one value, a workgroup 64. Source: derivative of embed.wgsl.
struct Params { count: u32, T: u32, width: u32 }
@group(0) @binding(0) var<storage, read> dout: array<f32>;             // (B, T, width)
@group(0) @binding(1) var<storage, read_write> dpatches: array<f32>;   // (B, T - 1, width)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let row = i / p.width;
  let b = row / (p.T - 1u);
  dpatches[i] = dout[(row + b + 1u) * p.width + i % p.width];
}
