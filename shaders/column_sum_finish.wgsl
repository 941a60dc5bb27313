// out[c] (+)= sum over chunks, in order, of partial[chunk, part, c]: second stage of every column sum.
//
// One invocation owns a column, a workgroup 64. `parts` arrays lie interleaved in partial; `part` picks one.
// Source: two-stage column reduction as in llm.c's CUDA layernorm_backward.
struct Params { chunks: u32, width: u32, parts: u32, part: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> partial: array<f32>;      // (chunks, parts, width)
@group(0) @binding(1) var<storage, read_write> out: array<f32>;    // (width)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  let c = gid.x;
  if (c >= p.width) { return; }
  var s = 0.0;
  for (var i = 0u; i < p.chunks; i++) { s += partial[(i * p.parts + p.part) * p.width + c]; }
  if (keeps(p.accumulate)) { s += out[c]; }
  out[c] = s;
}
