// With P = exp(scale * q k^T - lse), zero where hidden (CAUSAL, lib/mask.wgsl), recomputed and dS = P * (dout v^T - delta):
// KV false: dq = scale * dS k.  KV true: dk = scale * dS^T q and dv = P^T dout.
//
// Both are one loop with the names exchanged: `mine` is the side this dispatch makes gradients of (queries, or keys),
// `other` the side it sums over; a_* are q or k, b_* are dout or v. One workgroup owns 8 * OCTS tokens of its side of
// one head and walks over the other side in tiles of KEYS: an invocation makes dS (and P) of 8 x 4 tokens in registers,
// kept in workgroup memory as two vec4 (four of mine each) per other; then an invocation owns 8 tokens x one lane of
// channels of the result, in registers over all tiles. No atomics, a fixed order, no T x T scratch in storage.
// Workgroup: WG = OCTS * d invocations, two barriers a tile. Neighbours share loads: lib/share.*.wgsl.
// Source: FlashAttention-2 (arXiv 2307.08691), algorithm 2, split by rows and columns.
override WG: u32 = 64u;
override OCTS: u32 = 4u;
override KEYS: u32 = 64u;   // tokens of the other side in a tile, a multiple of four
override STRIP: u32 = 512u; // OCTS * 2 * KEYS
override CAUSAL: bool = false;
override KV: bool = false;
override PACKED: bool = false; // db are columns of the buffer of da, which cannot be bound twice
// In lanes: d; ld, a row of q, k, v and their gradients; ld_out, a row of dout; and the column where each begins. A dispatch
// owns heads from `first` on (ops/cut.ts).
struct Params {
  T: u32, heads: u32, d: u32, ld: u32, ld_out: u32,
  a_mine_at: u32, a_other_at: u32, b_mine_at: u32, b_other_at: u32, da_at: u32, db_at: u32,
  scale: f32,
  first: u32,
}
@group(0) @binding(0) var<storage, read> a_mine: array<lanes>;     // q, or k: (B, T, heads * D), rows apart and from columns on as in Params
@group(0) @binding(1) var<storage, read> a_other: array<lanes>;    // k, or q
@group(0) @binding(2) var<storage, read> b_mine: array<lanes>;     // dout, or v
@group(0) @binding(3) var<storage, read> b_other: array<lanes>;    // v, or dout
@group(0) @binding(4) var<storage, read> stats: array<vec2<f32>>;  // (B, heads, T): lse and delta, by query
@group(0) @binding(5) var<storage, read> mask: array<u32>;         // (B, T); not read unless MASKED
@group(0) @binding(6) var<storage, read_write> da: array<lanes>;   // dq, or dk
@group(0) @binding(7) var<storage, read_write> db: array<lanes>;   // unused where not KV or PACKED, or dv
@group(0) @binding(8) var<uniform> p: Params;

var<workgroup> grads: array<vec4<f32>, STRIP>; // (OCTS, 2, KEYS): scale * dS
var<workgroup> probs: array<vec4<f32>, STRIP>; // (OCTS, 2, KEYS): P, where KV

