// dgamma[j, c] (+)= sum over k of lambda[k, j] t[q, c], dlambda[k, j] (+)= sum over c of t[q, c] gamma[j, c], with
// t[q, c] = alpha * A[k, c] * (L^T R)[q, c] and q = k * n + j (PEFT's pairing), for G layers: the gradients of RandLoRA's
// tensors, straight out of the product, for sizes divisible by four. Merged: L = B and R = dW'. Streamed: L = du, R = x.
//
// One invocation owns 4 bases j x 4 columns c, and goes through the k of its part two at a time: 8 rows x 4 columns of
// L^T R in registers, as in matmul.vec4.wgsl. So the sum over k stays in it, and the product is never stored. Of the sum
// over columns it leaves one partial sum, of its four: a barrier here made the whole kernel three times slower on llvmpipe.
// A workgroup of 8 x 8 owns 32 bases x 32 columns; z is layer * parts + part. With one part dgamma is final.
// ACROSS: R is stored as (d, K). Source: peft/tuners/randlora/layer.py UniqueBaseGrad.backward.
override ACROSS: bool = false;
struct Params {
  K: u32, d: u32, r: u32, n: u32,
  ldA: u32, ldL: u32, ldR: u32, stackL: u32, stackR: u32, // d, ld* and stack* (from layer to layer) in vec4
  layers: u32, parts: u32, pairs: u32, // pairs of k in a part
  alpha: f32,
  accumulate: u32,
}
@group(0) @binding(0) var<storage, read> A: array<a4>;                     // (r, 1, >= d), rows ldA apart
@group(0) @binding(1) var<storage, read> weight: array<weight4>;           // L (K, n r), rows ldL apart
@group(0) @binding(2) var<storage, read> right: array<vec4<f32>>;          // R (K, d) or (d, K), rows ldR apart
@group(0) @binding(3) var<storage, read> lambda: array<f32>;               // (G, r, n)
@group(0) @binding(4) var<storage, read> gamma: array<vec4<f32>>;          // (G, n, d)
@group(0) @binding(5) var<storage, read_write> dgamma: array<vec4<f32>>;   // (parts, G, n, d)
@group(0) @binding(6) var<storage, read_write> dlambda: array<vec4<f32>>;  // (d / 4, G, r, n), to be summed
@group(0) @binding(7) var<uniform> p: Params;


