// out = softmax(scale * q k^T [causal] [masked]) v for each batch and head; keeps lse = max + log(sum) per row.
// A row that sees nothing gives zeros. What a mask hides: lib/mask.wgsl.
//
// One workgroup owns 8 * OCTS query rows of one head and walks over the keys in tiles of KEYS. Per tile: an invocation
// makes scores of 8 rows x 4 keys in registers, kept in workgroup memory as two vec4 (four rows each) per key; then an
// invocation owns 8 rows x one lane of channels of the result, in registers over all tiles. Running maximum and sum as
// in FlashAttention-2, so any T works, and up to some hundred tokens there is one tile only.
// Workgroup: WG = OCTS * d invocations, four barriers a tile (they are what software adapters pay for). Neighbours
// want the same rows of q and the same scores: lib/share.*.wgsl.
// Source: FlashAttention-2 (arXiv 2307.08691), algorithm 1; score strips on chip as in NVIDIA's fmha v2.
override WG: u32 = 64u;
override OCTS: u32 = 4u;
override KEYS: u32 = 64u;   // a multiple of four
override STRIP: u32 = 512u; // OCTS * 2 * KEYS
override CAUSAL: bool = false;
// In lanes: d; ld, a row of q, k and v; ld_out; and the column where each begins. They may lie in one (B, T, 3 heads * D).
// A dispatch owns heads from `first` on (ops/cut.ts).
struct Params { T: u32, heads: u32, d: u32, ld: u32, ld_out: u32, q_at: u32, k_at: u32, v_at: u32, scale: f32, first: u32 }
@group(0) @binding(0) var<storage, read> q: array<lanes>;            // (B, T, heads * D), rows ld apart, from q_at on
@group(0) @binding(1) var<storage, read> k: array<lanes>;            // (B, T, heads * D), likewise
@group(0) @binding(2) var<storage, read> v: array<lanes>;            // (B, T, heads * D), likewise
@group(0) @binding(3) var<storage, read_write> out: array<lanes>;    // (B, T, heads * D)
@group(0) @binding(4) var<storage, read_write> lse: array<f32>;      // (B, heads, T)
@group(0) @binding(5) var<uniform> p: Params;
@group(0) @binding(6) var<storage, read> mask: array<u32>;           // (B, T); not read unless MASKED

var<workgroup> strip: array<vec4<f32>, STRIP>; // (OCTS, 2, KEYS): scores, then probabilities before division
var<workgroup> largest: array<mat2x4<f32>, WG>;

const FOUR = vec4<u32>(0u, 1u, 2u, 3u);
// What a row may not see; becomes exactly zero.
const HIDDEN = -1e30;
// Sums of exponentials are 1 at least, but for rows that see nothing.
const LEAST = 1e-30;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let head = p.first + wid.y; // b * heads + h
  let base = (head / p.heads) * p.T * p.ld + (head % p.heads) * p.d;
  let first = wid.x * OCTS * 8u;
  let last = p.T - 1u;
  let oct = lane / p.d;
  let c = lane % p.d;
  var m0 = vec4<f32>(HIDDEN);
  var m1 = vec4<f32>(HIDDEN);
  var l0 = vec4<f32>();
  var l1 = vec4<f32>();
  var acc0 = vec4<f32>();
  var acc1 = vec4<f32>();
  var acc2 = vec4<f32>();
  var acc3 = vec4<f32>();
  var acc4 = vec4<f32>();
  var acc5 = vec4<f32>();
  var acc6 = vec4<f32>();
  var acc7 = vec4<f32>();
  for (var start = 0u; start < p.T; start += KEYS) {
    let keys = min(KEYS, p.T - start);
    let across = select((keys + 3u) / 4u, (keys + 15u) / 16u * 4u, SHARED);
    for (var i = lane; i < OCTS * across; i += WG) {
      let key = (i % across) * 4u;
      if (together(i % across) * 4u >= keys) { continue; }
      // Rows and keys beyond the edge repeat the last.
      let row = first + (i / across) * 8u;
      let mine0 = own(p.q_at + base + min(row + FOUR, vec4<u32>(last)) * p.ld, lane);
      let mine1 = own(p.q_at + base + min(row + 4u + FOUR, vec4<u32>(last)) * p.ld, lane);
      let at = p.k_at + base + min(start + key + FOUR, vec4<u32>(last)) * p.ld;
      var s = mat4x4<f32>(); // four keys of rows 0 to 3
      var t = mat4x4<f32>(); // four keys of rows 4 to 7
      for (var e = 0u; e < p.d; e++) {
        let a = load_q(mine0, e);
        let b = load_q(mine1, e);
        let y = mat4x4<f32>(wide(k[at.x + e]), wide(k[at.y + e]), wide(k[at.z + e]), wide(k[at.w + e]));
        s += mat4x4<f32>(y[0] * a, y[1] * a, y[2] * a, y[3] * a);
        t += mat4x4<f32>(y[0] * b, y[1] * b, y[2] * b, y[3] * b);
      }
      let to = (i / across) * 2u * KEYS + key;
      if (key < KEYS) {
        let image = (head / p.heads) * p.T;
        keep(to, s, image, row, start + key);
        keep(to + KEYS, t, image, row + 4u, start + key);
      }
    }
    workgroupBarrier();
    let mine = oct * 2u * KEYS;
    var top0 = m0;
    var top1 = m1;
    for (var key = c; key < keys; key += p.d) {
      top0 = max(top0, strip[mine + key]);
      top1 = max(top1, strip[mine + KEYS + key]);
    }
    largest[lane] = mat2x4<f32>(top0, top1);
    workgroupBarrier();
    for (var i = oct * p.d; i < (oct + 1u) * p.d; i++) {
      top0 = max(top0, largest[i][0]);
      top1 = max(top1, largest[i][1]);
    }
    // Up to the next multiple of four, where zeros stand.
    for (var key = c; key < (keys + 3u) / 4u * 4u; key += p.d) {
      strip[mine + key] = select(vec4<f32>(), weigh(strip[mine + key], top0), key < keys);
      strip[mine + KEYS + key] = select(vec4<f32>(), weigh(strip[mine + KEYS + key], top1), key < keys);
    }
    workgroupBarrier();
    let shrink0 = exp(max(m0 - top0, vec4<f32>(-40.0)));
    let shrink1 = exp(max(m1 - top1, vec4<f32>(-40.0)));
    m0 = top0;
    m1 = top1;
    l0 *= shrink0;
    l1 *= shrink1;
    acc0 *= shrink0.x;
    acc1 *= shrink0.y;
    acc2 *= shrink0.z;
    acc3 *= shrink0.w;
    acc4 *= shrink1.x;
    acc5 *= shrink1.y;
    acc6 *= shrink1.z;
    acc7 *= shrink1.w;
    let from_strip = own(FOUR, lane);
    for (var key = 0u; key < keys; key += 4u) {
      let at = p.v_at + base + min(start + key + FOUR, vec4<u32>(last)) * p.ld + c;
      let y = mat4x4<f32>(wide(v[at.x]), wide(v[at.y]), wide(v[at.z]), wide(v[at.w]));
      let a = transpose(load_strip(from_strip, mine + key));
      let b = transpose(load_strip(from_strip, mine + KEYS + key));
      l0 += vec4<f32>(1.0) * a;
      l1 += vec4<f32>(1.0) * b;
      acc0 += y * a[0];
      acc1 += y * a[1];
      acc2 += y * a[2];
      acc3 += y * a[3];
      acc4 += y * b[0];
      acc5 += y * b[1];
      acc6 += y * b[2];
      acc7 += y * b[3];
    }
    workgroupBarrier();
  }
  let row = first + oct * 8u;
  let to = (head / p.heads) * p.T * p.ld_out + (head % p.heads) * p.d + c;
  l0 = max(l0, vec4<f32>(LEAST));
  l1 = max(l1, vec4<f32>(LEAST));
  store(row, to, mat4x4<f32>(acc0, acc1, acc2, acc3), 1.0 / l0);
  store(row + 4u, to, mat4x4<f32>(acc4, acc5, acc6, acc7), 1.0 / l1);
  if (c == 0u) {
    keep_lse(row, head * p.T + row, m0 + log(l0));
    keep_lse(row + 4u, head * p.T + row + 4u, m1 + log(l1));
  }
}