const FOUR = vec4<u32>(0u, 1u, 2u, 3u);

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let head = p.first + wid.y; // b * heads + h
  let column = (head % p.heads) * p.d;
  let base = (head / p.heads) * p.T * p.ld + column;
  let base_out = (head / p.heads) * p.T * p.ld_out + column;
  let a_mine_base = p.a_mine_at + base;
  let a_other_base = p.a_other_at + base;
  let b_mine_base = p.b_mine_at + select(base_out, base, KV);
  let b_other_base = p.b_other_at + select(base, base_out, KV);
  let b_mine_ld = select(p.ld_out, p.ld, KV);
  let b_other_ld = select(p.ld, p.ld_out, KV);
  let rows = head * p.T;
  let first = wid.x * OCTS * 8u;
  let last = vec4<u32>(p.T - 1u);
  let oct = lane / p.d;
  let c = lane % p.d;
  var da0 = vec4<f32>();
  var da1 = vec4<f32>();
  var da2 = vec4<f32>();
  var da3 = vec4<f32>();
  var da4 = vec4<f32>();
  var da5 = vec4<f32>();
  var da6 = vec4<f32>();
  var da7 = vec4<f32>();
  var db0 = vec4<f32>();
  var db1 = vec4<f32>();
  var db2 = vec4<f32>();
  var db3 = vec4<f32>();
  var db4 = vec4<f32>();
  var db5 = vec4<f32>();
  var db6 = vec4<f32>();
  var db7 = vec4<f32>();
  for (var start = 0u; start < p.T; start += KEYS) {
    let others = min(KEYS, p.T - start);
    let across = select((others + 3u) / 4u, (others + 15u) / 16u * 4u, SHARED);
    for (var i = lane; i < OCTS * across; i += WG) {
      let key = (i % across) * 4u;
      if (together(i % across) * 4u >= others) { continue; }
      let row = first + (i / across) * 8u;
      let m0 = min(row + FOUR, last); // beyond the edge the last, not stored
      let m1 = min(row + 4u + FOUR, last);
      let others4 = min(start + key + FOUR, last);
      let a_mine0 = own(a_mine_base + m0 * p.ld, lane);
      let a_mine1 = own(a_mine_base + m1 * p.ld, lane);
      let a_at = a_other_base + others4 * p.ld;
      var s = mat4x4<f32>(); // four others of mine 0 to 3
      var t = mat4x4<f32>(); // four others of mine 4 to 7
      for (var e = 0u; e < p.d; e++) {
        let a = load_a(a_mine0, e);
        let b = load_a(a_mine1, e);
        let y = mat4x4<f32>(wide(a_other[a_at.x + e]), wide(a_other[a_at.y + e]), wide(a_other[a_at.z + e]), wide(a_other[a_at.w + e]));
        s += mat4x4<f32>(y[0] * a, y[1] * a, y[2] * a, y[3] * a);
        t += mat4x4<f32>(y[0] * b, y[1] * b, y[2] * b, y[3] * b);
      }
      let b_mine0 = own(b_mine_base + m0 * b_mine_ld, lane);
      let b_mine1 = own(b_mine_base + m1 * b_mine_ld, lane);
      let b_at = b_other_base + others4 * b_other_ld;
      var f = mat4x4<f32>();
      var g = mat4x4<f32>();
      for (var e = 0u; e < p.d; e++) {
        let a = load_b(b_mine0, e);
        let b = load_b(b_mine1, e);
        let y = mat4x4<f32>(wide(b_other[b_at.x + e]), wide(b_other[b_at.y + e]), wide(b_other[b_at.z + e]), wide(b_other[b_at.w + e]));
        f += mat4x4<f32>(y[0] * a, y[1] * a, y[2] * a, y[3] * a);
        g += mat4x4<f32>(y[0] * b, y[1] * b, y[2] * b, y[3] * b);
      }
      let to = (i / across) * 2u * KEYS + key;
      if (key < KEYS) {
        keep(to, s[0], f[0], rows, m0, start + key);
        keep(to + 1u, s[1], f[1], rows, m0, start + key + 1u);
        keep(to + 2u, s[2], f[2], rows, m0, start + key + 2u);
        keep(to + 3u, s[3], f[3], rows, m0, start + key + 3u);
        keep(to + KEYS, t[0], g[0], rows, m1, start + key);
        keep(to + KEYS + 1u, t[1], g[1], rows, m1, start + key + 1u);
        keep(to + KEYS + 2u, t[2], g[2], rows, m1, start + key + 2u);
        keep(to + KEYS + 3u, t[3], g[3], rows, m1, start + key + 3u);
      }
    }
    workgroupBarrier();
    let from_strip = own(FOUR, lane);
    let mine = oct * 2u * KEYS;
    for (var key = 0u; key < others; key += 4u) {
      let others4 = min(start + key + FOUR, last);
      {
        let at = a_other_base + others4 * p.ld + c;
        let y = mat4x4<f32>(wide(a_other[at.x]), wide(a_other[at.y]), wide(a_other[at.z]), wide(a_other[at.w]));
        let a = transpose(load_grads(from_strip, mine + key));
        let b = transpose(load_grads(from_strip, mine + KEYS + key));
        da0 += y * a[0];
        da1 += y * a[1];
        da2 += y * a[2];
        da3 += y * a[3];
        da4 += y * b[0];
        da5 += y * b[1];
        da6 += y * b[2];
        da7 += y * b[3];
      }
      if (KV) {
        let at = b_other_base + others4 * b_other_ld + c;
        let y = mat4x4<f32>(wide(b_other[at.x]), wide(b_other[at.y]), wide(b_other[at.z]), wide(b_other[at.w]));
        let a = transpose(load_probs(from_strip, mine + key));
        let b = transpose(load_probs(from_strip, mine + KEYS + key));
        db0 += y * a[0];
        db1 += y * a[1];
        db2 += y * a[2];
        db3 += y * a[3];
        db4 += y * b[0];
        db5 += y * b[1];
        db6 += y * b[2];
        db7 += y * b[3];
      }
    }
    workgroupBarrier();
  }
  let row = first + oct * 8u;
  store(row, base + c, mat4x4<f32>(da0, da1, da2, da3), mat4x4<f32>(db0, db1, db2, db3));
  store(row + 4u, base + c, mat4x4<f32>(da4, da5, da6, da7), mat4x4<f32>(db4, db5, db6, db7));
}

