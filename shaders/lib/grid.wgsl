// Flat index of an invocation in a grid folded into y (64 invocations a workgroup; see ops/grid.ts).
fn flat_index(gid: vec3<u32>, groups: vec3<u32>) -> u32 {
  return gid.x + gid.y * groups.x * 64u;
}
