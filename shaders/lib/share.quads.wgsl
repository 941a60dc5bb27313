enable subgroups;
diagnostic(off, subgroup_uniformity);
// Four vec4 of x that the four invocations of a quad all want: each loads one, and they pass them round. The adapter
// has shown that four neighbours form a quad (engine/quads.ts), and a quad stays or leaves as a whole, which is what the
// diagnostic above cannot see. lib/share.none.wgsl defines the same names.
fn own(at: vec4<u32>, lane: u32) -> vec4<u32> { return vec4<u32>(at[lane % 4u]); }
fn load_x4(mine: vec4<u32>, offset: u32) -> mat4x4<f32> {
  let one = x[mine.x + offset];
  return mat4x4<f32>(quadBroadcast(one, 0u), quadBroadcast(one, 1u), quadBroadcast(one, 2u), quadBroadcast(one, 3u));
}
// The first of the columns that must stay or leave together.
fn together(col: u32) -> u32 { return col - col % 4u; }
