// With P = exp(scale * q k^T - lse) recomputed and dS = P * (dout v^T - delta), of queries that share heads of keys and values:
// KV false: dq = scale * dS k.  KV true: dk = scale * dS^T q and dv = P^T dout, summed over the query heads of the group.
//
// Both are one loop with the names exchanged: `mine` is the side this dispatch makes gradients of (queries, or keys), `other` the side it
// sums over; a_* are q or k, b_* are dout or v. One workgroup owns 8 * OCTS tokens of its side of one head and walks over the tokens of the
// other side that any of them sees or is seen by (spans.wgsl), in tiles of KEYS: an invocation makes dS (and P) of 8 x 4 tokens in
// registers, kept in workgroup memory as two vec4 (four of mine each) per other; then an invocation owns 8 tokens x one lane of channels
// of the result, in registers over all tiles and heads. Workgroup: WG = OCTS * d invocations, two barriers a tile. No atomics.
// Source: FlashAttention-2 (arXiv 2307.08691), algorithm 2, split by rows and columns; grouped queries (arXiv 2305.13245).
override WG: u32 = 64u;
override OCTS: u32 = 4u;
override KEYS: u32 = 64u;   // tokens of the other side in a tile, a multiple of four
override STRIP: u32 = 512u; // OCTS * 2 * KEYS
override KV: bool = false;
override PACKED: bool = false; // db are columns of the buffer of da, which cannot be bound twice
// In lanes: d; rows of q, of k and v, and of dout; and the column where each begins. A dispatch owns heads of its side from
// `first` and blocks of tokens from `block` on (ops/cut.ts).
struct Params {
  T: u32, heads: u32, group: u32, d: u32, ld_q: u32, ld_kv: u32, ld_out: u32,
  a_mine_at: u32, a_other_at: u32, b_mine_at: u32, b_other_at: u32, da_at: u32, db_at: u32,
  scale: f32,
  first: u32, block: u32,
}
@group(0) @binding(0) var<storage, read> a_mine: array<lanes>;     // q, or k: rows apart and from columns on as in Params
@group(0) @binding(1) var<storage, read> a_other: array<lanes>;    // k, or q
@group(0) @binding(2) var<storage, read> b_mine: array<lanes>;     // dout, or v
@group(0) @binding(3) var<storage, read> b_other: array<lanes>;    // v, or dout
@group(0) @binding(4) var<storage, read> stats: array<vec2<f32>>;  // (B, heads, T): lse and delta, by query
@group(0) @binding(5) var<storage, read> spans: array<u32>;        // (B, T, 3): from, until, document
@group(0) @binding(6) var<storage, read_write> da: array<lanes>;   // dq, or dk
@group(0) @binding(7) var<storage, read_write> db: array<lanes>;   // unused where not KV or PACKED, or dv
@group(0) @binding(8) var<uniform> p: Params;

var<workgroup> grads: array<vec4<f32>, STRIP>; // (OCTS, 2, KEYS): scale * dS
var<workgroup> probs: array<vec4<f32>, STRIP>; // (OCTS, 2, KEYS): P, where KV

