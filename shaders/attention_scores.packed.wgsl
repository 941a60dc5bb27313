// probs = scale * q k^T, or P = exp(scale * q k^T - lse), and grads = dS = scale * P * (dout v^T - delta), by the stages of
// attention_scores.wgsl, packed for one core of a processor.
//
// A workgroup of one invocation owns 32 queries x 32 keys of one head: x is the block of keys, y that of queries, z the head.
// Source: attention_scores.wgsl, lib/packed.wgsl.
override STAGE: u32 = 0u;
override CAUSAL: bool = false;
// In vec4: d; ld, a row of q, k and v; ld_out, a row of dout; and the column where each begins.
struct Params { T: u32, heads: u32, d: u32, ld: u32, ld_out: u32, q_at: u32, k_at: u32, v_at: u32, across: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> q: array<vec4<f32>>;            // (B, T, heads * D), rows ld apart, from q_at on
@group(0) @binding(1) var<storage, read> k: array<vec4<f32>>;            // (B, T, heads * D), likewise
@group(0) @binding(2) var<storage, read> v: array<vec4<f32>>;            // (B, T, heads * D), likewise
@group(0) @binding(3) var<storage, read> dout: array<vec4<f32>>;         // (B, T, heads * D)
@group(0) @binding(4) var<storage, read> stats: array<vec2<f32>>;        // (B, heads, T): lse and delta
@group(0) @binding(5) var<storage, read> mask: array<u32>;               // (B, T); not read unless MASKED
@group(0) @binding(6) var<storage, read_write> probs: array<vec4<f32>>;  // (B, heads, T, ceil(T / 4))
@group(0) @binding(7) var<storage, read_write> grads: array<vec4<f32>>;  // (B, heads, T, ceil(T / 4))
@group(0) @binding(8) var<uniform> p: Params;

const FOUR = vec4<u32>(0u, 1u, 2u, 3u);
// What a row may not see; becomes exactly zero.
const HIDDEN = -1e30;
// What lies in the sums: scores, or their gradient but for what a row has in common.
const OF_SCORES = 0u;
const OF_GRADS = 1u;

const SUMS = 32u;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) wid: vec3<u32>) {
  let head = wid.z; // b * heads + h
  let row = wid.y * 32u;
  let key = wid.x * 32u;
  let fours = (p.T - row + 3u) / 4u;
  let eights = (p.T - key + 7u) / 8u;
  let image = (head / p.heads) * p.T;
  let column = (head % p.heads) * p.d;
  let base = image * p.ld + column;
  if (STAGE != 2u) {
    for (var e = 0u; e < 4u * p.d; e += STEP) {
      let count = min(STEP, 4u * p.d - e);
      for (var g = 0u; g < min(fours, 8u); g++) {
        let at = p.q_at + base + e / 4u + places(row + 4u * g) * p.ld;
        for (var j = 0u; j < count; j += 4u) {
          let i = at + j / 4u;
          lay_x(g, j, transpose(mat4x4<f32>(q[i.x], q[i.y], q[i.z], q[i.w])));
        }
      }
      for (var h = 0u; h < min(eights, 4u); h++) {
        let l = p.k_at + base + e / 4u + places(key + 8u * h) * p.ld;
        let r = p.k_at + base + e / 4u + places(key + 8u * h + 4u) * p.ld;
        for (var j = 0u; j < count; j += 4u) {
          let a = l + j / 4u;
          let b = r + j / 4u;
          lay_w(h, j, transpose(mat4x4<f32>(k[a.x], k[a.y], k[a.z], k[a.w])), transpose(mat4x4<f32>(k[b.x], k[b.y], k[b.z], k[b.w])));
        }
      }
      multiply_all(count, fours, eights, 0u);
    }
    keep_all(OF_SCORES, head, row, key, fours, eights);
  }
  if (STAGE != 0u) {
    for (var i = 0u; i < 32u; i++) { sums[i] = Sums(); }
    for (var e = 0u; e < 4u * p.d; e += STEP) {
      let count = min(STEP, 4u * p.d - e);
      for (var g = 0u; g < min(fours, 8u); g++) {
        let at = image * p.ld_out + column + e / 4u + places(row + 4u * g) * p.ld_out;
        for (var j = 0u; j < count; j += 4u) {
          let i = at + j / 4u;
          lay_x(g, j, transpose(mat4x4<f32>(dout[i.x], dout[i.y], dout[i.z], dout[i.w])));
        }
      }
      for (var h = 0u; h < min(eights, 4u); h++) {
        let l = p.v_at + base + e / 4u + places(key + 8u * h) * p.ld;
        let r = p.v_at + base + e / 4u + places(key + 8u * h + 4u) * p.ld;
        for (var j = 0u; j < count; j += 4u) {
          let a = l + j / 4u;
          let b = r + j / 4u;
          lay_w(h, j, transpose(mat4x4<f32>(v[a.x], v[a.y], v[a.z], v[a.w])), transpose(mat4x4<f32>(v[b.x], v[b.y], v[b.z], v[b.w])));
        }
      }
      multiply_all(count, fours, eights, 0u);
    }
    keep_all(OF_GRADS, head, row, key, fours, eights);
  }
}

// Rows and keys beyond the edge repeat the last.
fn places(first: u32) -> vec4<u32> { return min(first + FOUR, vec4<u32>(p.T - 1u)); }

fn keep_all(what: u32, head: u32, row: u32, key: u32, fours: u32, eights: u32) {
  for (var h = 0u; h < min(eights, 4u); h++) {
    for (var g = 0u; g < min(fours, 8u); g++) {
      let s = sums[8u * h + g];
      let i = row + 4u * g;
      let j = key + 8u * h;
      keep(what, head, i, j, s.a);
      keep(what, head, i + 1u, j, s.b);
      keep(what, head, i + 2u, j, s.c);
      keep(what, head, i + 3u, j, s.d);
    }
  }
}
fn keep(what: u32, head: u32, row: u32, key: u32, v: Quads) {
  if (row >= p.T) { return; }
  keep4(what, head, row, key, v.l);
  if (key + 4u < p.T) { keep4(what, head, row, key + 4u, v.r); }
}

// From the dot products of one query with four keys, or of its gradient with four values.
fn keep4(what: u32, head: u32, row: u32, key: u32, v: vec4<f32>) {
  let r = head * p.T + row;
  let at = r * ((p.T + 3u) / 4u) + key / 4u;
  let keys = key + FOUR;
  var hidden = keys >= vec4<u32>(p.T);
  if (CAUSAL) { hidden = hidden | (keys > vec4<u32>(row)); }
  if (MASKED) {
    let image = (head / p.heads) * p.T;
    hidden = hidden | masked(vec4<u32>(image + row), image + min(keys, vec4<u32>(p.T - 1u)));
  }
  if (what == OF_GRADS) {
    // Selected, since what stands beyond the edge repeats a row.
    grads[at] = select(probs[at] * (v - stats[r].y) * p.scale, vec4<f32>(), hidden);
  } else if (STAGE == 0u) {
    probs[at] = select(v * p.scale, vec4<f32>(HIDDEN), hidden);
  } else {
    probs[at] = select(exp(clamp(v * p.scale - stats[r].x, vec4<f32>(-80.0), vec4<f32>(80.0))), vec4<f32>(), hidden);
  }
}
