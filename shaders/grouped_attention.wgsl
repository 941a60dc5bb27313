// out = softmax(scale * q k^T) v for each batch and query head, where `group` of them share a head of keys and values, and a token sees
// what its span holds (spans.wgsl); keeps lse = max + log(sum) per row. A token that sees nothing gives zeros.
//
// One workgroup owns 8 * OCTS query rows of one head and walks over the keys in tiles of KEYS, from the first that any of its rows sees to
// its last row: tiles that the mask empties are not visited. Per tile: an invocation makes scores of 8 rows x 4 keys in registers, kept in
// workgroup memory as two vec4 (four rows each) per key; then an invocation owns 8 rows x one lane of channels of the result, in registers
// over all tiles, with a running maximum and sum. Workgroup: WG = OCTS * d invocations, four barriers a tile. The form for heads that
// share nothing is attention.wgsl.
// Source: FlashAttention-2 (arXiv 2307.08691), algorithm 1; grouped queries (arXiv 2305.13245).
override WG: u32 = 64u;
override OCTS: u32 = 4u;
override KEYS: u32 = 64u;   // a multiple of four
override STRIP: u32 = 512u; // OCTS * 2 * KEYS
// In lanes: d; rows of q, of k and v, and of out; and the column where each begins. A dispatch owns heads from `first` and
// blocks of rows from `block` on (ops/cut.ts).
struct Params {
  T: u32, heads: u32, group: u32, d: u32, ld_q: u32, ld_kv: u32, ld_out: u32, q_at: u32, k_at: u32, v_at: u32,
  scale: f32,
  first: u32, block: u32,
}
@group(0) @binding(0) var<storage, read> q: array<lanes>;            // (B, T, heads * D), rows ld_q apart, from q_at on
@group(0) @binding(1) var<storage, read> k: array<lanes>;            // (B, T, heads / group * D), rows ld_kv apart, from k_at on
@group(0) @binding(2) var<storage, read> v: array<lanes>;            // likewise, from v_at on
@group(0) @binding(3) var<storage, read> spans: array<u32>;          // (B, T, 3): from, until, document
@group(0) @binding(4) var<storage, read_write> out: array<lanes>;    // (B, T, heads * D)
@group(0) @binding(5) var<storage, read_write> lse: array<f32>;      // (B, heads, T)
@group(0) @binding(6) var<uniform> p: Params;

var<workgroup> strip: array<vec4<f32>, STRIP>; // (OCTS, 2, KEYS): scores, then probabilities before division
var<workgroup> largest: array<mat2x4<f32>, WG>;

