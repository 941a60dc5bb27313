// The whole backward of attention of one head in one workgroup, for heads whose T x T probabilities fit into workgroup
// memory (up to 64 tokens): P = softmax(scale * q k^T), dv = P^T dout, dS = scale * P * (dout v^T - delta), dq = dS k and
// dk = dS^T q. One dispatch, no scratch in storage.
//
// Workgroup: 128 invocations and one matrix, first of scores, then of P, then of dS. Where it is written, an invocation
// owns blocks of 8 queries x 4 keys; where it is read, blocks of 8 tokens x one lane of channels. Four barriers.
// Neighbours share loads: lib/share.*.wgsl.
// Source: attention of arXiv 1706.03762 and its gradient; delta as in FlashAttention-2 (arXiv 2307.08691).
override SIZE: u32 = 1024u; // at least T * ceil(T / 4)
override CAUSAL: bool = false;
override PACKED: bool = false; // dk and dv are columns of the buffer of dq, which cannot be bound thrice
// In lanes: d; ld, a row of q, k, v and their gradients; ld_out, a row of dout; and the column where each begins.
struct Params { T: u32, heads: u32, d: u32, ld: u32, ld_out: u32, q_at: u32, k_at: u32, v_at: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> q: array<lanes>;           // (B, T, heads * D), rows ld apart, from q_at on
@group(0) @binding(1) var<storage, read> k: array<lanes>;           // (B, T, heads * D), likewise
@group(0) @binding(2) var<storage, read> v: array<lanes>;           // (B, T, heads * D), likewise
@group(0) @binding(3) var<storage, read> dout: array<lanes>;        // (B, T, heads * D)
@group(0) @binding(4) var<storage, read> stats: array<vec2<f32>>;   // (B, heads, T): lse and delta
@group(0) @binding(5) var<storage, read_write> dq: array<lanes>;    // as q
@group(0) @binding(6) var<storage, read_write> dk: array<lanes>;    // as k, or unused
@group(0) @binding(7) var<storage, read_write> dv: array<lanes>;    // as v, or unused
@group(0) @binding(8) var<uniform> p: Params;

var<workgroup> matrix: array<vec4<f32>, SIZE>; // (T, ceil(T / 4)), and room

const WG = 128u;
const FOUR = vec4<u32>(0u, 1u, 2u, 3u);
// What a row may not see; becomes exactly zero.
const HIDDEN = -1e30;

struct Block { lo: mat4x4<f32>, hi: mat4x4<f32> } // a column for each of eight rows

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let head = wid.x; // b * heads + h
  let image = (head / p.heads) * p.T;
  let column = (head % p.heads) * p.d;
  let base = image * p.ld + column;
  let base_out = image * p.ld_out + column;
  let width = (p.T + 3u) / 4u;
  let octs = (p.T + 7u) / 8u;
  let last = vec4<u32>(p.T - 1u);
  // Multiples of four, so that quads lie in one row of blocks.
  let across = (width + 3u) / 4u * 4u;
  let across_d = (p.d + 3u) / 4u * 4u;

