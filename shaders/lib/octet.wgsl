// Four k of eight rows of x, for invocations side by side that all want them: each loads all eight, or, by lib/share.*.wgsl,
// some that they pass round.
struct Rows8 { lo: mat4x4<f32>, hi: mat4x4<f32> }
struct Own8 { lo: vec4<u32>, hi: vec4<u32> }

fn own8(first: u32, row: u32, lane: u32) -> Own8 {
  let lo = row_starts(first, row);
  let hi = row_starts(first, row + 4u);
  if (EIGHTS) { return Own8(select(hi, lo, lane % 8u < 4u)[lane % 4u] + vec4<u32>(), vec4<u32>()); }
  return Own8(own(lo, lane), own(hi, lane));
}

fn load_x8(mine: Own8, offset: u32) -> Rows8 {
  if (EIGHTS) {
    let v = x[mine.lo.x + offset];
    return Rows8(rows_of(pass_low(v)), rows_of(pass_high(v)));
  }
  return Rows8(rows_of(load_x4(mine.lo, offset)), rows_of(load_x4(mine.hi, offset)));
}

fn load_x4(mine: vec4<u32>, offset: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(x[mine.x + offset]); }
  return mat4x4<f32>(x[mine.x + offset], x[mine.y + offset], x[mine.z + offset], x[mine.w + offset]);
}