fn load_q(mine: vec4<u32>, e: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(wide(q[mine.x + e])); }
  return mat4x4<f32>(wide(q[mine.x + e]), wide(q[mine.y + e]), wide(q[mine.z + e]), wide(q[mine.w + e]));
}

fn load_strip(mine: vec4<u32>, at: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(strip[at + mine.x]); }
  return mat4x4<f32>(strip[at], strip[at + 1u], strip[at + 2u], strip[at + 3u]);
}

fn score(dots: vec4<f32>, image: u32, row: u32, key: u32) -> vec4<f32> {
  var s = dots * p.scale;
  if (CAUSAL) { s = select(s, vec4<f32>(HIDDEN), vec4<u32>(key) > row + FOUR); }
  if (!MASKED) { return s; }
  let last = vec4<u32>(p.T - 1u);
  return select(s, vec4<f32>(HIDDEN), masked(image + min(row + FOUR, last), image + min(vec4<u32>(key), last)));
}

// Scores of four keys.
fn keep(to: u32, dots: mat4x4<f32>, image: u32, row: u32, key: u32) {
  strip[to] = score(dots[0], image, row, key);
  strip[to + 1u] = score(dots[1], image, row, key + 1u);
  strip[to + 2u] = score(dots[2], image, row, key + 2u);
  strip[to + 3u] = score(dots[3], image, row, key + 3u);
}

fn keep_lse(row: u32, at: u32, four: vec4<f32>) {
  if (row < p.T) { lse[at] = four.x; }
  if (row + 1u < p.T) { lse[at + 1u] = four.y; }
  if (row + 2u < p.T) { lse[at + 2u] = four.z; }
  if (row + 3u < p.T) { lse[at + 3u] = four.w; }
}

fn weigh(s: vec4<f32>, top: vec4<f32>) -> vec4<f32> {
  return select(exp(max(s - top, vec4<f32>(-40.0))), vec4<f32>(), s <= vec4<f32>(HIDDEN));
}

fn store(row: u32, to: u32, acc: mat4x4<f32>, inverse: vec4<f32>) {
  let at = to + row * p.ld_out;
  if (row < p.T) { out[at] = narrow(acc[0] * inverse.x); }
  if (row + 1u < p.T) { out[at + p.ld_out] = narrow(acc[1] * inverse.y); }
  if (row + 2u < p.T) { out[at + 2u * p.ld_out] = narrow(acc[2] * inverse.z); }
  if (row + 3u < p.T) { out[at + 3u * p.ld_out] = narrow(acc[3] * inverse.w); }
}
