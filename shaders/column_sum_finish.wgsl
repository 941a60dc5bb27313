// out[c] (+)= sum over chunks, in order, of partial[chunk, part, c], and second[c] of the next part in a grid of two rows:
// second stage of every column sum.
//
// One invocation owns a column of a part, a workgroup 64. `parts` arrays lie interleaved in partial.
// Source: two-stage column reduction as in llm.c's CUDA layernorm_backward.
struct Params { chunks: u32, width: u32, parts: u32, part: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> partial: array<f32>;      // (chunks, parts, width)
@group(0) @binding(1) var<storage, read_write> out: array<f32>;    // (width)
@group(0) @binding(2) var<storage, read_write> second: array<f32>; // (width)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  let c = gid.x;
  if (c >= p.width) { return; }
  var s = 0.0;
  for (var i = 0u; i < p.chunks; i++) { s += partial[(i * p.parts + p.part + gid.y) * p.width + c]; }
  if (gid.y == 0u) {
    out[c] = s + select(0.0, out[c], keeps(p.accumulate));
  } else {
    second[c] = s + select(0.0, second[c], keeps(p.accumulate));
  }
}