const FOUR = vec4<u32>(0u, 1u, 2u, 3u);
// What a row may not see; becomes exactly zero.
const HIDDEN = -1e30;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let place = p.first + wid.y; // b * heads + h
  let image = place / p.heads * p.T; // row of the batch where its first token is
  let head = place % p.heads;
  let q_base = p.q_at + image * p.ld_q + head * p.d;
  let k_base = p.k_at + image * p.ld_kv + head / p.group * p.d;
  let v_base = p.v_at + image * p.ld_kv + head / p.group * p.d;
  let first = (p.block + wid.x) * OCTS * 8u;
  let last = vec4<u32>(p.T - 1u);
  let end = min(first + OCTS * 8u, p.T);
  var begin = end;
  for (var row = first; row < end; row++) { begin = min(begin, spans[3u * (image + row)]); }
  let oct = lane / p.d;
  let c = lane % p.d;
  var m0 = vec4<f32>(HIDDEN);
  var m1 = vec4<f32>(HIDDEN);
  var l0 = vec4<f32>();
  var l1 = vec4<f32>();
  var acc0 = vec4<f32>(); var acc1 = vec4<f32>(); var acc2 = vec4<f32>(); var acc3 = vec4<f32>();
  var acc4 = vec4<f32>(); var acc5 = vec4<f32>(); var acc6 = vec4<f32>(); var acc7 = vec4<f32>();
  for (var start = begin / 4u * 4u; start < end; start += KEYS) {
    let keys = min(KEYS, end - start);
    let across = (keys + 3u) / 4u;
    for (var i = lane; i < OCTS * across; i += WG) {
      let key = i % across * 4u;
      // Rows and keys beyond the edge repeat the last.
      let row = first + i / across * 8u;
      let rows0 = min(row + FOUR, last);
      let rows1 = min(row + 4u + FOUR, last);
      let mine0 = q_base + rows0 * p.ld_q;
      let mine1 = q_base + rows1 * p.ld_q;
      let at = k_base + min(start + key + FOUR, last) * p.ld_kv;
      var s = mat4x4<f32>(); // four keys of rows 0 to 3
      var t = mat4x4<f32>(); // four keys of rows 4 to 7
      for (var e = 0u; e < p.d; e++) {
        let a = mat4x4<f32>(wide(q[mine0.x + e]), wide(q[mine0.y + e]), wide(q[mine0.z + e]), wide(q[mine0.w + e]));
        let b = mat4x4<f32>(wide(q[mine1.x + e]), wide(q[mine1.y + e]), wide(q[mine1.z + e]), wide(q[mine1.w + e]));
        let y = mat4x4<f32>(wide(k[at.x + e]), wide(k[at.y + e]), wide(k[at.z + e]), wide(k[at.w + e]));
        s += mat4x4<f32>(y[0] * a, y[1] * a, y[2] * a, y[3] * a);
        t += mat4x4<f32>(y[0] * b, y[1] * b, y[2] * b, y[3] * b);
      }
      let to = i / across * 2u * KEYS + key;
      keep(to, s, image, rows0, start + key);
      keep(to + KEYS, t, image, rows1, start + key);
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
    for (var key = c; key < across * 4u; key += p.d) {
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
    acc0 *= shrink0.x; acc1 *= shrink0.y; acc2 *= shrink0.z; acc3 *= shrink0.w;
    acc4 *= shrink1.x; acc5 *= shrink1.y; acc6 *= shrink1.z; acc7 *= shrink1.w;
    for (var key = 0u; key < keys; key++) {
      let y = wide(v[v_base + (start + key) * p.ld_kv + c]);
      let a = strip[mine + key];
      let b = strip[mine + KEYS + key];
      l0 += a;
      l1 += b;
      acc0 += y * a.x; acc1 += y * a.y; acc2 += y * a.z; acc3 += y * a.w;
      acc4 += y * b.x; acc5 += y * b.y; acc6 += y * b.z; acc7 += y * b.w;
    }
    workgroupBarrier();
  }
  let row = first + oct * 8u;
  let to = image * p.ld_out + head * p.d + c;
  store(row, to, mat4x4<f32>(acc0, acc1, acc2, acc3), inverse(l0));
  store(row + 4u, to, mat4x4<f32>(acc4, acc5, acc6, acc7), inverse(l1));
  if (c == 0u) {
    keep_lse(row, place * p.T + row, m0 + log(max(l0, vec4<f32>(1e-30))));
    keep_lse(row + 4u, place * p.T + row + 4u, m1 + log(max(l1, vec4<f32>(1e-30))));
  }
}

fn inverse(sum: vec4<f32>) -> vec4<f32> { return select(vec4<f32>(), 1.0 / max(sum, vec4<f32>(1e-30)), sum > vec4<f32>()); }

// Scores of four rows with four keys.
fn keep(to: u32, dots: mat4x4<f32>, image: u32, rows: vec4<u32>, key: u32) {
  strip[to] = score(dots[0], image, rows, key);
  strip[to + 1u] = score(dots[1], image, rows, key + 1u);
  strip[to + 2u] = score(dots[2], image, rows, key + 2u);
  strip[to + 3u] = score(dots[3], image, rows, key + 3u);
}

fn score(dots: vec4<f32>, image: u32, rows: vec4<u32>, key: u32) -> vec4<f32> {
  let at = 3u * (image + rows);
  let begins = vec4<u32>(spans[at.x], spans[at.y], spans[at.z], spans[at.w]);
  let documents = vec4<u32>(spans[at.x + 2u], spans[at.y + 2u], spans[at.z + 2u], spans[at.w + 2u]);
  let document = spans[3u * (image + min(key, p.T - 1u)) + 2u];
  let hidden = (vec4<u32>(key) > rows) | (vec4<u32>(key) < begins) | (documents != vec4<u32>(document));
  return select(dots * p.scale, vec4<f32>(HIDDEN), hidden);
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
