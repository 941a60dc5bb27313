// out[i] = w[i] + bound * sum over k of x[k] P_k[i], with bases P that no memory holds (lib/drawn.wgsl).
//
// One invocation owns two neighbouring values, a workgroup 64. Source: PRANC (arXiv 2206.08464), eq. 1, upon frozen weights.
struct Params { pairs: u32, count: u32, bases: u32, has_w: u32, bound: f32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;             // (bases)
@group(0) @binding(1) var<storage, read> key: array<f32>;           // (2): low and high 16 bits
@group(0) @binding(2) var<storage, read> w: array<f32>;             // as out
@group(0) @binding(3) var<storage, read_write> out: array<f32>;     // (count)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let pair = flat_index(gid, groups);
  if (pair >= p.pairs) { return; }
  let own = u32(key[0]) | (u32(key[1]) << 16u);
  var s = vec2<f32>(0.0);
  for (var k = 0u; k < p.bases; k++) { s += x[k] * drawn_pair(drawn_basis(own, k), pair); }
  s *= p.bound;
  let i = 2u * pair;
  let second = i + 1u < p.count;
  if (p.has_w == 1u) {
    s.x += w[i];
    if (second) { s.y += w[i + 1u]; }
  }
  out[i] = s.x;
  if (second) { out[i + 1u] = s.y; }
}
