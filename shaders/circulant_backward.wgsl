// dx[p, q, j] (+)= alpha * sum over o of dout[p b + o, q b + (o + j) mod b].
//
// One invocation owns one value, a workgroup 64. Source: derivative of circulant.wgsl.
struct Params { count: u32, rows: u32, cols: u32, b: u32, alpha: f32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> dout: array<f32>;          // (G, rows, cols)
@group(0) @binding(1) var<storage, read_write> dx: array<f32>;      // (G, rows / b, cols / b, b)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let across = p.cols / p.b;
  let block = i / p.b;
  let j = i % p.b;
  let first = (block / across) * p.b * p.cols + (block % across) * p.b;
  var s = 0.0;
  for (var o = 0u; o < p.b; o++) { s += dout[first + o * p.cols + (o + j) % p.b]; }
  s *= p.alpha;
  if (keeps(p.accumulate)) { s += dx[i]; }
  dx[i] = s;
}
