// dx[list[k]] (+)= sum over a chunk of the vocabulary of grads[k, v] * weight[v], for the rows that count.
//
// One invocation owns 8 rows x 4 channels in registers and reads straight from storage; a workgroup of 8 x 8 owns 64 x 32. Chunks add up
// in the order of their dispatches. Source: derivative of vocabulary_loss_scores.wgsl.
struct Params { C: u32, chunk: u32, first: u32, tokens: u32 } // C and chunk in vec4
@group(0) @binding(0) var<storage, read> grads: array<vec4<f32>>;       // (rows, chunk), zero beyond the tokens
@group(0) @binding(1) var<storage, read> weight: array<weight4>;        // (tokens, C)
@group(0) @binding(2) var<storage, read> list: array<u32>;              // (1 + rows)
@group(0) @binding(3) var<storage, read_write> dx: array<vec4<f32>>;    // (rows, C)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  let k = gid.y * 8u;
  let c = gid.x;
  let count = list[0];
  if (k >= count || c >= p.C) { return; }
  const four = vec4<u32>(0u, 1u, 2u, 3u);
  let lo = min(k + four, vec4<u32>(count - 1u)) * p.chunk;
  let hi = min(k + 4u + four, vec4<u32>(count - 1u)) * p.chunk;
  var s = mat4x4<f32>();
  var t = mat4x4<f32>();
  for (var v = 0u; v < (p.tokens + 3u) / 4u; v++) {
    let at = min(4u * v + four, vec4<u32>(p.tokens - 1u)) * p.C + c;
    let w = mat4x4<f32>(load_weight4(at.x), load_weight4(at.y), load_weight4(at.z), load_weight4(at.w));
    s += w * mat4x4<f32>(grads[lo.x + v], grads[lo.y + v], grads[lo.z + v], grads[lo.w + v]);
    t += w * mat4x4<f32>(grads[hi.x + v], grads[hi.y + v], grads[hi.z + v], grads[hi.w + v]);
  }
  add_row(k, count, c, s[0]);
  add_row(k + 1u, count, c, s[1]);
  add_row(k + 2u, count, c, s[2]);
  add_row(k + 3u, count, c, s[3]);
  add_row(k + 4u, count, c, t[0]);
  add_row(k + 5u, count, c, t[1]);
  add_row(k + 6u, count, c, t[2]);
  add_row(k + 7u, count, c, t[3]);
}

fn add_row(k: u32, count: u32, c: u32, v: vec4<f32>) {
  if (k >= count) { return; }
  let at = list[k + 1u] * p.C + c;
  dx[at] = v + select(vec4<f32>(), dx[at], p.first > 0u);
}
