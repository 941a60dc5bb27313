// dbias[first + v] (+)= sum over the rows that count of grads[k, v], for a chunk of the vocabulary.
//
// One invocation owns a token, a workgroup 64. Rows are added in their order. Source: derivative of vocabulary_loss_scores.wgsl.
struct Params { chunk: u32, first: u32, tokens: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> grads: array<f32>;          // (rows, chunk)
@group(0) @binding(1) var<storage, read> list: array<u32>;           // (1 + rows)
@group(0) @binding(2) var<storage, read_write> dbias: array<f32>;    // (V)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  if (gid.x >= p.tokens) { return; }
  var sum = 0.0;
  for (var k = 0u; k < list[0]; k++) { sum += grads[k * p.chunk + gid.x]; }
  let at = p.first + gid.x;
  if (keeps(p.accumulate)) { sum += dbias[at]; }
  dbias[at] = sum;
}
