// Nothing but multiplications and additions: what a processor's arithmetic reaches without fused multiply-adds, four lanes
// at a time. 8 independent sums of products of two and four numbers stay in its 16 registers; the two change places each
// turn, so that no product is made once for all.
//
// One invocation owns one vec4 of out and makes turns * 8 multiply-adds of four. Source: elementary.
struct Params { turns: u32 }
@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;         // (2)
@group(0) @binding(1) var<storage, read_write> out: array<vec4<f32>>; // (invocations)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  var f = x[0];
  var g = x[1];
  let y0 = f + f32(gid.x);
  let y1 = g + y0;
  let y2 = f + y1;
  let y3 = g + y2;
  var a = vec4<f32>(); var b = a; var c = a; var d = a;
  var e = a; var h = a; var i = a; var j = a;
  for (var turn = 0u; turn < p.turns; turn++) {
    a += f * y0; b += f * y1; c += f * y2; d += f * y3;
    e += g * y0; h += g * y1; i += g * y2; j += g * y3;
    let t = f;
    f = g;
    g = t;
  }
  out[gid.x] = a + b + c + d + e + h + i + j;
}
