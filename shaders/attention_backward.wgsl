// With P = exp(scale * q k^T - lse) recomputed and dS = P * (dout v^T - delta):
// KV false: dq = scale * dS k.  KV true: dk = scale * dS^T q and dv = P^T dout.
//
// Both sides are one loop with the names exchanged: `mine` is the side this dispatch makes gradients of (queries, or
// keys), `other` the side it sums over; a_* are q or k, b_* are dout or v. One workgroup owns 4 * QUADS tokens of its
// side of one head and walks over the other side in tiles of KEYS: an invocation makes dS (and P) of 4 x 4 tokens in
// registers, kept in workgroup memory as one vec4 (four of mine) per other; then an invocation owns 4 tokens x one lane
// of channels of the result, in registers over all tiles. No atomics, a fixed order, no T x T scratch in storage.
// Workgroup: WG = QUADS * d invocations, two barriers a tile.
// Source: FlashAttention-2 (arXiv 2307.08691), algorithm 2, split by rows and columns.
override WG: u32 = 64u;
override QUADS: u32 = 4u;
override KEYS: u32 = 64u;   // tokens of the other side in a tile, a multiple of four
override STRIP: u32 = 256u; // QUADS * KEYS
override CAUSAL: bool = false;
override KV: bool = false;
struct Params { T: u32, heads: u32, d: u32, ld: u32, scale: f32 } // d and ld in lanes
@group(0) @binding(0) var<storage, read> a_mine: array<lanes>;     // q, or k: (B, T, heads * D)
@group(0) @binding(1) var<storage, read> a_other: array<lanes>;    // k, or q
@group(0) @binding(2) var<storage, read> b_mine: array<lanes>;     // dout, or v
@group(0) @binding(3) var<storage, read> b_other: array<lanes>;    // v, or dout
@group(0) @binding(4) var<storage, read> lse: array<f32>;          // (B, heads, T), by query
@group(0) @binding(5) var<storage, read> delta: array<f32>;        // (B, heads, T), by query
@group(0) @binding(6) var<storage, read_write> da: array<lanes>;   // dq, or dk
@group(0) @binding(7) var<storage, read_write> db: array<lanes>;   // unused, or dv
@group(0) @binding(8) var<uniform> p: Params;

var<workgroup> grads: array<vec4<f32>, STRIP>; // (QUADS, KEYS): scale * dS
var<workgroup> probs: array<vec4<f32>, STRIP>; // (QUADS, KEYS): P, where KV

