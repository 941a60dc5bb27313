// dx[b, c] = sum over k of dout[b, k] * y[b, k, c]; with OF_Y = true dy[b, k, c] = dout[b, k] * x[b, c].
//
// One invocation owns one value and adds in order, a workgroup 64. Source: derivatives of each_product.wgsl.
override OF_Y: bool = false;
struct Params { count: u32, K: u32, width: u32 }
@group(0) @binding(0) var<storage, read> dout: array<f32>;         // (B, K)
@group(0) @binding(1) var<storage, read> other: array<f32>;        // y (B, K, width), or x (B, width) for OF_Y
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // dx (B, width), or dy (B, K, width)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let c = i % p.width;
  let row = i / p.width;
  if (OF_Y) {
    out[i] = dout[row] * other[(row / p.K) * p.width + c];
  } else {
    var s = 0.0;
    for (var k = 0u; k < p.K; k++) { s += dout[row * p.K + k] * other[(row * p.K + k) * p.width + c]; }
    out[i] = s;
  }
}
