// partial[chunk, 0, o] = sum over a chunk of 64 terms of dout_o x_o and partial[chunk, 1, o] = the same of dout_o x_k, k the other of the pair, with its sign
// in rotate_pairs.wgsl; column_sum_finish.wgsl adds the chunks.
//
// One invocation owns a row or column of a chunk, a workgroup 64. Source: derivative of rotate_pairs.wgsl by c and s.
struct Params { terms: u32, width: u32, apart: u32, next: u32, group: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;                // value (term, o) at term next + o apart
@group(0) @binding(1) var<storage, read> dout: array<f32>;             // as x
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;    // (chunks, 2, width)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  let o = gid.x;
  if (o >= p.width) { return; }
  let middle = p.group / 2u;
  let second = o % p.group >= middle;
  let other = select(o + middle, o - middle, second);
  let first = gid.y * 64u;
  var dc = 0.0;
  var ds = 0.0;
  for (var t = first; t < min(first + 64u, p.terms); t++) {
    let d = dout[t * p.next + o * p.apart];
    dc += d * x[t * p.next + o * p.apart];
    ds += d * x[t * p.next + other * p.apart];
  }
  partial[2u * gid.y * p.width + o] = dc;
  partial[(2u * gid.y + 1u) * p.width + o] = select(-ds, ds, second);
}
