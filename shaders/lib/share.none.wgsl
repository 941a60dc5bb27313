// Invocations side by side often want the same four vec4: here each loads all four. lib/share.quads.wgsl defines the
// same names for adapters where the four invocations of a quad load one each and pass it round.
const SHARED = false;
const EIGHTS = false;
fn own(at: vec4<u32>, lane: u32) -> vec4<u32> { return at; }
fn pass_round(mine: vec4<f32>) -> mat4x4<f32> { return mat4x4<f32>(mine, mine, mine, mine); } // not called
// The first of the neighbours that must stay or leave together.
fn together(i: u32) -> u32 { return i; }
// For lib/share.octs.wgsl; not called here.
fn pass_low(mine: vec4<f32>) -> mat4x4<f32> { return mat4x4<f32>(mine, mine, mine, mine); }
fn pass_high(mine: vec4<f32>) -> mat4x4<f32> { return mat4x4<f32>(mine, mine, mine, mine); }