  for (var i = lane; i < octs * across; i += WG) {
    let row = i / across * 8u;
    let quad = i % across;
    if (together(quad) >= width) { continue; }
    let mine0 = own(p.q_at + base + min(row + FOUR, last) * p.ld, lane);
    let mine1 = own(p.q_at + base + min(row + 4u + FOUR, last) * p.ld, lane);
    let at = p.k_at + base + min(4u * quad + FOUR, last) * p.ld;
    var s = Block();
    for (var e = 0u; e < p.d; e++) {
      let y = transpose(mat4x4<f32>(wide(k[at.x + e]), wide(k[at.y + e]), wide(k[at.z + e]), wide(k[at.w + e])));
      s.lo += y * load_q(mine0, e);
      s.hi += y * load_q(mine1, e);
    }
    if (quad >= width) { continue; }
    var rows = rows_of(s);
    for (var r = 0u; r < min(8u, p.T - row); r++) { matrix[(row + r) * width + quad] = score(rows[r], row + r, 4u * quad); }
  }
  workgroupBarrier();
  for (var row = lane; row < p.T; row += WG) { softmax(row * width, width); }
  workgroupBarrier();
  for (var i = lane; i < octs * across_d; i += WG) {
    let row = i / across_d * 8u;
    let c = i % across_d;
    if (together(c) >= p.d) { continue; }
    let sum = by_columns(row, width, lane, base_out + min(c, p.d - 1u), true);
    if (c < p.d) { store_v(row, p.v_at + base + c, sum); }
  }
  workgroupBarrier();
  for (var i = lane; i < octs * across; i += WG) {
    let row = i / across * 8u;
    let quad = i % across;
    if (together(quad) >= width) { continue; }
    let mine0 = own(base_out + min(row + FOUR, last) * p.ld_out, lane);
    let mine1 = own(base_out + min(row + 4u + FOUR, last) * p.ld_out, lane);
    let at = p.v_at + base + min(4u * quad + FOUR, last) * p.ld;
    var s = Block();
    for (var e = 0u; e < p.d; e++) {
      let y = transpose(mat4x4<f32>(wide(v[at.x + e]), wide(v[at.y + e]), wide(v[at.z + e]), wide(v[at.w + e])));
      s.lo += y * load_dout(mine0, e);
      s.hi += y * load_dout(mine1, e);
    }
    if (quad >= width) { continue; }
    var rows = rows_of(s);
    for (var r = 0u; r < min(8u, p.T - row); r++) { matrix[(row + r) * width + quad] *= (rows[r] - stats[head * p.T + row + r].y) * p.scale; }
  }
  workgroupBarrier();
  for (var i = lane; i < octs * across_d; i += WG) {
    let row = i / across_d * 8u;
    let c = i % across_d;
    if (together(c) >= p.d) { continue; }
    let within = base + min(c, p.d - 1u);
    let by_row = by_rows(row, width, lane, p.k_at + within);
    let by_column = by_columns(row, width, lane, p.q_at + within, false);
    if (c >= p.d) { continue; }
    store_q(row, p.q_at + base + c, by_row);
    store_k(row, p.k_at + base + c, by_column);
  }
}

fn rows_of(b: Block) -> array<vec4<f32>, 8> {
  return array<vec4<f32>, 8>(b.lo[0], b.lo[1], b.lo[2], b.lo[3], b.hi[0], b.hi[1], b.hi[2], b.hi[3]);
}

fn score(dots: vec4<f32>, row: u32, key: u32) -> vec4<f32> {
  let keys = key + FOUR;
  var hidden = keys >= vec4<u32>(p.T);
  if (CAUSAL) { hidden = hidden | (keys > vec4<u32>(row)); }
  return select(dots * p.scale, vec4<f32>(HIDDEN), hidden);
}

fn softmax(first: u32, width: u32) {
  var tops = vec4<f32>(HIDDEN);
  for (var i = first; i < first + width; i++) { tops = max(tops, matrix[i]); }
  let top = max(max(tops.x, tops.y), max(tops.z, tops.w));
  var sums = vec4<f32>();
  for (var i = first; i < first + width; i++) {
    let s = matrix[i];
    let e = select(exp(max(s - top, vec4<f32>(-40.0))), vec4<f32>(), s <= vec4<f32>(HIDDEN));
    matrix[i] = e;
    sums += e;
  }
  let inverse = 1.0 / (sums.x + sums.y + sums.z + sums.w);
  for (var i = first; i < first + width; i++) { matrix[i] *= inverse; }
}

