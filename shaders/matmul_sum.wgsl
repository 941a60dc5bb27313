// out = act(alpha * sum over parts of partial[part] + bias) + residual: the end of a product whose K was cut into parts.
//
// One invocation owns a value of out, or four side by side (lib/lanes*.wgsl), a workgroup 64; parts are added in order, so that
// the sum has the same bits every time. Source: onnxruntime's split-K with ordered partials; lib/epilogue.wgsl.
struct Params { count: u32, width: u32, parts: u32, ldo: u32, alpha: f32, accumulate: u32 } // in lanes
@group(0) @binding(0) var<storage, read> partial: array<lanes>; // (parts, M, N)
@group(0) @binding(6) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  var sum = partial[i];
  for (var part = 1u; part < p.parts; part++) { sum += partial[part * p.count + i]; }
  finish(i / p.width * p.ldo + i % p.width, i % p.width, sum);
}
