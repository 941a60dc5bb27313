// Nothing but multiply-adds: what the adapter's arithmetic reaches. 8 independent sums an invocation hide the latency
// of each and stay in registers everywhere; 8 multiply-adds of each a turn make the loop itself small.
//
// One invocation owns one vec4 of out and makes turns * 64 multiply-adds. Source: elementary.
struct Params { turns: u32 }
@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;         // (2): factor, summand
@group(0) @binding(1) var<storage, read_write> out: array<vec4<f32>>; // (invocations)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  let f = x[0];
  let s = x[1];
  var a = vec4<f32>(f32(gid.x));
  var b = a + s;
  for (var i = 0u; i < p.turns; i++) {
    a = fma(a, f, s); b = fma(b, f, s);
    a = fma(a, f, s); b = fma(b, f, s);
    a = fma(a, f, s); b = fma(b, f, s);
    a = fma(a, f, s); b = fma(b, f, s);
    a = fma(a, f, s); b = fma(b, f, s);
    a = fma(a, f, s); b = fma(b, f, s);
    a = fma(a, f, s); b = fma(b, f, s);
    a = fma(a, f, s); b = fma(b, f, s);
  }
  out[gid.x] = a + b;
}
