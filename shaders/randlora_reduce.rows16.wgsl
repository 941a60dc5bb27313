// dgamma (+)= sum over k of lambda t and dlambda (+)= sum over c of t gamma, as randlora_reduce.vec4.wgsl, with 16 rows x 4
// columns of L^T R an invocation: 8 bases j by two k.
//
// A workgroup of 8 owns 8 bases x 32 columns; z is layer * parts + part. For adapters that run on processors, as
// matmul.rows16.wgsl. Source: lib/randlora_reduce.wgsl.
@compute @workgroup_size(8)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let z = p.first + wid.z;
  let layer = z / p.parts;
  let part = z % p.parts;
  let x = wid.x * 8u + lane;
  if (together(x) >= p.d) { return; }
  let inside = x < p.d;
  let col = min(x, p.d - 1u); // in vec4; beyond the edge the last one is computed again and not stored
  let j = 2u * wid.y; // in fours
  let next = min(j + 1u, p.n / 4u - 1u);
  let both = inside && next > j;
  var lo = mat4x4<f32>();
  var hi = mat4x4<f32>();
  for (var pair = part * p.pairs; pair < (part + 1u) * p.pairs; pair++) {
    let l0 = layer * p.stackL + base_of(pair, 0u) * p.n / 4u;
    let l1 = layer * p.stackL + base_of(pair, 1u) * p.n / 4u;
    let rows0 = own8(l0 + j + FOUR * p.ldL, l0 + next + FOUR * p.ldL, lane);
    let rows1 = own8(l1 + j + FOUR * p.ldL, l1 + next + FOUR * p.ldL, lane);
    var acc0 = mat4x4<f32>();
    var acc1 = mat4x4<f32>();
    var acc2 = mat4x4<f32>();
    var acc3 = mat4x4<f32>();
    var li = 0u;
    var ri = right_start(layer, col);
    for (var m = 0u; m < p.K / 4u; m++) {
      let b = load_right(ri);
      let a = load8(rows0, li);
      acc0 += b * a.lo;
      acc1 += b * a.hi;
      let c = load8(rows1, li);
      acc2 += b * c.lo;
      acc3 += b * c.hi;
      li += 4u * p.ldL;
      ri += right_step();
    }
    if (!ACROSS) {
      // Only here K need not be a multiple of four.
      for (var m = p.K / 4u * 4u; m < p.K; m++) {
        let b = right[ri];
        acc0 += outer(load_code4(l0 + j + m * p.ldL), b);
        acc1 += outer(load_code4(l0 + next + m * p.ldL), b);
        acc2 += outer(load_code4(l1 + j + m * p.ldL), b);
        acc3 += outer(load_code4(l1 + next + m * p.ldL), b);
        ri += p.ldR;
      }
    }
    lo += weigh(acc0, layer, pair, 0u, j, col, inside) + weigh(acc2, layer, pair, 1u, j, col, inside);
    hi += weigh(acc1, layer, pair, 0u, next, col, both) + weigh(acc3, layer, pair, 1u, next, col, both);
  }
  if (inside) { store4(layer, part, j, col, lo); }
  if (both) { store4(layer, part, next, col, hi); }
}
