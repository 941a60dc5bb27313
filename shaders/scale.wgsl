// out[r, c] = x[r, c] * s[r] (ROWS) or * s[c]; x rows may be ldx apart, so that a slice of a shared basis can be scaled, and
// begin again after `period` of them, for several layers' factors.
//
// One invocation owns one value, a workgroup 64. Source: diag(lambda_b), diag(lambda_d) of VeRA (arXiv 2310.11454),
// magnitude of DoRA (arXiv 2402.09353).
override ROWS: bool = false;
struct Params { count: u32, width: u32, ldx: u32, period: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (period, width), rows ldx apart, over and over
@group(0) @binding(1) var<storage, read> s: array<f32>;            // (rows) or (width)
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // (rows, width)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let r = i / p.width;
  let c = i % p.width;
  out[i] = x[r % p.period * p.ldx + c] * s[select(c, r, ROWS)];
}
