// out[g] = alpha * ||D_g||, the Frobenius norm of each matrix of gram.wgsl.
//
// One workgroup of 64 owns one matrix. Source: the regulariser of AdaLoRA (arXiv 2303.10512), eq. 4; not squared, as in PEFT.
struct Params { size: u32, alpha: f32 }
@group(0) @binding(0) var<storage, read> gram: array<f32>;         // (G, size)
@group(0) @binding(1) var<storage, read_write> out: array<f32>;    // (G)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  var s = 0.0;
  for (var i = lane; i < p.size; i += 64u) {
    let d = gram[wid.x * p.size + i];
    s += d * d;
  }
  let total = reduce_sum(s, lane);
  if (lane == 0u) { out[wid.x] = p.alpha * sqrt(total); }
}
