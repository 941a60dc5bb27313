enable subgroups;
diagnostic(off, subgroup_uniformity);
// The four invocations of a quad want the same four vec4: each loads one, of the index own(at).x, and they pass it round.
// The adapter has shown that four neighbours form a quad (engine/quads.ts), and a quad stays or leaves as a whole, which
// is what the diagnostic above cannot see. lib/share.none.wgsl defines the same names.
const SHARED = true;
const EIGHTS = false;
fn own(at: vec4<u32>, lane: u32) -> vec4<u32> { return vec4<u32>(at[lane % 4u]); }
fn pass_round(mine: vec4<f32>) -> mat4x4<f32> {
  return mat4x4<f32>(quadBroadcast(mine, 0u), quadBroadcast(mine, 1u), quadBroadcast(mine, 2u), quadBroadcast(mine, 3u));
}
// The first of the neighbours that must stay or leave together.
fn together(i: u32) -> u32 { return i - i % 4u; }
// For lib/share.octs.wgsl; not called here.
fn pass_low(mine: vec4<f32>) -> mat4x4<f32> { return mat4x4<f32>(mine, mine, mine, mine); }
fn pass_high(mine: vec4<f32>) -> mat4x4<f32> { return mat4x4<f32>(mine, mine, mine, mine); }
