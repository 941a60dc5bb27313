// partial[w] = { sum of squares, number of non-finite values } over a range of the flat gradients.
//
// One workgroup of 64 owns 4096 values as vec4. Non-finite is tested on the bits as they come from memory: drivers
// compile `x != x` away. Source: torch.nn.utils.clip_grad_norm_; two stages, no atomics.
struct Params { count4: u32, first: u32 } // vec4 in this range, first partial to write
@group(0) @binding(0) var<storage, read> grad: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> partial: array<f32>; // (workgroups of all ranges, 2)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let w = wid.x + wid.y * groups.x;
  var squares = 0.0;
  var broken = 0.0;
  for (var i = 0u; i < 16u; i++) {
    let at = w * 1024u + i * 64u + lane;
    if (at < p.count4) {
      let g = grad[at];
      let bits = bitcast<vec4<u32>>(g) & vec4<u32>(0x7f800000u);
      let bad = bits == vec4<u32>(0x7f800000u);
      broken += f32(bad.x) + f32(bad.y) + f32(bad.z) + f32(bad.w);
      squares += dot(g, g);
    }
  }
  let s = reduce_sum(squares, lane);
  let b = reduce_sum(broken, lane);
  if (lane == 0u && w * 1024u < p.count4) {
    partial[2u * (p.first + w)] = s;
    partial[2u * (p.first + w) + 1u] = b;
  }
}
