// out = x / max(||x||, 1e-12) over the last dimension; keeps the inverse norm.
//
// One workgroup of 64 owns a row. Source: torch.nn.functional.normalize; CLIPModel divides by the plain norm.
struct Params { rows: u32, width: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;                // (rows, width)
@group(0) @binding(1) var<storage, read_write> out: array<f32>;        // (rows, width)
@group(0) @binding(2) var<storage, read_write> inverse: array<f32>;    // (rows)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let base = wid.x * p.width;
  var s = 0.0;
  for (var i = lane; i < p.width; i += 64u) { s += x[base + i] * x[base + i]; }
  let r = 1.0 / max(sqrt(reduce_sum(s, lane)), 1e-12);
  for (var i = lane; i < p.width; i += 64u) { out[base + i] = x[base + i] * r; }
  if (lane == 0u) { inverse[wid.x] = r; }
}