// For eight rows of the matrix from `row` on: the sum of what they weigh, one lane of k.
fn by_rows(row: u32, width: u32, lane: u32, at: u32) -> Block {
  let last = vec4<u32>(p.T - 1u);
  let mine0 = own(min(row + FOUR, last) * width, lane);
  let mine1 = own(min(row + 4u + FOUR, last) * width, lane);
  var sum = Block();
  for (var j = 0u; j < width; j++) {
    // Beyond the edge the last, whose weight is zero there.
    let there = at + min(4u * j + FOUR, last) * p.ld;
    let y = mat4x4<f32>(wide(k[there.x]), wide(k[there.y]), wide(k[there.z]), wide(k[there.w]));
    sum.lo += y * load_matrix(mine0, j);
    sum.hi += y * load_matrix(mine1, j);
  }
  return sum;
}

// For eight columns of the matrix: the sum of what they weigh, one lane of dout or of q.
fn by_columns(column: u32, width: u32, lane: u32, at: u32, of_dout: bool) -> Block {
  let quad = column / 4u;
  let second = select(0u, 1u, quad + 1u < width);
  let mine = own(FOUR * width + quad, lane);
  let ld = select(p.ld, p.ld_out, of_dout);
  var sum = Block();
  var there = at;
  for (var j = 0u; j < p.T / 4u; j++) {
    let a = transpose(load_matrix(mine, 4u * j * width));
    let b = transpose(load_matrix(mine, 4u * j * width + second));
    var y: mat4x4<f32>;
    if (of_dout) {
      y = mat4x4<f32>(wide(dout[there]), wide(dout[there + ld]), wide(dout[there + 2u * ld]), wide(dout[there + 3u * ld]));
    } else {
      y = mat4x4<f32>(wide(q[there]), wide(q[there + ld]), wide(q[there + 2u * ld]), wide(q[there + 3u * ld]));
    }
    sum.lo += y * a;
    sum.hi += y * b;
    there += 4u * ld;
  }
  for (var j = p.T / 4u * 4u; j < p.T; j++) {
    let a = matrix[j * width + quad];
    let b = matrix[j * width + quad + second];
    var y: vec4<f32>;
    if (of_dout) { y = wide(dout[there]); } else { y = wide(q[there]); }
    sum.lo += mat4x4<f32>(y * a.x, y * a.y, y * a.z, y * a.w);
    sum.hi += mat4x4<f32>(y * b.x, y * b.y, y * b.z, y * b.w);
    there += ld;
  }
  return sum;
}

fn load_q(mine: vec4<u32>, e: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(wide(q[mine.x + e])); }
  return mat4x4<f32>(wide(q[mine.x + e]), wide(q[mine.y + e]), wide(q[mine.z + e]), wide(q[mine.w + e]));
}

fn load_dout(mine: vec4<u32>, e: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(wide(dout[mine.x + e])); }
  return mat4x4<f32>(wide(dout[mine.x + e]), wide(dout[mine.y + e]), wide(dout[mine.z + e]), wide(dout[mine.w + e]));
}

fn load_matrix(mine: vec4<u32>, at: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(matrix[mine.x + at]); }
  return mat4x4<f32>(matrix[mine.x + at], matrix[mine.y + at], matrix[mine.z + at], matrix[mine.w + at]);
}

fn store_q(row: u32, to: u32, sum: Block) {
  var rows = rows_of(sum);
  for (var r = 0u; r < min(8u, p.T - row); r++) { dq[to + (row + r) * p.ld] = narrow(rows[r]); }
}

fn store_k(row: u32, to: u32, sum: Block) {
  if (PACKED) {
    store_q(row, to, sum);
    return;
  }
  var rows = rows_of(sum);
  for (var r = 0u; r < min(8u, p.T - row); r++) { dk[to + (row + r) * p.ld] = narrow(rows[r]); }
}

fn store_v(row: u32, to: u32, sum: Block) {
  if (PACKED) {
    store_q(row, to, sum);
    return;
  }
  var rows = rows_of(sum);
  for (var r = 0u; r < min(8u, p.T - row); r++) { dv[to + (row + r) * p.ld] = narrow(rows[r]); }
}
