// dx[m, j] (+)= alpha * sum over t of dout[m, j step + t stride] * other[m, t]: of u with step 1 and stride k1, of v the other way round.
//
// One invocation owns one value, a workgroup 64. Source: derivative of khatri_rao.wgsl.
struct Params { count: u32, rows: u32, cols: u32, own: u32, others: u32, step: u32, stride: u32, across: u32, alpha: f32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> other: array<f32>;         // (G, rows, others)
@group(0) @binding(1) var<storage, read> dout: array<f32>;          // (G, rows, cols); (G, cols, rows) where `across`
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;      // (G, rows, own)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let m = i / p.own;
  let j = i % p.own;
  let g = m / p.rows;
  let first = g * p.rows * p.cols + select((m % p.rows) * p.cols, m % p.rows, p.across == 1u);
  let apart = select(1u, p.rows, p.across == 1u);
  var s = 0.0;
  for (var t = 0u; t < p.others; t++) {
    let c = j * p.step + t * p.stride;
    if (c < p.cols) { s += dout[first + c * apart] * other[m * p.others + t]; }
  }
  s *= p.alpha;
  if (keeps(p.accumulate)) { s += dx[i]; }
  dx[i] = s;
}
