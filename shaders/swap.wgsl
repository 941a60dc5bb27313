// out[o, j, i, c] = x[o, i, j, c]: two neighbouring dimensions change places; what is further in stays together.
//
// One invocation owns one value of out, a workgroup 64. Source: torch.Tensor.transpose.
struct Params { count: u32, a: u32, b: u32, inner: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;             // (outer, a, b, inner)
@group(0) @binding(1) var<storage, read_write> out: array<f32>;     // (outer, b, a, inner)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = flat_index(gid, groups);
  if (at >= p.count) { return; }
  let c = at % p.inner;
  let row = at / p.inner;
  let i = row % p.a;
  let j = (row / p.a) % p.b;
  let o = row / (p.a * p.b);
  out[at] = x[((o * p.a + i) * p.b + j) * p.inner + c];
}
