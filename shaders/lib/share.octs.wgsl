enable subgroups;
diagnostic(off, subgroup_uniformity);
// As lib/share.quads.wgsl, where eight neighbours are one subgroup (engine/quads.ts): of eight vec4 each loads one.
const SHARED = true;
const EIGHTS = true;
fn own(at: vec4<u32>, lane: u32) -> vec4<u32> { return vec4<u32>(at[lane % 4u]); }
fn pass_round(mine: vec4<f32>) -> mat4x4<f32> {
  return mat4x4<f32>(quadBroadcast(mine, 0u), quadBroadcast(mine, 1u), quadBroadcast(mine, 2u), quadBroadcast(mine, 3u));
}
fn pass_low(mine: vec4<f32>) -> mat4x4<f32> {
  return mat4x4<f32>(subgroupBroadcast(mine, 0u), subgroupBroadcast(mine, 1u), subgroupBroadcast(mine, 2u), subgroupBroadcast(mine, 3u));
}
fn pass_high(mine: vec4<f32>) -> mat4x4<f32> {
  return mat4x4<f32>(subgroupBroadcast(mine, 4u), subgroupBroadcast(mine, 5u), subgroupBroadcast(mine, 6u), subgroupBroadcast(mine, 7u));
}
fn together(i: u32) -> u32 { return i - i % 8u; }