// From dot products of four of mine with one token of the other side: P and scale * dS. Zero beyond the edge.
fn keep(at: u32, s: vec4<f32>, d: vec4<f32>, rows: u32, mine: vec4<u32>, other: u32) {
  let o = rows + min(other, p.T - 1u);
  var l = vec4<f32>(stats[o].x);
  var mean = vec4<f32>(stats[o].y);
  if (!KV) {
    l = vec4<f32>(stats[rows + mine.x].x, stats[rows + mine.y].x, stats[rows + mine.z].x, stats[rows + mine.w].x);
    mean = vec4<f32>(stats[rows + mine.x].y, stats[rows + mine.y].y, stats[rows + mine.z].y, stats[rows + mine.w].y);
  }
  var hidden = vec4<bool>(other >= p.T);
  if (CAUSAL) {
    if (KV) { hidden = hidden | (mine > vec4<u32>(other)); } else { hidden = hidden | (vec4<u32>(other) > mine); }
  }
  if (MASKED) {
    let image = rows / p.T / p.heads * p.T;
    let there = vec4<u32>(image + min(other, p.T - 1u));
    if (KV) { hidden = hidden | masked(there, image + mine); } else { hidden = hidden | masked(image + mine, there); }
  }
  let prob = select(exp(clamp(s * p.scale - l, vec4<f32>(-40.0), vec4<f32>(40.0))), vec4<f32>(), hidden);
  grads[at] = prob * (d - mean) * p.scale;
  if (KV) { probs[at] = prob; }
}

fn load_a(mine: vec4<u32>, e: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(wide(a_mine[mine.x + e])); }
  return mat4x4<f32>(wide(a_mine[mine.x + e]), wide(a_mine[mine.y + e]), wide(a_mine[mine.z + e]), wide(a_mine[mine.w + e]));
}

fn load_b(mine: vec4<u32>, e: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(wide(b_mine[mine.x + e])); }
  return mat4x4<f32>(wide(b_mine[mine.x + e]), wide(b_mine[mine.y + e]), wide(b_mine[mine.z + e]), wide(b_mine[mine.w + e]));
}

fn load_grads(mine: vec4<u32>, at: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(grads[at + mine.x]); }
  return mat4x4<f32>(grads[at], grads[at + 1u], grads[at + 2u], grads[at + 3u]);
}

fn load_probs(mine: vec4<u32>, at: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(probs[at + mine.x]); }
  return mat4x4<f32>(probs[at], probs[at + 1u], probs[at + 2u], probs[at + 3u]);
}

fn store(row: u32, to: u32, a: mat4x4<f32>, b: mat4x4<f32>) {
  let at = to + row * p.ld;
  if (row < p.T) { put(at, a[0], b[0]); }
  if (row + 1u < p.T) { put(at + p.ld, a[1], b[1]); }
  if (row + 2u < p.T) { put(at + 2u * p.ld, a[2], b[2]); }
  if (row + 3u < p.T) { put(at + 3u * p.ld, a[3], b[3]); }
}

fn put(at: u32, a: vec4<f32>, b: vec4<f32>) {
  da[p.da_at + at] = narrow(a);
  if (!KV) { return; }
  if (PACKED) { da[p.db_at + at] = narrow(b); } else { db[p.db_at + at] = narrow(b); }
}
