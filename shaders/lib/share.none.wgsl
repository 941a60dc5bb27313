// Four vec4 of x that neighbouring invocations all want: each loads all four. lib/share.quads.wgsl defines the same names.
fn own(at: vec4<u32>, lane: u32) -> vec4<u32> { return at; }
fn load_x4(mine: vec4<u32>, offset: u32) -> mat4x4<f32> {
  return mat4x4<f32>(x[mine.x + offset], x[mine.y + offset], x[mine.z + offset], x[mine.w + offset]);
}
// The first of the columns that must stay or leave together.
fn together(col: u32) -> u32 { return col; }
