// probs = scale * q k^T, or P = exp(scale * q k^T - lse), and grads = dS = scale * P * (dout v^T - delta), of all queries with all
// keys of a head, kept as matrices for the products of attention (ops/attentionProducts.ts); stages in lib/attention_scores.wgsl.
//
// One invocation owns 8 queries x 4 keys in registers and reads straight from storage, as matmul.vec4.wgsl does, without
// workgroup memory or a barrier; a workgroup of 64 takes such blocks of one head in order, `across` of them in a row of
// blocks. Rows of probs and grads are padded to a multiple of four, and what lies beyond T is zero (STAGE 1 and 2).
// Neighbours want the same queries: lib/share.*.wgsl.
// Source: lib/attention_scores.wgsl.
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let head = wid.y; // b * heads + h
  let i = wid.x * 64u + lane;
  let row = i / p.across * 8u;
  let key = i % p.across * 4u;
  if (row >= p.T || together(i % p.across) * 4u >= p.T) { return; }
  // Rows and keys beyond the edge repeat the last.
  let last = vec4<u32>(p.T - 1u);
  let rows0 = min(row + FOUR, last);
  let rows1 = min(row + 4u + FOUR, last);
  let keys = min(key + FOUR, last);
  let image = (head / p.heads) * p.T;
  let column = (head % p.heads) * p.d;
  let base = image * p.ld + column;
  var s = array<vec4<f32>, 8>(); // by row, four keys each
  if (STAGE != 2u) {
    let mine0 = own(p.q_at + base + rows0 * p.ld, lane);
    let mine1 = own(p.q_at + base + rows1 * p.ld, lane);
    let at = p.k_at + base + keys * p.ld;
    var s0 = vec4<f32>(); var s1 = vec4<f32>(); var s2 = vec4<f32>(); var s3 = vec4<f32>();
    var s4 = vec4<f32>(); var s5 = vec4<f32>(); var s6 = vec4<f32>(); var s7 = vec4<f32>();
    for (var e = 0u; e < p.d; e++) {
      let a = load_q(mine0, e);
      let b = load_q(mine1, e);
      let y = transpose(mat4x4<f32>(wide(k[at.x + e]), wide(k[at.y + e]), wide(k[at.z + e]), wide(k[at.w + e])));
      s0 += y * a[0];
      s1 += y * a[1];
      s2 += y * a[2];
      s3 += y * a[3];
      s4 += y * b[0];
      s5 += y * b[1];
      s6 += y * b[2];
      s7 += y * b[3];
    }
    s = array<vec4<f32>, 8>(s0, s1, s2, s3, s4, s5, s6, s7);
  }
  var f = array<vec4<f32>, 8>();
  if (STAGE != 0u) {
    let base_out = image * p.ld_out + column;
    let mine0 = own(base_out + rows0 * p.ld_out, lane);
    let mine1 = own(base_out + rows1 * p.ld_out, lane);
    let at = p.v_at + base + keys * p.ld;
    var f0 = vec4<f32>(); var f1 = vec4<f32>(); var f2 = vec4<f32>(); var f3 = vec4<f32>();
    var f4 = vec4<f32>(); var f5 = vec4<f32>(); var f6 = vec4<f32>(); var f7 = vec4<f32>();
    for (var e = 0u; e < p.d; e++) {
      let a = load_dout(mine0, e);
      let b = load_dout(mine1, e);
      let y = transpose(mat4x4<f32>(wide(v[at.x + e]), wide(v[at.y + e]), wide(v[at.z + e]), wide(v[at.w + e])));
      f0 += y * a[0];
      f1 += y * a[1];
      f2 += y * a[2];
      f3 += y * a[3];
      f4 += y * b[0];
      f5 += y * b[1];
      f6 += y * b[2];
      f7 += y * b[3];
    }
    f = array<vec4<f32>, 8>(f0, f1, f2, f3, f4, f5, f6, f7);
  }
  if (key >= p.T) { return; }
  keep(head, row, key, s[0], f[0]);
  keep(head, row + 1u, key, s[1], f[1]);
  keep(head, row + 2u, key, s[2], f[2]);
  keep(head, row + 3u, key, s[3], f[3]);
  keep(head, row + 4u, key, s[4], f[4]);
  keep(head, row + 5u, key, s[5], f[5]);
  keep(head, row + 6u, key, s[6], f[6]);
  keep(head, row + 7u, key, s[7], f[7]);
}

fn load_q(mine: vec4<u32>, e: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(wide(q[mine.x + e])); }
  return mat4x4<f32>(wide(q[mine.x + e]), wide(q[mine.y + e]), wide(q[mine.z + e]), wide(q[mine.w + e]));
}

fn load_dout(mine: vec4<u32>, e: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(wide(dout[mine.x + e])); }
  return mat4x4<f32>(wide(dout[mine.x + e]), wide(dout[mine.y + e]), wide(dout[mine.z + e]), wide(dout[mine.w + e]));
}

// From the dot products of one query with four keys.
fn keep(head: u32, row: u32, key: u32, s: vec4<f32>, f: vec4<f32>) {
  if (row >= p.T) { return; }
  let r = head * p.T + row;
  let at = r * ((p.T + 3u) / 4u) + key / 4u;
  let hidden = hidden_keys(head, row, key);
  if (STAGE == 0u) {
    probs[at] = score(r, s, hidden);
    return;
  }
  var prob: vec4<f32>;
  if (STAGE == 1u) {
    prob = score(r, s, hidden);
    probs[at] = prob;
  } else {
    prob = probs[at];
  }
  grads[at] = score_grad(r, prob, f, hidden);
}
