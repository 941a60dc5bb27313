// Eight rows that invocations side by side all want, four words of each at a time: each loads all eight, or, by
// lib/share.*.wgsl, some that they pass round. The kernel says what lies at an index, `fn shared_row(at: u32) -> vec4<f32>`,
// and how a block of four that were loaded becomes four rows, one a column: `fn rows_of(block: mat4x4<f32>) -> mat4x4<f32>`.
struct Rows8 { lo: mat4x4<f32>, hi: mat4x4<f32> }
struct Own8 { lo: vec4<u32>, hi: vec4<u32> }

// Of where the eight begin, what this invocation loads.
fn own8(lo: vec4<u32>, hi: vec4<u32>, lane: u32) -> Own8 {
  if (EIGHTS) { return Own8(select(hi, lo, lane % 8u < 4u)[lane % 4u] + vec4<u32>(), vec4<u32>()); }
  return Own8(own(lo, lane), own(hi, lane));
}

// Column i of lo is row i, of hi row 4 + i.
fn load8(mine: Own8, offset: u32) -> Rows8 {
  if (EIGHTS) {
    let v = shared_row(mine.lo.x + offset);
    return Rows8(rows_of(pass_low(v)), rows_of(pass_high(v)));
  }
  return Rows8(rows_of(load4(mine.lo, offset)), rows_of(load4(mine.hi, offset)));
}

fn load4(mine: vec4<u32>, offset: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(shared_row(mine.x + offset)); }
  return mat4x4<f32>(shared_row(mine.x + offset), shared_row(mine.y + offset), shared_row(mine.z + offset), shared_row(mine.w + offset));
}
