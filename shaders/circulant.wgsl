// out = w + alpha * D, of circulant blocks: D[p b + o, q b + i] = x[p, q, (i - o) mod b].
//
// One invocation owns one value, a workgroup 64. Source: C3A (arXiv 2407.19342).
struct Params { count: u32, rows: u32, cols: u32, b: u32, has_w: u32, alpha: f32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;             // (G, rows / b, cols / b, b)
@group(0) @binding(1) var<storage, read> w: array<f32>;             // as out
@group(0) @binding(2) var<storage, read_write> out: array<f32>;     // (G, rows, cols)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let row = i / p.cols;
  let col = i % p.cols;
  // The blocks of one row after the other, also from one matrix to the next.
  let block = (row / p.b) * (p.cols / p.b) + col / p.b;
  var s = p.alpha * x[block * p.b + (col % p.b + p.b - row % p.b) % p.b];
  if (p.has_w == 1u) { s += w[i]; }
  out[i] = s;
}
