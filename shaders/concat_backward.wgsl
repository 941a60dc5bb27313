// dx[r, c] = dout[r, first + c]: the columns that came from one of the two matrices.
//
// One invocation owns one value, a workgroup 64. Source: derivative of concat.wgsl.
struct Params { count: u32, width: u32, first: u32, ld: u32 }
@group(0) @binding(0) var<storage, read> dout: array<f32>;        // (rows, ld)
@group(0) @binding(1) var<storage, read_write> dx: array<f32>;    // (rows, width)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  dx[i] = dout[(i / p.width) * p.ld + p.first + i % p.width];
}
