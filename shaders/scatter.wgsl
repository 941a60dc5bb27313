// out[row(k), col(k)] = alpha * x[k], the rest being zero already. Values whose places are the same add up, in order: the first of
// them owns the place, and `index` says which comes next.
//
// One invocation owns one value of x, a workgroup 64. Source: SHiRA (arXiv 2406.13175) and SVFT (arXiv 2405.19597), sparse updates.
struct Params { count: u32, cols: u32, chained: u32, alpha: f32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;             // (count)
@group(0) @binding(1) var<storage, read> index: array<f32>;         // (2 or 3, count): row, column, next (ops/scatter.ts, chain)
@group(0) @binding(2) var<storage, read_write> out: array<f32>;     // (rows, cols)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let k = flat_index(gid, groups);
  if (k >= p.count) { return; }
  var s = x[k];
  if (p.chained == 1u) {
    var next = i32(index[2u * p.count + k]);
    if (next < 0) { return; }
    while (next != 0) {
      let other = u32(next - 1);
      s += x[other];
      next = -i32(index[2u * p.count + other]) - 1;
    }
  }
  out[u32(index[k]) * p.cols + u32(index[p.count + k])] = p.alpha * s;
}
