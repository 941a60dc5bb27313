// Sum and maximum over the 64 invocations of a workgroup, in a fixed order (bit-equal from run to run).
// 64 -> 8 -> 1 with three barriers: barriers are what software adapters pay for.
var<workgroup> reduce_scratch: array<f32, 72>;

fn reduce_sum(value: f32, lane: u32) -> f32 {
  reduce_scratch[lane] = value;
  workgroupBarrier();
  if (lane < 8u) {
    var s = 0.0;
    for (var i = 0u; i < 8u; i++) { s += reduce_scratch[lane * 8u + i]; }
    reduce_scratch[64u + lane] = s;
  }
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < 8u; i++) { total += reduce_scratch[64u + i]; }
  workgroupBarrier();
  return total;
}

fn reduce_max(value: f32, lane: u32) -> f32 {
  reduce_scratch[lane] = value;
  workgroupBarrier();
  if (lane < 8u) {
    var m = reduce_scratch[lane * 8u];
    for (var i = 1u; i < 8u; i++) { m = max(m, reduce_scratch[lane * 8u + i]); }
    reduce_scratch[64u + lane] = m;
  }
  workgroupBarrier();
  var total = reduce_scratch[64];
  for (var i = 1u; i < 8u; i++) { total = max(total, reduce_scratch[64u + i]); }
  workgroupBarrier();
  return total;
}
