// dweight[v] (+)= sum over the rows that count of grads[k, v] * x[list[k]], for a chunk of the vocabulary.
//
// One invocation owns 8 tokens x 4 channels in registers and reads straight from storage; a workgroup of 8 x 8 owns 64 x 32. Rows are added
// in their order. Source: derivative of vocabulary_loss_scores.wgsl.
struct Params { C: u32, chunk: u32, tokens: u32, accumulate: u32 } // C and chunk in vec4
@group(0) @binding(0) var<storage, read> grads: array<vec4<f32>>;            // (rows, chunk), zero beyond the tokens
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;                // (rows, C)
@group(0) @binding(2) var<storage, read> list: array<u32>;                   // (1 + rows)
@group(0) @binding(3) var<storage, read_write> dweight: array<vec4<f32>>;    // (tokens, C)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  let v = gid.y * 8u;
  let c = gid.x;
  if (v >= p.tokens || c >= p.C) { return; }
  let first = gid.y * 2u;
  let second = min(first + 1u, p.chunk - 1u);
  var s0 = vec4<f32>(); var s1 = vec4<f32>(); var s2 = vec4<f32>(); var s3 = vec4<f32>();
  var s4 = vec4<f32>(); var s5 = vec4<f32>(); var s6 = vec4<f32>(); var s7 = vec4<f32>();
  for (var k = 0u; k < list[0]; k++) {
    let y = x[list[k + 1u] * p.C + c];
    let a = grads[k * p.chunk + first];
    let b = grads[k * p.chunk + second];
    s0 += y * a.x; s1 += y * a.y; s2 += y * a.z; s3 += y * a.w;
    s4 += y * b.x; s5 += y * b.y; s6 += y * b.z; s7 += y * b.w;
  }
  add_token(v, c, s0);
  add_token(v + 1u, c, s1);
  add_token(v + 2u, c, s2);
  add_token(v + 3u, c, s3);
  add_token(v + 4u, c, s4);
  add_token(v + 5u, c, s5);
  add_token(v + 6u, c, s6);
  add_token(v + 7u, c, s7);
}

fn add_token(v: u32, c: u32, s: vec4<f32>) {
  if (v >= p.tokens) { return; }
  let at = v * p.C + c;
  dweight[at] = s + select(vec4<f32>(), dweight[at], keeps(p.accumulate));
}
