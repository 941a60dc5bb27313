// What the vec4 forms of the gradients of RandLoRA's lambda and gamma share: sizes, operands, and what becomes of a product's
// rows once they are summed.
//
// Whole rows of L^T R stay in registers, k by k, so the sum over k does too, and the product is never stored. Of the sum over
// columns an invocation leaves one partial sum, of its four: a barrier there made the whole kernel three times slower on
// llvmpipe. Layer * parts + part is `first` (ops/cut.ts) + z: where tiles are few, the k of a base are spread over `parts`.
// ACROSS: R is stored as (d, K). Source: peft/tuners/randlora/layer.py UniqueBaseGrad.backward.
override ACROSS: bool = false;
struct Params {
  K: u32, d: u32, r: u32, n: u32,
  ldA: u32, ldL: u32, ldR: u32, stackL: u32, stackR: u32, // d, ld* and stack* (from layer to layer) in vec4
  layers: u32, parts: u32, pairs: u32, // pairs of k in a part
  alpha: f32,
  accumulate: u32,
  first: u32,
}
@group(0) @binding(0) var<storage, read> A: array<a4>;                     // (r, 1, >= d), rows ldA apart
@group(0) @binding(1) var<storage, read> weight: array<weight4>;           // L (K, n r), rows ldL apart
@group(0) @binding(2) var<storage, read> right: array<vec4<f32>>;          // R (K, d) or (d, K), rows ldR apart
@group(0) @binding(3) var<storage, read> lambda: array<f32>;               // (G, r, n)
@group(0) @binding(4) var<storage, read> gamma: array<vec4<f32>>;          // (G, n, d)
@group(0) @binding(5) var<storage, read_write> dgamma: array<vec4<f32>>;   // (parts, G, n, d)
@group(0) @binding(6) var<storage, read_write> dlambda: array<vec4<f32>>;  // (d / 4, G, r, n), to be summed
@group(0) @binding(7) var<uniform> p: Params;

const FOUR = vec4<u32>(0u, 1u, 2u, 3u);

// The k-th of the pair, and whether there is one: an odd r ends with one that counts nothing, and so may a part.
fn base_of(pair: u32, second: u32) -> u32 { return min(2u * pair + second, p.r - 1u); }
fn exists(pair: u32, second: u32) -> bool { return 2u * pair + second < p.r; }

// Where four m of R begin for four columns, the col-th such, and how far it is to the next four.
fn right_start(layer: u32, col: u32) -> u32 { return layer * p.stackR + select(col, 4u * col * p.ldR, ACROSS); }
fn right_step() -> u32 { return select(4u * p.ldR, 1u, ACROSS); }
// Column i is m + i.
fn load_right(at: u32) -> mat4x4<f32> {
  let b = mat4x4<f32>(right[at], right[at + p.ldR], right[at + 2u * p.ldR], right[at + 3u * p.ldR]);
  if (ACROSS) { return transpose(b); }
  return b;
}
// Four bases of a row of L, of which four are four m of four bases (lib/octet.wgsl).
fn shared_row(at: u32) -> vec4<f32> { return load_code4(at); }
fn rows_of(block: mat4x4<f32>) -> mat4x4<f32> { return transpose(block); }
// What one m adds to four bases x four columns.
fn outer(a: vec4<f32>, b: vec4<f32>) -> mat4x4<f32> { return mat4x4<f32>(a.x * b, a.y * b, a.z * b, a.w * b); }

// Rows of L^T R of bases 4 j to 4 j + 3 by their factors: leaves their part of dlambda where it `counts`, and returns that of dgamma.
fn weigh(rows: mat4x4<f32>, layer: u32, pair: u32, second: u32, j: u32, col: u32, counts: bool) -> mat4x4<f32> {
  let k = base_of(pair, second);
  let a = select(0.0, p.alpha * weight_scale(), exists(pair, second)) * load_a4(k * p.ldA + col);
  let t = mat4x4<f32>(a * rows[0], a * rows[1], a * rows[2], a * rows[3]);
  if (counts && exists(pair, second)) {
    let g = (layer * p.n + 4u * j) * p.d + col;
    let sums = vec4<f32>(dot(t[0], gamma[g]), dot(t[1], gamma[g + p.d]), dot(t[2], gamma[g + 2u * p.d]), dot(t[3], gamma[g + 3u * p.d]));
    dlambda[((col * p.layers + layer) * p.r + k) * p.n / 4u + j] = sums;
  }
  let i = (layer * p.r + k) * p.n + 4u * j;
  return mat4x4<f32>(lambda[i] * t[0], lambda[i + 1u] * t[1], lambda[i + 2u] * t[2], lambda[i + 3u] * t[3]);
}

// dgamma of bases 4 j to 4 j + 3. With one part it is final.
fn store4(layer: u32, part: u32, j: u32, col: u32, sum: mat4x4<f32>) {
  let i = ((part * p.layers + layer) * p.n + 4u * j) * p.d + col;
  store(i, sum[0]);
  store(i + p.d, sum[1]);
  store(i + 2u * p.d, sum[2]);
  store(i + 3u * p.d, sum[3]);
}
fn store(i: u32, sum: vec4<f32>) {
  var v = sum;
  if (keeps(p.accumulate)) { v += dgamma[i]; }
  dgamma[i] = v;
}
