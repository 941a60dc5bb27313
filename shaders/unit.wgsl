// out = x / max(||x||, floor) for each row of matrices, or each column; keeps the norms.
//
// One workgroup of 64 owns a row or column. Source: DeLoRA (arXiv 2503.18225), whose factors are divided so; torch.clamp.
struct Params { vectors: u32, each: u32, length: u32, apart: u32, next: u32, floor: f32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;              // (G, each, length), or (G, length, each) where columns are meant
@group(0) @binding(1) var<storage, read_write> out: array<f32>;      // as x
@group(0) @binding(2) var<storage, read_write> norms: array<f32>;    // (G, each)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let v = wid.y * groups.x + wid.x;
  if (v >= p.vectors) { return; }
  let base = (v / p.each) * p.each * p.length + (v % p.each) * p.apart;
  var s = 0.0;
  for (var i = lane; i < p.length; i += 64u) { s += x[base + i * p.next] * x[base + i * p.next]; }
  let norm = sqrt(reduce_sum(s, lane));
  let r = 1.0 / max(norm, p.floor);
  for (var i = lane; i < p.length; i += 64u) { out[base + i * p.next] = x[base + i * p.next] * r; }
  if (lane == 0u) { norms[v] = norm; }
}
