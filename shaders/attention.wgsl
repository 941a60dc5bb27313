// out = softmax(scale * q k^T [causal]) v for each batch and head; keeps lse = max + log(sum) per row.
//
// One workgroup owns 4 * QUADS query rows of one head and walks over the keys in tiles of KEYS. Per tile: an invocation
// makes scores of 4 rows x 4 keys in registers; they lie in workgroup memory as one vec4 (the four rows) per key; then
// an invocation owns 4 rows x one lane of channels of the result, in registers over all tiles. Running maximum and sum
// as in FlashAttention-2, so any T works, and up to some hundred tokens there is one tile only.
// Workgroup: WG = QUADS * d invocations, four barriers a tile (they are what software adapters pay for).
// Source: FlashAttention-2 (arXiv 2307.08691), algorithm 1; score strips on chip as in NVIDIA's fmha v2.
override WG: u32 = 64u;
override QUADS: u32 = 4u;
override KEYS: u32 = 64u;   // a multiple of four
override STRIP: u32 = 256u; // QUADS * KEYS
override CAUSAL: bool = false;
struct Params { T: u32, heads: u32, d: u32, ld: u32, scale: f32 } // d and ld in lanes
@group(0) @binding(0) var<storage, read> q: array<lanes>;            // (B, T, heads * D)
@group(0) @binding(1) var<storage, read> k: array<lanes>;            // (B, T, heads * D)
@group(0) @binding(2) var<storage, read> v: array<lanes>;            // (B, T, heads * D)
@group(0) @binding(3) var<storage, read_write> out: array<lanes>;    // (B, T, heads * D)
@group(0) @binding(4) var<storage, read_write> lse: array<f32>;      // (B, heads, T)
@group(0) @binding(5) var<uniform> p: Params;

var<workgroup> strip: array<vec4<f32>, STRIP>; // (QUADS, KEYS): scores, then probabilities before division
var<workgroup> largest: array<vec4<f32>, WG>;
var<workgroup> sums: array<vec4<f32>, WG>;

// Four scores of a key, those that no row may see marked so that they become exactly zero.
const HIDDEN = -1e30;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let head = wid.y; // b * heads + h
  let base = (head / p.heads) * p.T * p.ld + (head % p.heads) * p.d;
  let first = wid.x * QUADS * 4u;
  let last = p.T - 1u;
  let quad = lane / p.d;
  let c = lane % p.d;
  var m = vec4<f32>(HIDDEN);
  var l = vec4<f32>();
  var acc0 = lanes();
  var acc1 = lanes();
  var acc2 = lanes();
  var acc3 = lanes();
  for (var start = 0u; start < p.T; start += KEYS) {
    let keys = min(KEYS, p.T - start);
    let across = (keys + 3u) / 4u;
    for (var i = lane; i < QUADS * across; i += WG) {
      let row = first + (i / across) * 4u;
      let key = (i % across) * 4u;
      // Rows and keys beyond the edge repeat the last; they are not used.
      var q0 = base + min(row, last) * p.ld;
      var q1 = base + min(row + 1u, last) * p.ld;
      var q2 = base + min(row + 2u, last) * p.ld;
      var q3 = base + min(row + 3u, last) * p.ld;
      var k0 = base + (start + key) * p.ld;
      var k1 = base + min(start + key + 1u, last) * p.ld;
      var k2 = base + min(start + key + 2u, last) * p.ld;
      var k3 = base + min(start + key + 3u, last) * p.ld;
      var s0 = vec4<f32>();
      var s1 = vec4<f32>();
      var s2 = vec4<f32>();
      var s3 = vec4<f32>();
      for (var e = 0u; e < p.d; e++) {
        let a0 = q[q0 + e];
        let a1 = q[q1 + e];
        let a2 = q[q2 + e];
        let a3 = q[q3 + e];
        { let b = k[k0 + e]; s0 += vec4<f32>(dot_lanes(a0, b), dot_lanes(a1, b), dot_lanes(a2, b), dot_lanes(a3, b)); }
        { let b = k[k1 + e]; s1 += vec4<f32>(dot_lanes(a0, b), dot_lanes(a1, b), dot_lanes(a2, b), dot_lanes(a3, b)); }
        { let b = k[k2 + e]; s2 += vec4<f32>(dot_lanes(a0, b), dot_lanes(a1, b), dot_lanes(a2, b), dot_lanes(a3, b)); }
        { let b = k[k3 + e]; s3 += vec4<f32>(dot_lanes(a0, b), dot_lanes(a1, b), dot_lanes(a2, b), dot_lanes(a3, b)); }
      }
      // KEYS is a multiple of four: what lies beyond `keys` has room, and nobody reads it.
      let at = (i / across) * KEYS + key;
      strip[at] = score(s0, row, start + key);
      strip[at + 1u] = score(s1, row, start + key + 1u);
      strip[at + 2u] = score(s2, row, start + key + 2u);
      strip[at + 3u] = score(s3, row, start + key + 3u);
    }
    workgroupBarrier();
    let mine = quad * KEYS;
    var top = m;
    for (var key = c; key < keys; key += p.d) { top = max(top, strip[mine + key]); }
    largest[lane] = top;
    workgroupBarrier();
    for (var i = quad * p.d; i < (quad + 1u) * p.d; i++) { top = max(top, largest[i]); }
    var sum = vec4<f32>();
    for (var key = c; key < keys; key += p.d) {
      let s = strip[mine + key];
      let e = select(exp(max(s - top, vec4<f32>(-80.0))), vec4<f32>(), s <= vec4<f32>(HIDDEN));
      strip[mine + key] = e;
      sum += e;
    }
    sums[lane] = sum;
    workgroupBarrier();
    let shrink = exp(max(m - top, vec4<f32>(-80.0)));
    m = top;
    l *= shrink;
    for (var i = quad * p.d; i < (quad + 1u) * p.d; i++) { l += sums[i]; }
    acc0 *= shrink.x;
    acc1 *= shrink.y;
    acc2 *= shrink.z;
    acc3 *= shrink.w;
    var vi = base + start * p.ld + c;
    for (var key = 0u; key < keys; key++) {
      let e = strip[mine + key];
      let b = v[vi];
      acc0 += e.x * b;
      acc1 += e.y * b;
      acc2 += e.z * b;
      acc3 += e.w * b;
      vi += p.ld;
    }
    workgroupBarrier();
  }
  let row = first + quad * 4u;
  let inverse = 1.0 / l;
  let at = base + row * p.ld + c;
  if (row < p.T) { out[at] = acc0 * inverse.x; }
  if (row + 1u < p.T) { out[at + p.ld] = acc1 * inverse.y; }
  if (row + 2u < p.T) { out[at + 2u * p.ld] = acc2 * inverse.z; }
  if (row + 3u < p.T) { out[at + 3u * p.ld] = acc3 * inverse.w; }
  if (c == 0u) {
    let kept = m + log(l);
    for (var i = 0u; i < 4u; i++) {
      if (row + i < p.T) { lse[head * p.T + row + i] = kept[i]; }
    }
  }
}

fn score(dots: vec4<f32>, row: u32, key: u32) -> vec4<f32> {
  let s = dots * p.scale;
  if (!CAUSAL) { return s; }
  return select(s, vec4<f32>(HIDDEN), vec4<u32>(key) > row + vec4<u32>(0u, 1u, 2u, 3u));
}
