// out[b, t, (c, y, x)] = pixels[b, c, ty * P + y, tx * P + x]: patches as rows, so that the patch embedding is a matmul
// with the convolution's weight flattened to (C, 3 P P).
//
// One invocation owns one value, a workgroup 64. Source: im2col of torch.nn.Conv2d(kernel = stride = P).
struct Params { count: u32, channels: u32, height: u32, width: u32, side: u32 }
@group(0) @binding(0) var<storage, read> pixels: array<f32>;          // (B, channels, height, width)
@group(0) @binding(1) var<storage, read_write> out: array<f32>;       // (B, T, channels * P * P)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let area = p.side * p.side;
  let across = p.width / p.side;
  let tokens = across * (p.height / p.side);
  let column = i % (p.channels * area);
  let token = (i / (p.channels * area)) % tokens;
  let b = i / (p.channels * area) / tokens;
  let c = column / area;
  let y = (token / across) * p.side + (column % area) / p.side;
  let x = (token % across) * p.side + column % p.side;
  out[i] = pixels[((b * p.channels + c) * p.height + y) * p.width + x];
}
