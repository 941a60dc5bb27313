// out = W + alpha * B Â for any sizes, as randlora_merge.wgsl, packed for one core of a processor.
//
// A workgroup of one invocation owns 32 x 32 of B Â, and z is the layer. It goes through all n r rows of Â one after another
// and counts k and j along, so that a step of lib/packed.wgsl is full however few bases there are.
// Source: randlora_merge.wgsl, lib/packed.wgsl.
override TRANSPOSED: bool = false;
override PAPER: bool = false;
struct Params { D: u32, d: u32, r: u32, n: u32, ldA: u32, ldB: u32, alpha: f32, first: u32 }
@group(0) @binding(0) var<storage, read> A: array<a1>;                 // (r, 1, >= d), rows ldA apart
@group(0) @binding(1) var<storage, read> weight: array<weight1>;       // B (>= D, N, r), rows ldB apart, N >= n
@group(0) @binding(2) var<storage, read> lambda: array<f32>;           // (G, r, n)
@group(0) @binding(3) var<storage, read> gamma: array<f32>;            // (G, n, d)
@group(0) @binding(4) var<storage, read> residual: array<residual1>;   // W (G, D, d), or (G, d, D)
@group(0) @binding(5) var<storage, read_write> out: array<f32>;        // like W
@group(0) @binding(6) var<uniform> p: Params;

const SUMS = 32u;
const FOUR = vec4<u32>(0u, 1u, 2u, 3u);

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) wid: vec3<u32>) {
  let row = p.first + wid.y * 32u;
  let col = wid.x * 32u;
  let fours = (p.D - row + 3u) / 4u;
  let eights = (p.d - col + 7u) / 8u;
  let all = p.n * p.r;
  for (var first = 0u; first < all; first += STEP) {
    let count = min(STEP, all - first);
    for (var g = 0u; g < min(fours, 8u); g++) { pack_b(row + 4u * g, first, g, count); }
    for (var h = 0u; h < min(eights, 4u); h++) { pack_a(first, wid.z, col + 8u * h, h, count); }
    multiply_all(count, fours, eights, 0u);
  }
  for (var h = 0u; h < min(eights, 4u); h++) {
    for (var g = 0u; g < min(fours, 8u); g++) {
      let s = sums[8u * h + g];
      store8(row + 4u * g, col + 8u * h, wid.z, s.a);
      store8(row + 4u * g + 1u, col + 8u * h, wid.z, s.b);
      store8(row + 4u * g + 2u, col + 8u * h, wid.z, s.c);
      store8(row + 4u * g + 3u, col + 8u * h, wid.z, s.d);
    }
  }
}

// Four rows of B from `row` on; beyond the edge the last one.
fn pack_b(row: u32, first: u32, g: u32, count: u32) {
  let at = min(row + FOUR, vec4<u32>(p.D - 1u)) * p.ldB + first;
  for (var i = 0u; i < count; i++) {
    xs[g * STEP + i] = vec4<f32>(load_code(at.x + i), load_code(at.y + i), load_code(at.z + i), load_code(at.w + i));
  }
}

// Rows of Â from `first` on in eight columns; beyond the edge the last one.
fn pack_a(first: u32, layer: u32, col: u32, h: u32, count: u32) {
  let l = min(col + FOUR, vec4<u32>(p.d - 1u));
  let r = min(col + 4u + FOUR, vec4<u32>(p.d - 1u));
  let quick = select(p.n, p.r, PAPER);
  var slow = first / quick;
  var i = first % quick;
  // What belongs to the slow index is read once for all quick ones.
  var by_l = slow_four(slow, layer, l);
  var by_r = slow_four(slow, layer, r);
  for (var q = 0u; q < count; q++) {
    let scale = lambda[layer * p.r * p.n + select(slow * p.n + i, i * p.n + slow, PAPER)];
    ws[h * STEP + q] = Quads(scale * by_l * quick_four(i, layer, l), scale * by_r * quick_four(i, layer, r));
    i++;
    if (i == quick && q + 1u < count) {
      i = 0u;
      slow++;
      by_l = slow_four(slow, layer, l);
      by_r = slow_four(slow, layer, r);
    }
  }
}

fn a_four(k: u32, c: vec4<u32>) -> vec4<f32> {
  let i = k * p.ldA + c;
  return vec4<f32>(load_a(i.x), load_a(i.y), load_a(i.z), load_a(i.w));
}
fn gamma_four(j: u32, layer: u32, c: vec4<u32>) -> vec4<f32> {
  let i = (layer * p.n + j) * p.d + c;
  return vec4<f32>(gamma[i.x], gamma[i.y], gamma[i.z], gamma[i.w]);
}
fn slow_four(s: u32, layer: u32, c: vec4<u32>) -> vec4<f32> {
  if (PAPER) { return gamma_four(s, layer, c); }
  return a_four(s, c);
}
fn quick_four(i: u32, layer: u32, c: vec4<u32>) -> vec4<f32> {
  if (PAPER) { return a_four(i, c); }
  return gamma_four(i, layer, c);
}

fn store8(row: u32, col: u32, layer: u32, sum: Quads) {
  if (row >= p.D) { return; }
  store(row, col, layer, sum.l);
  store(row, col + 4u, layer, sum.r);
}
fn store(row: u32, col: u32, layer: u32, sum: vec4<f32>) {
  for (var i = 0u; i < 4u; i++) {
    let c = col + i;
    if (c >= p.d) { break; }
    let at = layer * p.D * p.d + select(row * p.d + c, c * p.D + row, TRANSPOSED);
    out[at] = load_residual(at) + p.alpha * weight_scale() * sum[i];
  }
}
