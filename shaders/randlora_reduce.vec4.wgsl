// dgamma[j, c] (+)= sum over k of lambda[k, j] t[q, c], dlambda[k, j] (+)= sum over c of t[q, c] gamma[j, c], with
// t[q, c] = alpha * A[k, c] * (L^T R)[q, c] and q = k * n + j (PEFT's pairing), for G layers: the gradients of RandLoRA's
// tensors, straight out of the product, for sizes divisible by four. Merged: L = B and R = dW'. Streamed: L = du, R = x.
//
// One invocation owns 4 bases j x 4 columns c, and goes through the k of its part two at a time: 8 rows x 4 columns of
// L^T R in registers, as in matmul.vec4.wgsl. A workgroup of 8 x 8 owns 32 bases x 32 columns. Source: lib/randlora_reduce.wgsl.
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let z = p.first + gid.z;
  let layer = z / p.parts;
  let part = z % p.parts;
  let j = gid.y; // in fours
  if (4u * j >= p.n || together(gid.x) >= p.d) { return; }
  let inside = gid.x < p.d;
  let col = min(gid.x, p.d - 1u); // in vec4; beyond the edge the last one is computed again and not stored
  var sum = mat4x4<f32>();
  for (var pair = part * p.pairs; pair < (part + 1u) * p.pairs; pair++) {
    let l0 = layer * p.stackL + base_of(pair, 0u) * p.n / 4u + j;
    let l1 = layer * p.stackL + base_of(pair, 1u) * p.n / 4u + j;
    let rows = own8(l0 + FOUR * p.ldL, l1 + FOUR * p.ldL, lane);
    var acc0 = mat4x4<f32>();
    var acc1 = mat4x4<f32>();
    var li = 0u;
    var ri = right_start(layer, col);
    for (var m = 0u; m < p.K / 4u; m++) {
      let b = load_right(ri);
      let a = load8(rows, li);
      acc0 += b * a.lo;
      acc1 += b * a.hi;
      li += 4u * p.ldL;
      ri += right_step();
    }
    if (!ACROSS) {
      // Only here K need not be a multiple of four.
      for (var m = p.K / 4u * 4u; m < p.K; m++) {
        acc0 += outer(load_code4(l0 + m * p.ldL), right[ri]);
        acc1 += outer(load_code4(l1 + m * p.ldL), right[ri]);
        ri += p.ldR;
      }
    }
    sum += weigh(acc0, layer, pair, 0u, j, col, inside) + weigh(acc1, layer, pair, 1u, j, col, inside);
  }
  if (inside) { store4(layer, part, j, col, sum); }
}