@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let layer = gid.z / p.parts;
  let part = gid.z % p.parts;
  let j = gid.y; // in fours
  if (4u * j >= p.n || together(gid.x) >= p.d) { return; }
  let inside = gid.x < p.d;
  let col = min(gid.x, p.d - 1u); // in vec4; beyond the edge the last one is computed again and not stored
  let g_at = (layer * p.n + 4u * j) * p.d + col;
  let gamma0 = gamma[g_at];
  let gamma1 = gamma[g_at + p.d];
  let gamma2 = gamma[g_at + 2u * p.d];
  let gamma3 = gamma[g_at + 3u * p.d];
  var sum0 = vec4<f32>();
  var sum1 = vec4<f32>();
  var sum2 = vec4<f32>();
  var sum3 = vec4<f32>();
  let r_at = layer * p.stackR + select(col, 4u * col * p.ldR, ACROSS);
  let r_step = select(4u * p.ldR, 1u, ACROSS);
  const four = vec4<u32>(0u, 1u, 2u, 3u);
  for (var pair = part * p.pairs; pair < (part + 1u) * p.pairs; pair++) {
    // k is pair * 2 and the next; an odd r ends with one that counts nothing, and so may a part.
    let k0 = min(2u * pair, p.r - 1u);
    let k1 = min(2u * pair + 1u, p.r - 1u);
    let l0 = layer * p.stackL + k0 * p.n / 4u + j;
    let l1 = layer * p.stackL + k1 * p.n / 4u + j;
    let at0 = l0 + four * p.ldL;
    let at1 = l1 + four * p.ldL;
    let mine0 = own(at0, lane);
    let mine1 = own(at1, lane);
    var acc0 = vec4<f32>();
    var acc1 = vec4<f32>();
    var acc2 = vec4<f32>();
    var acc3 = vec4<f32>();
    var acc4 = vec4<f32>();
    var acc5 = vec4<f32>();
    var acc6 = vec4<f32>();
    var acc7 = vec4<f32>();
    var li = 0u;
    var ri = r_at;
    for (var m = 0u; m < p.K / 4u; m++) {
      var b = mat4x4<f32>(right[ri], right[ri + p.ldR], right[ri + 2u * p.ldR], right[ri + 3u * p.ldR]);
      if (ACROSS) { b = transpose(b); }
      let a = transpose(load_left(mine0, li));
      let c = transpose(load_left(mine1, li));
      acc0 += b * a[0];
      acc1 += b * a[1];
      acc2 += b * a[2];
      acc3 += b * a[3];
      acc4 += b * c[0];
      acc5 += b * c[1];
      acc6 += b * c[2];
      acc7 += b * c[3];
      li += 4u * p.ldL;
      ri += r_step;
    }
    if (!ACROSS) {
      // Only here K need not be a multiple of four.
      for (var m = p.K / 4u * 4u; m < p.K; m++) {
        let a = load_code4(l0 + m * p.ldL);
        let c = load_code4(l1 + m * p.ldL);
        let b = right[ri];
        acc0 += a.x * b; acc1 += a.y * b; acc2 += a.z * b; acc3 += a.w * b;
        acc4 += c.x * b; acc5 += c.y * b; acc6 += c.z * b; acc7 += c.w * b;
        ri += p.ldR;
      }
    }
    let scale = p.alpha * weight_scale();
    let a0 = select(0.0, scale, 2u * pair < p.r) * load_a4(k0 * p.ldA + col);
    let a1 = select(0.0, scale, 2u * pair + 1u < p.r) * load_a4(k1 * p.ldA + col);
    acc0 *= a0; acc1 *= a0; acc2 *= a0; acc3 *= a0;
    acc4 *= a1; acc5 *= a1; acc6 *= a1; acc7 *= a1;
    let i0 = (layer * p.r + k0) * p.n + 4u * j;
    let i1 = (layer * p.r + k1) * p.n + 4u * j;
    sum0 += lambda[i0] * acc0 + lambda[i1] * acc4;
    sum1 += lambda[i0 + 1u] * acc1 + lambda[i1 + 1u] * acc5;
    sum2 += lambda[i0 + 2u] * acc2 + lambda[i1 + 2u] * acc6;
    sum3 += lambda[i0 + 3u] * acc3 + lambda[i1 + 3u] * acc7;
    let at = ((col * p.layers + layer) * p.r + k0) * p.n / 4u + j;
    if (inside) { dlambda[at] = vec4<f32>(dot(acc0, gamma0), dot(acc1, gamma1), dot(acc2, gamma2), dot(acc3, gamma3)); }
    if (inside && k1 > k0) { dlambda[at + p.n / 4u] = vec4<f32>(dot(acc4, gamma0), dot(acc5, gamma1), dot(acc6, gamma2), dot(acc7, gamma3)); }
  }
  if (!inside) { return; }
  let i = part * p.layers * p.n * p.d + g_at;
  store(i, sum0);
  store(i + p.d, sum1);
  store(i + 2u * p.d, sum2);
  store(i + 3u * p.d, sum3);
}

fn load_left(mine: vec4<u32>, offset: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(load_code4(mine.x + offset)); }
  return mat4x4<f32>(load_code4(mine.x + offset), load_code4(mine.y + offset), load_code4(mine.z + offset), load_code4(mine.w + offset));
}

fn store(i: u32, sum: vec4<f32>) {
  var v = sum;
  if (keeps(p.accumulate)) { v += dgamma[i]; }
  dgamma[i] = v;
}