const FOUR = vec4<u32>(0u, 1u, 2u, 3u);

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let own_heads = select(p.heads, p.heads / p.group, KV);
  let place = p.first + wid.y;
  let image = place / own_heads * p.T; // row of the batch where its first token is
  let own = place % own_heads;
  let a_mine_ld = select(p.ld_q, p.ld_kv, KV);
  let a_other_ld = select(p.ld_kv, p.ld_q, KV);
  let b_mine_ld = select(p.ld_out, p.ld_kv, KV);
  let b_other_ld = select(p.ld_kv, p.ld_out, KV);
  let first = (p.block + wid.x) * OCTS * 8u;
  let last = vec4<u32>(p.T - 1u);
  let beyond = min(first + OCTS * 8u, p.T);
  // The tokens of the other side that matter: from the first that a row sees to itself, or from a key to the last row that sees it.
  var begin = select(beyond, first, KV);
  var end = select(beyond, first, KV);
  for (var t = first; t < beyond; t++) {
    if (KV) { end = max(end, spans[3u * (image + t) + 1u]); } else { begin = min(begin, spans[3u * (image + t)]); }
  }
  let oct = lane / p.d;
  let c = lane % p.d;
  var da0 = vec4<f32>(); var da1 = vec4<f32>(); var da2 = vec4<f32>(); var da3 = vec4<f32>();
  var da4 = vec4<f32>(); var da5 = vec4<f32>(); var da6 = vec4<f32>(); var da7 = vec4<f32>();
  var db0 = vec4<f32>(); var db1 = vec4<f32>(); var db2 = vec4<f32>(); var db3 = vec4<f32>();
  var db4 = vec4<f32>(); var db5 = vec4<f32>(); var db6 = vec4<f32>(); var db7 = vec4<f32>();
  for (var g = 0u; g < select(1u, p.group, KV); g++) {
    let head = select(own, own * p.group + g, KV); // of the queries
    let other_head = select(own / p.group, head, KV);
    let rows = (image / p.T * p.heads + head) * p.T;
    let a_mine_base = p.a_mine_at + image * a_mine_ld + own * p.d;
    let b_mine_base = p.b_mine_at + image * b_mine_ld + own * p.d;
    let a_other_base = p.a_other_at + image * a_other_ld + other_head * p.d;
    let b_other_base = p.b_other_at + image * b_other_ld + other_head * p.d;
    for (var start = begin / 4u * 4u; start < end; start += KEYS) {
      let others = min(KEYS, end - start);
      let across = (others + 3u) / 4u;
      for (var i = lane; i < OCTS * across; i += WG) {
        let key = i % across * 4u;
        let row = first + i / across * 8u;
        let m0 = min(row + FOUR, last); // beyond the edge the last, not stored
        let m1 = min(row + 4u + FOUR, last);
        let others4 = min(start + key + FOUR, last);
        let a0 = a_mine_base + m0 * a_mine_ld;
        let a1 = a_mine_base + m1 * a_mine_ld;
        let a_at = a_other_base + others4 * a_other_ld;
        var s = mat4x4<f32>(); // four others of mine 0 to 3
        var t = mat4x4<f32>(); // four others of mine 4 to 7
        for (var e = 0u; e < p.d; e++) {
          let a = mat4x4<f32>(wide(a_mine[a0.x + e]), wide(a_mine[a0.y + e]), wide(a_mine[a0.z + e]), wide(a_mine[a0.w + e]));
          let b = mat4x4<f32>(wide(a_mine[a1.x + e]), wide(a_mine[a1.y + e]), wide(a_mine[a1.z + e]), wide(a_mine[a1.w + e]));
          let y = mat4x4<f32>(wide(a_other[a_at.x + e]), wide(a_other[a_at.y + e]), wide(a_other[a_at.z + e]), wide(a_other[a_at.w + e]));
          s += mat4x4<f32>(y[0] * a, y[1] * a, y[2] * a, y[3] * a);
          t += mat4x4<f32>(y[0] * b, y[1] * b, y[2] * b, y[3] * b);
        }
        let b0 = b_mine_base + m0 * b_mine_ld;
        let b1 = b_mine_base + m1 * b_mine_ld;
        let b_at = b_other_base + others4 * b_other_ld;
        var f = mat4x4<f32>();
        var h = mat4x4<f32>();
        for (var e = 0u; e < p.d; e++) {
          let a = mat4x4<f32>(wide(b_mine[b0.x + e]), wide(b_mine[b0.y + e]), wide(b_mine[b0.z + e]), wide(b_mine[b0.w + e]));
          let b = mat4x4<f32>(wide(b_mine[b1.x + e]), wide(b_mine[b1.y + e]), wide(b_mine[b1.z + e]), wide(b_mine[b1.w + e]));
          let y = mat4x4<f32>(wide(b_other[b_at.x + e]), wide(b_other[b_at.y + e]), wide(b_other[b_at.z + e]), wide(b_other[b_at.w + e]));
          f += mat4x4<f32>(y[0] * a, y[1] * a, y[2] * a, y[3] * a);
          h += mat4x4<f32>(y[0] * b, y[1] * b, y[2] * b, y[3] * b);
        }
        let to = i / across * 2u * KEYS + key;
        keep(to, s[0], f[0], image, rows, m0, start + key);
        keep(to + 1u, s[1], f[1], image, rows, m0, start + key + 1u);
        keep(to + 2u, s[2], f[2], image, rows, m0, start + key + 2u);
        keep(to + 3u, s[3], f[3], image, rows, m0, start + key + 3u);
        keep(to + KEYS, t[0], h[0], image, rows, m1, start + key);
        keep(to + KEYS + 1u, t[1], h[1], image, rows, m1, start + key + 1u);
        keep(to + KEYS + 2u, t[2], h[2], image, rows, m1, start + key + 2u);
        keep(to + KEYS + 3u, t[3], h[3], image, rows, m1, start + key + 3u);
      }
      workgroupBarrier();
      let mine = oct * 2u * KEYS;
      for (var key = 0u; key < others; key++) {
        {
          let y = wide(a_other[a_other_base + (start + key) * a_other_ld + c]);
          let a = grads[mine + key];
          let b = grads[mine + KEYS + key];
          da0 += y * a.x; da1 += y * a.y; da2 += y * a.z; da3 += y * a.w;
          da4 += y * b.x; da5 += y * b.y; da6 += y * b.z; da7 += y * b.w;
        }
        if (KV) {
          let y = wide(b_other[b_other_base + (start + key) * b_other_ld + c]);
          let a = probs[mine + key];
          let b = probs[mine + KEYS + key];
          db0 += y * a.x; db1 += y * a.y; db2 += y * a.z; db3 += y * a.w;
          db4 += y * b.x; db5 += y * b.y; db6 += y * b.z; db7 += y * b.w;
        }
      }
      workgroupBarrier();
    }
  }
  let row = first + oct * 8u;
  let to = image * a_mine_ld + own * p.d + c;
  store(row, to, mat4x4<f32>(da0, da1, da2, da3), mat4x4<f32>(db0, db1, db2, db3), a_mine_ld);
  store(row + 4u, to, mat4x4<f32>(da4, da5, da6, da7), mat4x4<f32>(db4, db5, db6, db7), a_mine_ld);
}

