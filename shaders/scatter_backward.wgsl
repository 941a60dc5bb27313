// dx[k] (+)= alpha * dout[row(k), col(k)].
//
// One invocation owns one value, a workgroup 64. Source: derivative of scatter.wgsl.
struct Params { count: u32, cols: u32, alpha: f32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> index: array<f32>;         // (2 or 3, count)
@group(0) @binding(1) var<storage, read> dout: array<f32>;          // (rows, cols)
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;      // (count)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let k = flat_index(gid, groups);
  if (k >= p.count) { return; }
  var s = p.alpha * dout[u32(index[k]) * p.cols + u32(index[p.count + k])];
  if (keeps(p.accumulate)) { s += dx[k]; }
  dx[k] = s;
}
