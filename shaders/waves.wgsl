// out[i, k] = x[k] cos(2 pi place[k] i / size), and out[i, K + k] = sign * x[k] sin(the same); x is 1 where there is none.
//
// One invocation owns one value, a workgroup 64. Angles are looked up, since kernels' own cosine has few digits.
// Source: FourierFT (arXiv 2405.03003), a discrete Fourier transform of few frequencies as a product of two thin matrices.
struct Params { count: u32, size: u32, K: u32, has_x: u32, sign: f32 }
@group(0) @binding(0) var<storage, read> place: array<f32>;         // (K), whole numbers below size
@group(0) @binding(1) var<storage, read> table: array<f32>;         // (2, size): cosine and sine of each part of a turn
@group(0) @binding(2) var<storage, read> x: array<f32>;             // (K)
@group(0) @binding(3) var<storage, read_write> out: array<f32>;     // (size, 2 K)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = flat_index(gid, groups);
  if (at >= p.count) { return; }
  let i = at / (2u * p.K);
  let column = at % (2u * p.K);
  let k = column % p.K;
  let turn = (u32(place[k]) * i) % p.size;
  var s = table[turn];
  if (column >= p.K) { s = p.sign * table[p.size + turn]; }
  if (p.has_x == 1u) { s *= x[k]; }
  out[at] = s;
}