// From dot products of four of mine with one token of the other side: P and scale * dS. Zero where one does not see the other.
fn keep(at: u32, s: vec4<f32>, d: vec4<f32>, image: u32, rows: u32, mine: vec4<u32>, other: u32) {
  let o = min(other, p.T - 1u);
  let of_other = 3u * (image + o);
  let of_mine = 3u * (image + mine);
  let documents = vec4<u32>(spans[of_mine.x + 2u], spans[of_mine.y + 2u], spans[of_mine.z + 2u], spans[of_mine.w + 2u]);
  var hidden = (documents != vec4<u32>(spans[of_other + 2u])) | vec4<bool>(other >= p.T);
  var l = vec4<f32>(stats[rows + o].x);
  var mean = vec4<f32>(stats[rows + o].y);
  if (KV) {
    hidden = hidden | (mine > vec4<u32>(other)) | (mine < vec4<u32>(spans[of_other]));
  } else {
    let begins = vec4<u32>(spans[of_mine.x], spans[of_mine.y], spans[of_mine.z], spans[of_mine.w]);
    hidden = hidden | (vec4<u32>(other) > mine) | (vec4<u32>(other) < begins);
    l = vec4<f32>(stats[rows + mine.x].x, stats[rows + mine.y].x, stats[rows + mine.z].x, stats[rows + mine.w].x);
    mean = vec4<f32>(stats[rows + mine.x].y, stats[rows + mine.y].y, stats[rows + mine.z].y, stats[rows + mine.w].y);
  }
  let prob = select(exp(clamp(s * p.scale - l, vec4<f32>(-40.0), vec4<f32>(40.0))), vec4<f32>(), hidden);
  // Selected, since what stands beyond the edge repeats a row.
  grads[at] = select(prob * (d - mean) * p.scale, vec4<f32>(), hidden);
  if (KV) { probs[at] = prob; }
}

fn store(row: u32, to: u32, a: mat4x4<f32>, b: mat4x4<f32>, ld: u32) {
  let at = to + row * ld;
  if (row < p.T) { put(at, a[0], b[0]); }
  if (row + 1u < p.T) { put(at + ld, a[1], b[1]); }
  if (row + 2u < p.T) { put(at + 2u * ld, a[2], b[2]); }
  if (row + 3u < p.T) { put(at + 3u * ld, a[3], b[3]); }
}

fn put(at: u32, a: vec4<f32>, b: vec4<f32>) {
  da[p.da_at + at] = narrow(a);
  if (!KV) { return; }
  if (PACKED) { da[p.db_at + at] = narrow(b); } else { db[p.db_at + at] = narrow(b); }
}
