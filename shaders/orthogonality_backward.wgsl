// dx[g, i, k] (+)= dout[g] * 2 alpha / ||D_g|| * sum over j of D_g[i, j] x[g, j, k]; 0 where the norm is 0.
//
// One invocation owns one value, a workgroup 64. Source: derivative of orthogonality.wgsl; D is symmetric.
struct Params { count: u32, r: u32, n: u32, apart: u32, next: u32, alpha: f32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;             // (G, r, n), or (G, n, r) where columns are meant
@group(0) @binding(1) var<storage, read> gram: array<f32>;          // (G, r, r): D
@group(0) @binding(2) var<storage, read> value: array<f32>;         // (G): alpha ||D||
@group(0) @binding(3) var<storage, read> dout: array<f32>;          // (G)
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;      // as x
@group(0) @binding(5) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = flat_index(gid, groups);
  if (at >= p.count) { return; }
  let size = p.r * p.n;
  let g = at / size;
  let within = at % size;
  let i = select(within % p.r, within / p.n, p.next == 1u);
  let k = select(within / p.r, within % p.n, p.next == 1u);
  var s = 0.0;
  for (var j = 0u; j < p.r; j++) { s += gram[(g * p.r + i) * p.r + j] * x[g * size + j * p.apart + k * p.next]; }
  // alpha / norm = alpha^2 / value
  var v = select(0.0, dout[g] * 2.0 * p.alpha * p.alpha / value[g] * s, value[g] != 0.0);
  if (keeps(p.accumulate)) { v += dx[at]; }
  dx[at] = v;
}
