// dx[b, t] = dout[b] / count for the pooled tokens, 0 for the others.
//
// One invocation owns one value, a workgroup 64. Source: derivative of pool.wgsl.
struct Params { B: u32, T: u32, width: u32, first: u32, count: u32 }
@group(0) @binding(0) var<storage, read> dout: array<f32>;        // (B, width)
@group(0) @binding(1) var<storage, read_write> dx: array<f32>;    // (B, T, width)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.B * p.T * p.width) { return; }
  let t = (i / p.width) % p.T;
  let b = i / p.width / p.T;
  let inside = t >= p.first && t < p.first + p.count;
  dx[i] = select(0.0, dout[b * p.width + i % p.width] / f32(p.count), inside);
}
