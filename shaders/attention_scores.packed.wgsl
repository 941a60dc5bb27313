// probs = scale * q k^T, or P = exp(scale * q k^T - lse), and grads = dS = scale * P * (dout v^T - delta), by the stages of
// lib/attention_scores.wgsl, packed for one core of a processor.
//
// A workgroup of one invocation owns 32 queries x 32 keys of one head: x is the block of keys, y that of queries, z the head.
// Source: lib/attention_scores.wgsl, lib/packed.wgsl.
const SUMS = 32u;
// What lies in the sums: dot products of queries with keys, or of their gradients with values.
const OF_SCORES = 0u;
const OF_GRADS = 1u;

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
    multiply_heads(OF_SCORES, p.q_at + base, p.ld, p.k_at + base, row, key, fours, eights);
    keep_all(OF_SCORES, head, row, key, fours, eights);
  }
  if (STAGE != 0u) {
    for (var i = 0u; i < SUMS; i++) { sums[i] = Sums(); }
    multiply_heads(OF_GRADS, image * p.ld_out + column, p.ld_out, p.v_at + base, row, key, fours, eights);
    keep_all(OF_GRADS, head, row, key, fours, eights);
  }
}

// Rows of q or dout, which begin at `left` and lie ld_left apart, by rows of k or v, which begin at `right`.
fn multiply_heads(what: u32, left: u32, ld_left: u32, right: u32, row: u32, key: u32, fours: u32, eights: u32) {
  for (var e = 0u; e < 4u * p.d; e += STEP) {
    let count = min(STEP, 4u * p.d - e);
    for (var g = 0u; g < min(fours, 8u); g++) {
      let at = left + e / 4u + places(row + 4u * g) * ld_left;
      for (var j = 0u; j < count; j += 4u) { lay_x(g, j, left_block(what, at + j / 4u)); }
    }
    for (var h = 0u; h < min(eights, 4u); h++) {
      let l = right + e / 4u + places(key + 8u * h) * p.ld;
      let r = right + e / 4u + places(key + 8u * h + 4u) * p.ld;
      for (var j = 0u; j < count; j += 4u) { lay_w(h, j, right_block(what, l + j / 4u), right_block(what, r + j / 4u)); }
    }
    multiply_all(count, fours, eights, 0u);
  }
}
fn left_block(what: u32, i: vec4<u32>) -> mat4x4<f32> {
  if (what == OF_SCORES) { return transpose(mat4x4<f32>(q[i.x], q[i.y], q[i.z], q[i.w])); }
  return transpose(mat4x4<f32>(dout[i.x], dout[i.y], dout[i.z], dout[i.w]));
}
fn right_block(what: u32, i: vec4<u32>) -> mat4x4<f32> {
  if (what == OF_SCORES) { return transpose(mat4x4<f32>(k[i.x], k[i.y], k[i.z], k[i.w])); }
  return transpose(mat4x4<f32>(v[i.x], v[i.y], v[i.z], v[i.w]));
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
fn keep4(what: u32, head: u32, row: u32, key: u32, s: vec4<f32>) {
  let r = head * p.T + row;
  let at = r * ((p.T + 3u) / 4u) + key / 4u;
  let hidden = hidden_keys(head, row, key);
  if (what == OF_GRADS) {
    grads[at] = score_grad(r, probs[at], s, hidden);
  } else {
    probs[at] = score(r, s, hidden);
  }
}