const FOUR = vec4<u32>(0u, 1u, 2u, 3u);

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let head = wid.y; // b * heads + h
  let base = (head / p.heads) * p.T * p.ld + (head % p.heads) * p.d;
  let rows = head * p.T;
  let first = wid.x * QUADS * 4u;
  let last = p.T - 1u;
  let quad = lane / p.d;
  let c = lane % p.d;
  var da0 = lanes();
  var da1 = lanes();
  var da2 = lanes();
  var da3 = lanes();
  var db0 = lanes();
  var db1 = lanes();
  var db2 = lanes();
  var db3 = lanes();
  for (var start = 0u; start < p.T; start += KEYS) {
    let others = min(KEYS, p.T - start);
    let across = (others + 3u) / 4u;
    for (var i = lane; i < QUADS * across; i += WG) {
      let mine = min(first + (i / across) * 4u + FOUR, vec4<u32>(last)); // beyond the edge the last, not stored
      let other = min(start + (i % across) * 4u + FOUR, vec4<u32>(last));
      let m = base + mine * p.ld;
      let o = base + other * p.ld;
      var s0 = vec4<f32>();
      var s1 = vec4<f32>();
      var s2 = vec4<f32>();
      var s3 = vec4<f32>();
      for (var e = 0u; e < p.d; e++) {
        let x0 = a_mine[m.x + e];
        let x1 = a_mine[m.y + e];
        let x2 = a_mine[m.z + e];
        let x3 = a_mine[m.w + e];
        { let y = a_other[o.x + e]; s0 += vec4<f32>(dot_lanes(x0, y), dot_lanes(x1, y), dot_lanes(x2, y), dot_lanes(x3, y)); }
        { let y = a_other[o.y + e]; s1 += vec4<f32>(dot_lanes(x0, y), dot_lanes(x1, y), dot_lanes(x2, y), dot_lanes(x3, y)); }
        { let y = a_other[o.z + e]; s2 += vec4<f32>(dot_lanes(x0, y), dot_lanes(x1, y), dot_lanes(x2, y), dot_lanes(x3, y)); }
        { let y = a_other[o.w + e]; s3 += vec4<f32>(dot_lanes(x0, y), dot_lanes(x1, y), dot_lanes(x2, y), dot_lanes(x3, y)); }
      }
      var d0 = vec4<f32>();
      var d1 = vec4<f32>();
      var d2 = vec4<f32>();
      var d3 = vec4<f32>();
      for (var e = 0u; e < p.d; e++) {
        let x0 = b_mine[m.x + e];
        let x1 = b_mine[m.y + e];
        let x2 = b_mine[m.z + e];
        let x3 = b_mine[m.w + e];
        { let y = b_other[o.x + e]; d0 += vec4<f32>(dot_lanes(x0, y), dot_lanes(x1, y), dot_lanes(x2, y), dot_lanes(x3, y)); }
        { let y = b_other[o.y + e]; d1 += vec4<f32>(dot_lanes(x0, y), dot_lanes(x1, y), dot_lanes(x2, y), dot_lanes(x3, y)); }
        { let y = b_other[o.z + e]; d2 += vec4<f32>(dot_lanes(x0, y), dot_lanes(x1, y), dot_lanes(x2, y), dot_lanes(x3, y)); }
        { let y = b_other[o.w + e]; d3 += vec4<f32>(dot_lanes(x0, y), dot_lanes(x1, y), dot_lanes(x2, y), dot_lanes(x3, y)); }
      }
      let at = (i / across) * KEYS + (i % across) * 4u;
      keep(at, s0, d0, rows, mine, other.x);
      keep(at + 1u, s1, d1, rows, mine, other.y);
      keep(at + 2u, s2, d2, rows, mine, other.z);
      keep(at + 3u, s3, d3, rows, mine, other.w);
    }
    workgroupBarrier();
    var oi = base + start * p.ld + c;
    var at = quad * KEYS;
    for (var n = 0u; n < others; n++) {
      let g = grads[at];
      let x = a_other[oi];
      da0 += g.x * x;
      da1 += g.y * x;
      da2 += g.z * x;
      da3 += g.w * x;
      if (KV) {
        let w = probs[at];
        let y = b_other[oi];
        db0 += w.x * y;
        db1 += w.y * y;
        db2 += w.z * y;
        db3 += w.w * y;
      }
      oi += p.ld;
      at++;
    }
    workgroupBarrier();
  }
  let row = first + quad * 4u;
  store(row, base, c, da0, db0);
  store(row + 1u, base, c, da1, db1);
  store(row + 2u, base, c, da2, db2);
  store(row + 3u, base, c, da3, db3);
}

// From four dot products of `mine` with one token of the other side: P and scale * dS.
fn keep(at: u32, s: vec4<f32>, d: vec4<f32>, rows: u32, mine: vec4<u32>, other: u32) {
  var l = vec4<f32>(lse[rows + other]);
  var mean = vec4<f32>(delta[rows + other]);
  if (!KV) {
    l = vec4<f32>(lse[rows + mine.x], lse[rows + mine.y], lse[rows + mine.z], lse[rows + mine.w]);
    mean = vec4<f32>(delta[rows + mine.x], delta[rows + mine.y], delta[rows + mine.z], delta[rows + mine.w]);
  }
  var prob = exp(clamp(s * p.scale - l, vec4<f32>(-80.0), vec4<f32>(80.0)));
  if (CAUSAL) {
    let theirs = vec4<u32>(other);
    if (KV) { prob = select(prob, vec4<f32>(), mine > theirs); } else { prob = select(prob, vec4<f32>(), theirs > mine); }
  }
  grads[at] = prob * (d - mean) * p.scale;
  if (KV) { probs[at] = prob; }
}

fn store(row: u32, base: u32, c: u32, a: lanes, b: lanes) {
  if (row >= p.T) { return; }
  let at = base + row * p.ld + c;
  da[at] = a;
  if (KV) { db[at] = b; }
}
