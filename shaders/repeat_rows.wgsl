// out[b, m] = x[b]: each row several times, one behind the other. SUM = true: out[b] = sum over m of x[b, m], the way back.
//
// One invocation owns one value of out and adds in order, a workgroup 64. Source: repeat and its derivative.
override SUM: bool = false;
struct Params { count: u32, M: u32, width: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (B, width), or (B, M, width) to be summed
@group(0) @binding(1) var<storage, read_write> out: array<f32>;    // (B, M, width), or (B, width)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let c = i % p.width;
  if (SUM) {
    var s = 0.0;
    for (var m = 0u; m < p.M; m++) { s += x[((i / p.width) * p.M + m) * p.width + c]; }
    out[i] = s;
  } else {
    out[i] = x[(i / p.width / p.M) * p.width + c];
  }
}
