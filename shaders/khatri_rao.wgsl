// out = w + alpha * K, K[m, b k1 + a] = u[m, a] v[m, b], of which the first `cols` columns are taken, or their transpose.
//
// One invocation owns one value, a workgroup 64. Source: KRAdapter (arXiv 2508.00230), PaulAlbert31/KRAdapter, README.
struct Params { count: u32, rows: u32, cols: u32, k1: u32, k2: u32, across: u32, has_w: u32, alpha: f32 }
@group(0) @binding(0) var<storage, read> u: array<f32>;             // (G, rows, k1)
@group(0) @binding(1) var<storage, read> v: array<f32>;             // (G, rows, k2)
@group(0) @binding(2) var<storage, read> w: array<f32>;             // as out
@group(0) @binding(3) var<storage, read_write> out: array<f32>;     // (G, rows, cols); (G, cols, rows) where `across`
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let size = p.rows * p.cols;
  let g = i / size;
  let at = i % size;
  let m = g * p.rows + select(at / p.cols, at % p.rows, p.across == 1u);
  let c = select(at % p.cols, at / p.rows, p.across == 1u);
  var s = p.alpha * u[m * p.k1 + c % p.k1] * v[m * p.k2 + c / p.k1];
  if (p.has_w == 1u) { s += w[i]; }
  out[i] = s;
}
